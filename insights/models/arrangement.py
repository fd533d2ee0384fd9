"""How often a user's ideas and topics were arranged."""

from collections.abc import Iterable

from django.db import models

from capture.models import User


class Author(models.TextChoices):
    """Who said so. What a person said binds the machine."""

    MACHINE = "machine"
    PERSON = "person"


class Arrangement(models.Model):
    """How often a user's ideas and topics were arranged: whoever computed on an older count computes again."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True)
    version = models.PositiveIntegerField(default=0)
    vector_model = models.CharField(
        max_length=100, blank=True, help_text="whose vectors serve: ideas are compared by no others"
    )

    look_near = models.JSONField(
        null=True, help_text="keys of ideas that were corrected, near which it is still to be looked again"
    )

    def __str__(self) -> str:
        return f"{self.user_id}@{self.version}"


def arrangement_versions(users: Iterable[int]) -> dict[int, int]:
    """Return the version of each user's arrangement, by the user's primary key; users without one are left out."""
    return dict(Arrangement.objects.filter(user__in=users).values_list("user", "version"))
