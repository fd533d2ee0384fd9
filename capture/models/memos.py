"""What was spoken: recordings as they came, under every id, and what is kept of the deleted ones."""

import uuid
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from capture.core.nights import clock_at
from capture.models.people import Context, Device, User


class Source(models.TextChoices):
    """The door a memo came in by."""

    API = "api", _("a device")
    WEB = "web", _("the website")
    MAIL = "mail", _("a mail")
    WATCHED = "watched", _("a watched folder")
    IMPORT = "import", _("an import")


class MemoQuerySet(models.QuerySet["Memo"]):
    """Questions asked of memos."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return what a user may see: their own memos, but for those they deleted."""
        return self.filter(user_id=user.pk, deleted_at=None)

    def kept(self) -> Self:
        """Return every memo that is not deleted: what the stages work on."""
        return self.filter(deleted_at=None)

    def hidden(self, user: User) -> Self:
        """Return a user's memos whose deletion can still be undone."""
        return self.filter(user_id=user.pk, deleted_at__isnull=False)

    def with_seen_originals(self) -> Self:
        """Return the memos whose original is here, or was: of others an export told."""
        return self.filter(unseen_original=None)

    def dated_by_hand(self, user: User) -> Self:
        """Return the memos of which a user said when they were spoken, hidden ones too: read off `memo_dated` alone."""
        return self.filter(user_id=user.pk, date_as_came__isnull=False)

    def past_undo(self, deleted_before: datetime) -> Self:
        """Return memos whose deletion can no longer be undone."""
        return self.filter(deleted_at__lt=deleted_before)

    def spoken_between(self, begin: datetime | None, end: datetime | None) -> Self:
        """Return memos recorded from one moment on and before another; None: without that bound."""
        late = self if begin is None else self.filter(recorded_at__gte=begin)
        return late if end is None else late.filter(recorded_at__lt=end)

    def newest_first(self) -> Self:
        """Return memos, the last recorded first."""
        return self.order_by("-recorded_at", "pk")


class Memo(models.Model):
    """One recording, as it came. After the receipt nothing changes but `deleted_at` and what a person says by hand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.CharField(max_length=128)
    user = models.ForeignKey(User, models.CASCADE, related_name="memos")
    device = models.ForeignKey(Device, models.SET_NULL, null=True, related_name="memos")
    source = models.CharField(max_length=10, choices=Source.choices)
    archive = models.BooleanField(default=False, help_text="an old recording: live memos go first")
    recorded_at = models.DateTimeField()
    utc_offset = models.SmallIntegerField(null=True, help_text="the phone's, in minutes")
    date_assumed = models.BooleanField(default=False, help_text="no usable date was sent: recorded_at is received_at")
    date_as_came = models.JSONField(
        null=True, help_text="recorded_at, utc_offset and date_assumed before a person corrected them"
    )
    received_at = models.DateTimeField()
    context = models.CharField(
        max_length=10, choices=Context.choices, blank=True, help_text="as the phone said, else its default at that time"
    )
    context_by_hand = models.CharField(  # noqa: DJ001 - none: nobody said; empty: a person said that it is none of these
        max_length=10, choices=Context.choices, blank=True, null=True
    )
    kind = models.CharField(max_length=10, help_text="the container, as the first bytes tell")
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100, unique=True, help_text="of the original, below the audio folder")
    original_gone_at = models.DateTimeField(null=True, help_text="since when its playback copy is all there is")
    deleted_at = models.DateTimeField(null=True)

    objects = MemoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "client_id"], name="memo_client_id"),
            models.UniqueConstraint(fields=["user", "sha256"], name="memo_sha256"),
        ]
        indexes = [
            models.Index(fields=["user", "-recorded_at"], name="memo_newest"),
            # The months of all recordings are counted on it alone.
            models.Index(fields=["user", "recorded_at"], name="memo_shown", condition=Q(deleted_at=None)),
            # What came lately, and how much it takes, is read off it alone (`deleted_at` stands in it for SQLite).
            models.Index(
                fields=["user", "received_at", "bytes", "original_gone_at", "deleted_at"],
                name="memo_kept",
                condition=Q(deleted_at=None),
            ),
            models.Index(fields=["device", "deleted_at"], name="memo_sent_by"),
            # What a user keeps is added up while nobody else may write: never from the rows.
            models.Index(fields=["user", "bytes"], name="memo_bytes"),
            models.Index(fields=["received_at"], name="memo_received"),
            # Few: they are asked for whenever it is asked whether a person's ideas are still the same.
            models.Index(fields=["user"], name="memo_hidden", condition=Q(deleted_at__isnull=False)),
            models.Index(fields=["user"], name="memo_dated", condition=Q(date_as_came__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def clock(self) -> datetime:
        """When it was spoken, as the clock there showed it: of its phone; where that told none, the page's.

        Without a zone, so that templates show it as it is. Pictures that set recordings beside each other have one
        clock for all (`insights.services.last_night.line_zone`).
        """
        return clock_at(self.recorded_at, self.utc_offset, timezone.get_current_timezone()).replace(tzinfo=None)

    @property
    def fetched_peaks(self) -> "MemoPeaks | None":
        """How loud it is along its length, where that was fetched with it; no query is made."""
        peaks: MemoPeaks | None = self._state.fields_cache.get("peaks")
        return peaks


class MemoPeaks(models.Model):
    """How loud a memo is along its length, for pictures of it. It goes with its memo, and is in backups as a row."""

    memo = models.OneToOneField(Memo, models.CASCADE, primary_key=True, related_name="peaks")
    levels = models.BinaryField(help_text="50 bytes a second (transcription.core.decoding.peaks); none: unreadable")

    def __str__(self) -> str:
        return str(self.memo_id)


class UnseenOriginal(models.Model):
    """Says of a memo that its original was never here: an export told of it, and what it told is no promise."""

    memo = models.OneToOneField(Memo, models.CASCADE, primary_key=True, related_name="unseen_original")

    def __str__(self) -> str:
        return str(self.memo_id)


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


class SealedCopy(models.Model):
    """What came sealed under an id: its sender knows its own copy by it, long after the memo was deleted.

    A hash of sealed bytes confirms no guess of what is in them.
    """

    user = models.ForeignKey(User, models.CASCADE)
    client_id = models.CharField(max_length=128)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    is_whole = models.BooleanField(help_text="whether no slice is missing, nor its end")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "client_id"], name="sealed_copy_client_id")]

    def __str__(self) -> str:
        return str(self.pk)


class SitQuerySet(models.QuerySet["Sit"]):
    """Questions asked of sits."""

    OPEN_AT_MOST = timedelta(hours=3)
    """How long a sit lasts whose end never came: a phone whose battery ran out sits no longer."""

    LONGEST = timedelta(days=1)
    """Nobody sits for longer, whatever a device says."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's sits."""
        return self.filter(user_id=user.pk)

    def days(self, zone: tzinfo) -> list[tuple[date, int]]:
        """Return the days on which there were sits, by the clocks of a zone, in order, and how many."""
        dated = self.annotate(day=TruncDate("started_at", tzinfo=zone)).order_by("day")
        return list(dated.values_list("day").annotate(Count("pk")))

    def begun_between(self, begin: datetime, end: datetime) -> Self:
        """Return sits that began from one moment on and before another, in order."""
        return self.filter(started_at__gte=begin, started_at__lt=end).order_by("started_at", "pk")

    def around(self, at: datetime | OuterRef) -> Self:
        """Return the sits within which this moment lies; it may be one of an outer query."""
        latest: Any = at
        is_open = Q(ended_at=None, started_at__gt=latest - self.OPEN_AT_MOST)
        is_ended = Q(ended_at__gte=at, started_at__gte=latest - self.LONGEST)
        return self.filter(is_ended | is_open, started_at__lte=at)

    def within_reach(self, begin: datetime, end: datetime) -> Self:
        """Return the sits of which one may hold a moment from one on and up to another."""
        return self.filter(started_at__gte=begin - self.LONGEST, started_at__lte=end)


class Sit(models.Model):
    """A time of sitting still, as a device sent it; memos recorded within it belong to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="sits")
    device = models.ForeignKey(Device, models.SET_NULL, null=True)
    client_id = models.CharField(max_length=128)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=40, blank=True)

    objects = SitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "client_id"], name="sit_client_id")]
        indexes = [models.Index(fields=["user", "started_at"], name="sit_started")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def over_at(self) -> datetime:
        """When it was over, or at the latest, where nobody told."""
        return self.ended_at or self.started_at + SitQuerySet.OPEN_AT_MOST

    def holds(self, at: datetime) -> bool:
        """Return whether a moment lies within it, as `SitQuerySet.around` says."""
        if self.ended_at is None:
            return self.started_at <= at < self.over_at
        return self.started_at <= at <= self.ended_at and at - self.started_at <= SitQuerySet.LONGEST

    @property
    def may_last(self) -> bool:
        """Whether it may not be over yet: nobody told its end, and it could last so long."""
        return self.ended_at is None and self.over_at > timezone.now()

    @property
    def minutes(self) -> int | None:
        """How long it was, or None where its end was never told."""
        return None if self.ended_at is None else round((self.ended_at - self.started_at).total_seconds() / 60)
