"""Who speaks, with which device, and what they said into it: the tables of audio in."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who keeps memos here. Nobody sees another's, the owner of the machine included."""

    time_zone = models.CharField(max_length=64, default="UTC")
    languages = models.CharField(max_length=100, default="en", help_text="ISO 639-1 codes, comma-separated")


class AuthedRequest(HttpRequest):
    """A request behind login, for type checkers."""

    user: User


class Context(models.TextChoices):
    """Where a memo was spoken, as far as the phone said."""

    NIGHT = "night", _("at night")
    WALK = "walk", _("on a walk")
    SIT = "sit", _("after sitting")
    QUESTION = "question", _("to the evening question")


class Device(models.Model):
    """A phone or script that may upload, and nothing else. Only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    default_context = models.CharField(max_length=10, choices=Context.choices, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class PairingCode(models.Model):
    """A short code that can be traded once, within ten minutes, for a device token."""

    user = models.ForeignKey(User, models.CASCADE)
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)


class Source(models.TextChoices):
    """The door a memo came in by."""

    API = "api", _("a device")
    WEB = "web", _("the website")
    IMPORT = "import", _("an import")


class MemoQuerySet(models.QuerySet["Memo"]):
    """Questions asked of memos."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return what a user may see: their own memos, but for those they deleted."""
        return self.filter(user_id=user.pk, deleted_at=None)

    def kept(self) -> Self:
        """Return every memo that is not deleted: what the stages work on."""
        return self.filter(deleted_at=None)

    def past_undo(self, deleted_before: datetime) -> Self:
        """Return memos whose deletion can no longer be undone."""
        return self.filter(deleted_at__lt=deleted_before)


class Memo(models.Model):
    """One recording, as it came. Nothing but `deleted_at` ever changes after the receipt is given."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.CharField(max_length=128)
    user = models.ForeignKey(User, models.CASCADE, related_name="memos")
    device = models.ForeignKey(Device, models.SET_NULL, null=True, related_name="memos")
    source = models.CharField(max_length=10, choices=Source.choices)
    archive = models.BooleanField(default=False, help_text="an old recording: live memos go first")
    recorded_at = models.DateTimeField()
    utc_offset = models.SmallIntegerField(null=True, help_text="the phone's, in minutes")
    date_assumed = models.BooleanField(default=False, help_text="no usable date was sent: recorded_at is received_at")
    received_at = models.DateTimeField()
    context = models.CharField(max_length=10, choices=Context.choices, blank=True)
    kind = models.CharField(max_length=10, help_text="the container, sniffed: see capture.sniffing")
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100, unique=True, help_text="of the original, below the audio folder")
    deleted_at = models.DateTimeField(null=True)

    objects = MemoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "client_id"], name="memo_client_id"),
            models.UniqueConstraint(fields=["user", "sha256"], name="memo_sha256"),
        ]
        indexes = [models.Index(fields=["user", "-recorded_at"], name="memo_newest")]

    def __str__(self) -> str:
        return str(self.id)


class Alias(models.Model):
    """Another client id under which the same bytes were sent."""

    user = models.ForeignKey(User, models.CASCADE)
    client_id = models.CharField(max_length=128)
    memo = models.ForeignKey(Memo, models.CASCADE, related_name="aliases")
    device = models.ForeignKey(Device, models.SET_NULL, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "client_id"], name="alias_client_id")]

    def __str__(self) -> str:
        return str(self.pk)


class Tombstone(models.Model):
    """All that is kept of a deleted memo, so that a late re-send is answered and not stored.

    The hash of the bytes is keyed with the data folder's secret: the database alone cannot confirm a guess.
    """

    user = models.ForeignKey(User, models.CASCADE)
    client_id = models.CharField(max_length=128)
    sha256_keyed = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "client_id"], name="tombstone_client_id")]
        indexes = [models.Index(fields=["user", "sha256_keyed"], name="tombstone_sha256")]

    def __str__(self) -> str:
        return str(self.pk)
