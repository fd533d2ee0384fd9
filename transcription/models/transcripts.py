"""What was heard in a memo, and how far the hearing of it has come."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from capture.models import Memo, User, resting_user_ids
from transcription.core.edit_script import Piece, Replacement, excerpt, text_pieces
from transcription.core.messages import LANGUAGE_OTHER, Message, parse_message
from transcription.core.warnings.marks import MarkedText, mark_text, touched_words
from transcription.core.warnings.spans import doubtful_words
from transcription.core.words import Word, from_rows, joined

LAST_AFTER_LOST_CLAIMS = 3
"""Lost claims after which a transcript goes to the end of the line: it may be what kills its workers."""


class State(models.TextChoices):
    """Where a transcript stands. READY and NO_SPEECH are right ends; FAILED and QUARANTINED keep the audio.

    PAUSED and CANCELLED are a person's word: a worker that is at it finds out at its next write, which is refused.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    READY = "ready"
    NO_SPEECH = "no_speech"
    FAILED = "failed"
    QUARANTINED = "quarantined"


def _flag(is_so: Q, weight: int) -> Case:
    return Case(When(is_so, then=Value(weight)), default=Value(0))


class TranscriptQuerySet(models.QuerySet["Transcript"]):
    """Questions asked of transcripts."""

    def due(self, now: datetime) -> Self:
        """Return what is waiting, or claimed by a worker whose lease ran out; the likeliest to be waited for first.

        Live before imported or heard again, short before long, oldest first; what has lost many workers goes last.
        Imported memos are left out while their user lets them rest.
        """
        # In words by which the index `transcript_turn` is found: what has not ended waits, is claimed or rests.
        under_way = self.filter(finished_at=None, memo__deleted_at=None).exclude(state=State.PAUSED)
        awake = under_way.alias(free_at=Coalesce("lease", "due")).filter(free_at__lte=now)
        return awake.exclude(archive=True, user__in=resting_user_ids(now)).order_by("turn", "received_at", "pk")

    def first_of_each(self) -> Self:
        """Return the first of each user, in this order. Each is found in an index (`transcript_users_turn`)."""
        theirs = self.filter(user=OuterRef("pk")).values("pk")[:1]
        firsts = User.objects.annotate(first=Subquery(theirs)).exclude(first=None)
        return self.filter(pk__in=list(firsts.values_list("first", flat=True)))

    def given(self) -> Self:
        """Return those of memos whose text was given with them: they need no engine."""
        return self.filter(again=False, asked_model="").exclude(memo__text_beside=None)

    def live(self) -> Self:
        """Return those of memos that are no old recordings."""
        return self.filter(archive=False)

    def archived(self) -> Self:
        """Return those of old recordings."""
        return self.filter(archive=True)

    def current(self) -> Self:
        """Return the transcripts that are shown, one a memo."""
        return self.filter(current=True, memo__deleted_at=None)

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's transcripts."""
        return self.filter(memo__user_id=user.pk)

    def standing_at(self, memos: QuerySet[Memo]) -> Self:
        """Return the transcripts of these memos. The query begins at the transcripts: use it where those are few."""
        return self.filter(Exists(memos.filter(pk=OuterRef("memo"))))

    def received_since(self, since: datetime) -> Self:
        """Return transcripts of memos received since then, with their memos, in the order they were spoken."""
        late = Memo.objects.filter(received_at__gte=since)
        # By their keys: SQLite would rather read all memos in their order than put these few in order.
        return self.filter(memo__in=late.values("pk")).select_related("memo").order_by("memo__recorded_at")

    def silent(self) -> Self:
        """Return those in which nobody speaks."""
        return self.filter(state=State.NO_SPEECH)

    def failed(self) -> Self:
        """Return those that are left alone until a person asks for another try."""
        # First by their state alone, in which there are few: not by their user, who has many.
        left = Transcript.objects.filter(state__in=[State.FAILED, State.QUARANTINED])
        return self.filter(pk__in=left.values("pk")).select_related("memo")

    def ready(self) -> Self:
        """Return what has words."""
        return self.filter(state=State.READY)

    def doubtful(self) -> Self:
        """Return those whose words may be wrong."""
        return self.filter(is_doubtful=True)

    def waiting_beside(self) -> Self:
        """Return those that are to be heard, or rest, while the words of an earlier hearing are shown."""
        return self.filter(current=False, finished_at=None)

    def without_words(self) -> Self:
        """Return them with their memos, but without the words, for lists."""
        return self.select_related("memo").defer("text", "words")

    def under_way(self, now: datetime) -> Self:
        """Return those at which a worker is."""
        return self.filter(state=State.CLAIMED, lease__gte=now)

    def unplaced(self) -> Self:
        """Return what has words of which nobody made ideas yet."""
        return self.ready().filter(is_placed=False)

    def unfinished(self) -> Self:
        """Return what is still being written down."""
        return self.filter(state__in=[State.WAITING, State.CLAIMED], memo__deleted_at=None)


class Transcript(models.Model):
    """One hearing of a memo. `text` is verbatim, never rewritten; of a memo's generations one is current.

    The database refuses to change `text` or `words` once there are any (migration 0004_verbatim), but where the same
    statement stamps `erased_at` (0009_erased): words of an idea that a person erased are taken out.

    A worker holds it by a lease and a fence number; only the newest fence's holder may write
    (transcription.worker.claims).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    memo = models.ForeignKey(Memo, models.CASCADE, related_name="transcripts")
    user = models.ForeignKey(
        User, models.CASCADE, related_name="+", db_index=False, help_text="the memo's: a copy, for whose turn it is"
    )
    generation = models.PositiveSmallIntegerField(default=1)
    current = models.BooleanField(default=True)
    received_at = models.DateTimeField(default=timezone.now, help_text="the memo's: a copy, for the claims' order")
    archive = models.BooleanField(default=False, help_text="whether it is of an old recording: a copy too")
    is_long = models.BooleanField(
        default=False, help_text="heard in slices: guessed from the bytes until it was decoded"
    )
    again = models.BooleanField(
        default=False, help_text="another hearing of a memo that has words: it goes with the backlog"
    )
    asked_model = models.CharField(
        max_length=200, blank=True, help_text="the model that a person asked for, if another"
    )
    asked_language = models.CharField(
        max_length=3, blank=True, help_text="the language that a person asked for, if it was heard as another"
    )
    without_vad = models.BooleanField(default=False, help_text="a person asked to hear it all, pauses included")
    is_doubtful = models.BooleanField(
        default=False,
        help_text="it has warnings, or its words are unsure on the whole (core.warnings.spans)",
    )

    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    due = models.DateTimeField()
    lease = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    lost_claims = models.PositiveSmallIntegerField(
        default=0, help_text="claims that ended without a result or progress"
    )
    turn = models.GeneratedField(
        expression=_flag(Q(lost_claims__gte=LAST_AFTER_LOST_CLAIMS), 4)
        + _flag(Q(archive=True) | Q(again=True), 2)
        + _flag(Q(is_long=True), 1),
        output_field=models.SmallIntegerField(),
        db_persist=True,
        help_text="live before imported or heard again, short before long; what has lost many workers goes last",
    )
    decoder_deaths = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, help_text="why it failed or is tried again: a code with parameters")

    engine = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, blank=True)
    text = models.TextField(blank=True)
    words = models.JSONField(default=list, help_text="[[text, start, end, probability], ...]")
    warnings = models.JSONField(default=list)
    window = models.CharField(max_length=6, blank=True, help_text="short, full or slices")
    container_seconds = models.FloatField(null=True, help_text="how long the recording says it is, if it does")
    audio_seconds = models.FloatField(null=True, help_text="how much of it could be read")
    compute_seconds = models.FloatField(null=True)
    finished_at = models.DateTimeField(null=True)
    is_placed = models.BooleanField(
        default=False, help_text="whether its words were looked through for ideas: to ask the ideas would take long"
    )
    erased_at = models.DateTimeField(null=True, help_text="when words were last taken out for good, or put back")

    objects = TranscriptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["memo", "generation"], name="transcript_generation"),
            models.UniqueConstraint(fields=["memo"], condition=Q(current=True), name="transcript_current"),
            models.UniqueConstraint(
                fields=["memo"], condition=Q(current=False, finished_at=None), name="transcript_again"
            ),
        ]
        indexes = [
            models.Index(fields=["turn", "received_at", "id"], condition=Q(finished_at=None), name="transcript_turn"),
            models.Index(
                fields=["user", "turn", "received_at", "id"],
                condition=Q(finished_at=None),
                name="transcript_users_turn",
            ),
            models.Index(fields=["state", "current", "memo"], name="transcript_state"),
            models.Index(
                F("finished_at").desc(),
                condition=Q(audio_seconds__gt=0, compute_seconds__gt=0),
                name="transcript_measured",
            ),
            models.Index(fields=["memo"], condition=Q(current=True, is_doubtful=True), name="transcript_doubtful"),
            models.Index(fields=["state", "user"], condition=Q(is_placed=False), name="transcript_unplaced"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it, as its memo's user's."""
        if self._state.adding:
            self.user_id = self.memo.user_id
        super().save(*args, **kwargs)

    def heard(self) -> list[Word]:
        """Return the words with their times."""
        return from_rows(self.words)

    @property
    def problem(self) -> Message | None:
        """Why it failed or is tried again, if anything is stored of that."""
        return parse_message(self.error)

    @property
    def other_language(self) -> str:
        """The language that it sounds like, where that is none that it was heard in; else ""."""
        told = filter(None, map(parse_message, self.warnings))
        return next((str(one.parameters.get("heard", "")) for one in told if one.code == LANGUAGE_OTHER), "")

    def doubtful(self) -> set[int]:
        """Return the numbers of the words that may not have been said; not those that a person changed or kept."""
        found = doubtful_words(self.warnings)
        return found - touched_words(self.changes()) if found else found

    def marked_as_heard(self) -> list[MarkedText]:
        """Return the text as it was heard, cut where doubt begins and ends."""
        # Where nobody seems to speak, there are words and no text.
        return mark_text(self.heard(), (), self.doubtful(), 0, len(self.text or joined(self.heard())))

    def marked(self, start: int = 0, end: int | None = None) -> list[MarkedText]:
        """Return what a person has for characters start..end of the text, cut where doubt begins and ends."""
        until = len(self.text) if end is None else end
        return mark_text(self.heard(), self.changes(), self.doubtful(), start, until)

    def changes(self) -> list[Replacement]:
        """Return what a person changed and did not undo, in the order it was done."""
        return [edit.change() for edit in self.edits.all() if edit.undone_at is None]

    @property
    def is_changed(self) -> bool:
        """Whether a person has other words than were heard; to keep those that were is no change."""
        return any(piece.is_changed for piece in self.pieces())

    def pieces(self) -> list[Piece]:
        """Return the text as a person has it, in pieces that keep the times of their words."""
        return text_pieces(self.heard(), self.changes())

    def said(self, start: int, end: int) -> str | None:
        """Return what a person has for characters start..end of the text, or None where nothing was changed."""
        changes = self.changes()
        return excerpt(self.heard(), changes, start, end) if changes else None
