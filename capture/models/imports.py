"""Old recordings: taken in from a folder, written down when nothing newer waits."""

import uuid
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from capture.models.memos import Memo
from capture.models.people import User
from capture.models.problems import ProblemColumns


class ImportQuerySet(models.QuerySet["Import"]):
    """Questions asked of imports."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's imports, the newest first."""
        return self.filter(user_id=user.pk).order_by("-created_at")

    def due(self, now: datetime) -> Self:
        """Return those that are to be listed or taken in, and that nobody works on; the oldest first."""
        free = Q(held_until=None) | Q(held_until__lt=now)
        return self.filter(free, state__in=[Import.State.LISTING, Import.State.RUNNING]).order_by("created_at")


class Import(ProblemColumns):
    """Old recordings that are taken in from a folder: listed first, and begun when a person says so."""

    class State(models.TextChoices):
        """How far it has come."""

        LISTING = "listing"
        LISTED = "listed"
        RUNNING = "running"
        PAUSED = "paused"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="imports")
    folder = models.CharField(max_length=1000, help_text="absolute, links resolved")
    time_zone = models.CharField(max_length=64, help_text="of names and file times that do not say theirs")
    uses_texts = models.BooleanField(default=False, help_text="whether transcripts lying beside stand in for hearing")
    state = models.CharField(max_length=7, choices=State.choices, default=State.LISTING)
    held_until = models.DateTimeField(null=True, help_text="by whoever works on it, while there is progress")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)


class ImportedFileQuerySet(models.QuerySet["ImportedFile"]):
    """Questions asked of an import's files."""

    def counts(self) -> dict[str, int]:
        """Return the number of files by state and by kind of date, of new ones and those with a text, and their bytes.

        New are those that are taken in or will be: neither known nor refused.
        """
        states, dated = ImportedFile.State, ImportedFile.Dated
        new = ~Q(state__in=[states.KNOWN, states.REFUSED])
        counted = {state.value: Count("pk", filter=Q(state=state)) for state in states}
        counted |= {f"by_{source.value}": Count("pk", filter=new & Q(dated_by=source)) for source in dated}
        counted |= {
            "all": Count("pk"),
            "new": Count("pk", filter=new),
            "texts": Count("pk", filter=new & ~Q(text_name="")),
        }
        return self.aggregate(**counted, size=Sum("size", filter=new))


class ImportedFile(ProblemColumns):
    """One file of an import: the date found for it, and what became of it."""

    class Dated(models.TextChoices):
        """What the date was found by."""

        NAME = "name", _("its name")
        CONTAINER = "container", _("what the recording says of itself")
        FILE = "file", _("the file's time")

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        KEPT = "kept"
        KNOWN = "known"
        REFUSED = "refused"

    taken_by = models.ForeignKey(Import, models.CASCADE, related_name="files")
    name = models.CharField(max_length=1000, help_text="below the folder")
    size = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    utc_offset = models.SmallIntegerField(null=True, help_text="in minutes")
    dated_by = models.CharField(max_length=9, choices=Dated.choices)
    text_name = models.CharField(max_length=1000, blank=True, help_text="of the transcript that lies beside it")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    memo = models.ForeignKey(Memo, models.SET_NULL, null=True)

    objects = ImportedFileQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taken_by", "name"], name="imported_file_name")]
        indexes = [models.Index(fields=["taken_by", "state"], name="imported_file_state")]

    def __str__(self) -> str:
        return str(self.pk)


class ArchivePace(models.Model):
    """When a user's imported memos may be written down; without a row, whenever no live memo waits."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="archive_pace")
    paused = models.BooleanField(default=False)
    from_hour = models.PositiveSmallIntegerField(null=True, help_text="of the user's own clock; none: at any hour")
    until_hour = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        return str(self.pk)

    def rests(self, now: datetime) -> bool:
        """Return whether none of it may be written down now. Hours may go over midnight; equal ones are a whole day."""
        if self.paused or self.from_hour is None or self.until_hour is None:
            return self.paused
        hour = now.astimezone(ZoneInfo(self.user.time_zone)).hour
        return (hour - self.from_hour) % 24 >= self.hours_a_day

    @property
    def hours_a_day(self) -> int:
        """Return how many hours of a day are chosen; equal ones are a whole day, as are none."""
        if self.from_hour is None or self.until_hour is None:
            return 24
        return (self.until_hour - self.from_hour) % 24 or 24


def resting_user_ids(now: datetime) -> list[int]:
    """Return the ids of the users whose imported memos may not be written down now."""
    return [pace.user_id for pace in ArchivePace.objects.select_related("user") if pace.rests(now)]


class TextBeside(models.Model):
    """A transcript that lay beside an imported recording, read; it stands in for hearing it."""

    memo = models.OneToOneField(Memo, models.CASCADE, primary_key=True, related_name="text_beside")
    kind = models.CharField(max_length=4, help_text="txt, srt or json")
    words = models.JSONField(help_text="[[text, start, end, probability], ...]; times are None where it gives none")

    def __str__(self) -> str:
        return str(self.pk)
