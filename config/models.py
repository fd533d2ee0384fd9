"""What spans the rooms and must be remembered."""

import uuid
from datetime import datetime
from typing import Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from capture.models import User
from capture.models.problems import ProblemColumns


class RaisedAlert(models.Model):
    """Something that hinders the service while a user wants to be told of it: one mail each time it comes."""

    user = models.ForeignKey(User, models.CASCADE)
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=40, blank=True, help_text="the id of the device, where it is one device's")
    since = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "config_mettrouble"
        constraints = [models.UniqueConstraint(fields=["user", "kind", "about"], name="met_trouble")]

    def __str__(self) -> str:
        return str(self.pk)


Job = TypeVar("Job", bound="TakeoutJob")


class TakeoutJobQuerySet(models.QuerySet[Job]):
    """Questions asked of what is written or read for a person who takes their account along."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's, the latest first."""
        return self.filter(user_id=user.pk).order_by("-asked_at", "pk")

    def due(self, now: datetime) -> Self:
        """Return what waits, or was held by a worker whose lease ran out, the oldest first."""
        left = Q(state=TakeoutJob.State.CLAIMED, lease__lt=now)
        return self.filter(left | Q(state=TakeoutJob.State.WAITING)).order_by("asked_at", "pk")

    def under_way(self) -> Self:
        """Return what waits, or is being done."""
        return self.filter(state__in=[TakeoutJob.State.WAITING, TakeoutJob.State.CLAIMED])

    def held(self, now: datetime) -> Self:
        """Return what a worker is at."""
        return self.filter(state=TakeoutJob.State.CLAIMED, lease__gte=now)


class TakeoutJob(ProblemColumns):
    """Work of some minutes that a person asked for, done by one worker at a time: by a lease and a fence number."""

    class State(models.TextChoices):
        """How far it came."""

        WAITING = "waiting"
        CLAIMED = "claimed"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    fence = models.PositiveIntegerField(default=0)
    lease = models.DateTimeField(null=True)
    all_bytes = models.BigIntegerField(default=0, help_text="about so many are to be written or read")
    done_bytes = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def percent(self) -> int:
        """How much of it is done, in [0, 100)."""
        return min(99, 100 * self.done_bytes // self.all_bytes) if self.all_bytes else 0


class ExportQuerySet(TakeoutJobQuerySet["Export"]):
    """Questions asked of exports."""


class Export(TakeoutJob):
    """A zip that is made of a person's account. The file goes when it expires, and so does the row."""

    class Kind(models.TextChoices):
        """What is in it."""

        ACCOUNT = "account", _("Everything")
        MARKDOWN = "markdown", _("Topics as Markdown")
        JSON = "json", _("All data as JSON")
        AUDIO = "audio", _("Recordings")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    size = models.BigIntegerField(default=0, help_text="bytes of the file, once it is there")
    expires_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()


class TakeInQuerySet(TakeoutJobQuerySet["TakeIn"]):
    """Questions asked of what is taken in."""


class TakeIn(TakeoutJob):
    """An export that a person brings, taken in as a whole or not at all.

    Recordings are put in their places before the rows: whoever finds it abandoned removes those of `stored`.
    """

    path = models.CharField(max_length=1000, help_text="of the zip")
    is_uploaded = models.BooleanField(help_text="it lies in the data folder, and goes when it was read")
    stored = models.JSONField(default=list, help_text="paths of recordings whose rows are not written yet")
    counts = models.JSONField(default=dict, help_text="what came in, by the names of the files of rows")

    objects = TakeInQuerySet.as_manager()


class MarkdownFolder(ProblemColumns):
    """That a person wants their topics kept as Markdown below EXPORT_DIR. There is none until they say so."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="markdown_folder")
    looked_at = models.DateTimeField(null=True, help_text="when a worker looked last whether anything changed")
    lease = models.DateTimeField(null=True, help_text="until when a worker is at it")
    written = models.CharField(max_length=64, blank=True, help_text="the state of the account that is in the folder")

    def __str__(self) -> str:
        return str(self.pk)


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """Questions asked of erasures."""

    def due(self, now: datetime) -> Self:
        """Return those at which nobody is, the oldest first."""
        return self.filter(Q(lease=None) | Q(lease__lt=now)).order_by("asked_at")


class Erasure(models.Model):
    """That an account is to be erased. It goes when nothing of that is left, and does not say whose it was."""

    account = models.BigIntegerField(unique=True, help_text="the id of a user, who is gone before this")
    asked_at = models.DateTimeField()
    lease = models.DateTimeField(null=True, help_text="until when somebody is at it")

    objects = ErasureQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)


class KnownBackup(models.Model):
    """A file into which everything was put. What was erased later is still in it."""

    path = models.CharField(max_length=1000, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
