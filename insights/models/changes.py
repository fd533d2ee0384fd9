"""What changed of a user's things, for programs that follow them.

The database notes each change in the transaction that makes it (migration 0026_changes). A note gets its number when it
is first read, under its user's lock: so a number that is seen has no smaller one that comes later, however long
transactions took that began before it.
"""

import uuid

from django.db import models

from capture.models import User


class ChangedKind(models.TextChoices):
    """What kind of thing changed."""

    IDEA = "idea"
    TOPIC = "topic"
    MEMO = "memo"
    SIT = "sit"


class ChangeNote(models.Model):
    """A change that has no number yet. Triggers write it, and take it with its user: nothing else does."""

    user = models.ForeignKey(User, models.DO_NOTHING, db_constraint=False, related_name="+")
    kind = models.CharField(max_length=5, choices=ChangedKind.choices)
    object_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.pk)


class Change(models.Model):
    """That a thing came, changed or went, by the number of the last time, and of the first."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=ChangedKind.choices)
    object_id = models.UUIDField()
    number = models.PositiveBigIntegerField()
    first_number = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "object_id"], name="change_object"),
            models.UniqueConstraint(fields=["user", "number"], name="change_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ChangeFeed(models.Model):
    """The last number that a user's changes were given. Cursors of another key are of before a backup was restored."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    key = models.UUIDField(default=uuid.uuid4)
    last_number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.pk)
