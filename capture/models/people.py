"""Who speaks, and with which device."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Look(models.TextChoices):
    """How pages look to somebody."""

    DEVICE = "", _("As this device")
    DARK = "dark", _("Night")
    LIGHT = "light", _("Paper")


class User(AbstractUser):
    """Somebody who keeps memos here. Nobody sees another's, the owner of the machine included."""

    time_zone = models.CharField(max_length=64, default="UTC")
    languages = models.CharField(
        max_length=100, blank=True, help_text="ISO 639-1 codes, comma-separated; none until their person chose"
    )
    night_from = models.PositiveSmallIntegerField(default=22, help_text="the hour at which sleep usually begins")
    night_until = models.PositiveSmallIntegerField(default=6, help_text="the hour at which it usually ends")
    trouble_mail = models.BooleanField(default=False, help_text="whether one mail tells of what hinders the service")
    look = models.CharField(max_length=5, choices=Look.choices, blank=True)
    page_language = models.CharField(max_length=10, blank=True, help_text="of pages; empty: as the browser asks")

    @property
    def mail_language(self) -> str:
        """The language of mails to them, which no browser asks for."""
        return self.page_language or settings.LANGUAGE_CODE


class BrowserSession(models.Model):
    """A browser in which somebody is logged in. Its session is found by the hash of its key."""

    user = models.ForeignKey(User, models.CASCADE, related_name="browser_sessions")
    key_hash = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=20, blank=True, help_text="its name, as far as it says so itself")
    system = models.CharField(max_length=20, blank=True)
    began_at = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions asked of invitations."""

    def standing(self, now: datetime) -> Self:
        """Return those by which somebody may still come in: not used, not run out, and by somebody who may invite."""
        return self.filter(used_at=None, expires_at__gt=now, by__is_active=True, by__is_staff=True)

    def for_list(self) -> Self:
        """Return them with who came in, the newest first."""
        return self.select_related("taken_by").order_by("-created_at", "-pk")


class Invitation(models.Model):
    """A link by which one person makes an account of their own. Only the hash of its code is kept."""

    by = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    note = models.CharField(max_length=60, blank=True, help_text="whom it is for, in the words of who invites")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)


class AuthedRequest(HttpRequest):
    """A request behind login, for type checkers."""

    user: User


class Context(models.TextChoices):
    """Where a memo was spoken, as far as the phone said."""

    NIGHT = "night", _("at night")
    WALK = "walk", _("on a walk")
    SIT = "sit", _("after sitting")
    QUESTION = "question", _("to the evening question")


class DeviceQuerySet(models.QuerySet["Device"]):
    """Questions asked of devices."""

    def for_list(self) -> Self:
        """Return them with `sent`, how many memos each has brought, those seen last first."""
        sent = Count("memos__device", filter=Q(memos__deleted_at=None))
        return self.annotate(sent=sent).order_by(models.F("last_seen").desc(nulls_last=True), "name")

    def paired(self) -> Self:
        """Return those that may upload."""
        return self.filter(revoked_at=None)

    def unpaired(self) -> Self:
        """Return those that no longer may."""
        return self.exclude(revoked_at=None)

    def welcome(self) -> Self:
        """Return devices that may send: paired, and of an open account."""
        return self.filter(revoked_at=None, user__is_active=True)


class Device(models.Model):
    """A phone or script that may upload, and nothing else. Only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    default_context = models.CharField(max_length=10, choices=Context.choices, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(null=True)
    held = models.PositiveIntegerField(null=True, help_text="recordings that it still holds, as it said itself")
    oldest_held = models.DateTimeField(null=True, help_text="when the oldest of these was spoken")
    held_said_at = models.DateTimeField(null=True)
    room_bytes = models.BigIntegerField(null=True, help_text="what is left there for recordings; null where plenty")
    revoked_at = models.DateTimeField(null=True)
    seals = models.BooleanField(default=False, help_text="whether it was told to seal what it records")

    objects = DeviceQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)


class PairingCode(models.Model):
    """A short code that can be traded once, within ten minutes, for a device token."""

    user = models.ForeignKey(User, models.CASCADE)
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    seals = models.BooleanField(default=False, help_text="whether the device is to seal what it records")

    def __str__(self) -> str:
        return str(self.pk)


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    """Questions asked of personal tokens."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's, the newest first."""
        return self.filter(user_id=user.pk).order_by("-created_at", "-pk")

    def standing(self, now: datetime) -> Self:
        """Return those by which something may be read: not revoked and not run out."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


class AccessToken(models.Model):
    """A token by which a program of its user reads what is theirs, and changes nothing. Only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=60, help_text="which program has it, in its user's words")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, help_text="null: when it is revoked")
    used_at = models.DateTimeField(null=True, help_text="when something was last read by it, to the minute")
    revoked_at = models.DateTimeField(null=True)

    objects = AccessTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)

    def holds_at(self, now: datetime) -> bool:
        """Return whether something may be read by it."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)
