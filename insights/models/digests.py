"""The morning e-mail: who wants it, and what was sent."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from capture.models import User


def _unsubscribe_token() -> str:
    return secrets.token_urlsafe(24)


class DigestPlan(models.Model):
    """Whether, when and how a user wants the e-mail. There is none until they turn it on."""

    class Style(models.TextChoices):
        """How much of what was said may leave the machine."""

        WORDS = "words", _("the words themselves")
        LINKS = "links", _("links only")

    user = models.OneToOneField(User, models.CASCADE, related_name="digest_plan")
    enabled = models.BooleanField(default=False)
    hour = models.PositiveSmallIntegerField(default=7, help_text="of the user's own clock")
    style = models.CharField(max_length=5, choices=Style.choices, default=Style.LINKS)
    since = models.DateTimeField(null=True, help_text="when it was turned on, or its hour changed")
    unsubscribe_token = models.CharField(max_length=64, unique=True, default=_unsubscribe_token)

    def __str__(self) -> str:
        return str(self.pk)


class Digest(models.Model):
    """One day's e-mail, or that there was nothing to say. Unique by day: never two.

    SENDING is written before the mail server is spoken to. One found in it after a crash is not sent again, for it
    may have gone out; its ideas stand in the next one, for it may not.
    """

    class State(models.TextChoices):
        """How far it came."""

        SENDING = "sending"
        SENT = "sent"
        EMPTY = "empty"
        FAILED = "failed"

    class Problem(models.TextChoices):
        """Why it was not sent, or may not have been."""

        REFUSED = "refused", _("The mail server did not take it.")
        UNCERTAIN = "uncertain", _("It is not known whether the mail server took it.")
        OTHER = "other", _("Something else: what an earlier version wrote down.")

    user = models.ForeignKey(User, models.CASCADE, related_name="digests")
    day = models.DateField(help_text="the user's own")
    state = models.CharField(max_length=7, choices=State.choices)
    covers_until = models.DateTimeField(help_text="ideas placed up to then are in it")
    tried_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=1)
    problem = models.CharField(max_length=20, choices=Problem.choices, blank=True)
    problem_values = models.JSONField(default=dict, blank=True, help_text="error: the class of what was raised")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="digest_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"
