"""Ideas: what was said, where it stands, and by whose word."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from math import ceil, floor
from typing import Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from capture.models import Context, Memo, Sit, User
from insights.core.classify import IdeaKind
from insights.core.review.choices import Decision
from insights.models.arrangement import Arrangement, Author, arrangement_versions
from insights.models.search import SearchEntry, revisions
from transcription.core.decoding.peaks import PEAKS_PER_SECOND
from transcription.core.edit_script import Piece, pieces_within
from transcription.core.warnings.marks import (
    MarkedText,
    TextSpan,
    is_mostly_doubtful,
    marked_by_spans,
    spans_of,
    sure_text,
)
from transcription.models import Edit, Transcript

STANDING = frozenset({"topic", "topic_id", "placed_by", "is_doubtful", "is_replaced", "vector_model"})
"""What is written of an idea where it comes to stand elsewhere, or may be placed from now on or no longer."""


class IdeaQuerySet(models.QuerySet["Idea"]):
    """Questions asked of ideas. Whatever it writes of where they stand is stamped (`Idea.arranged`)."""

    def update(self, **values: Any) -> int:
        """Write values, and when it was that ideas came to stand elsewhere."""
        if STANDING.intersection(values):
            version = Arrangement.objects.filter(user=OuterRef("user")).values("version")[:1]
            values["arranged"] = Coalesce(Subquery(version), 0)
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable["Idea"], *options: Any, **named_options: Any) -> list["Idea"]:
        """Write new ideas, when it was, and by what they are found."""
        ideas = list(objs)
        versions = arrangement_versions({idea.user_id for idea in ideas})
        for idea in ideas:
            idea.arranged = versions.get(idea.user_id, 0)
        revision_of = revisions(idea.transcript_id for idea in ideas)
        with transaction.atomic():
            made = super().bulk_create(ideas, *options, **named_options)
            SearchEntry.objects.write(made, revision_of)
        return made

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def arranged_since(self, version: int) -> Self:
        """Return ideas that came to stand where they do by a version of their user's arrangement or later, in order."""
        return self.filter(arranged__gte=version).order_by("arranged")

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's ideas that are to be seen."""
        return self.filter(user_id=user.pk).shown()

    def shown(self) -> Self:
        """Return ideas of memos that are not deleted, but for those whose words others hold (`unreplaced`).

        Those of a transcript that is no longer current are a person's, or stay until the new one's are placed.
        """
        return self.unreplaced().filter(transcript__memo__deleted_at=None)

    def unreplaced(self) -> Self:
        """Return ideas that hold their words still: a person neither parted nor joined them, nor moved their edges."""
        return self.filter(is_replaced=False)

    def for_reading(self) -> Self:
        """Return ideas with all that telling programs of them takes; a transcript comes once for all its ideas."""
        told = self.select_related("topic", "review_state").without_vectors()
        return told.prefetch_related("transcript__memo", "transcript__edits")

    def with_memo(self) -> Self:
        """Return ideas with all that showing them takes."""
        return self.select_related("topic", "transcript__memo").prefetch_related("transcript__edits")

    def in_order(self) -> Self:
        """Return ideas in the order in which they were spoken."""
        return self.order_by("transcript__memo__recorded_at", "audio_start", "position")

    def without_vectors(self) -> Self:
        """Return ideas without what pages do not show."""
        return self.defer("vector", "other_vector")

    def newest_first(self) -> Self:
        """Return ideas by when they were spoken, the last one first."""
        return self.with_memo().order_by("-transcript__memo__recorded_at", "audio_start", "position")

    def newest_keys(self, first: int, last: int) -> list[uuid.UUID]:
        """Return the keys from one place to another by when they were spoken; the idea spoken last has place 1.

        The places are counted: to cut off the first few, PostgreSQL would go through all that was ever spoken.
        """
        spoken = Window(RowNumber(), order_by=[F("transcript__memo__recorded_at").desc(), "audio_start", "position"])
        placed = self.annotate(place=spoken).filter(place__gte=first, place__lte=last).order_by("place")
        return list(placed.values_list("pk", flat=True))

    def with_peaks(self) -> Self:
        """Return ideas whose `span_peaks` are known: one query more, however many there are."""
        return self.prefetch_related("transcript__memo__peaks")

    def with_vectors_of(self, model: str) -> Self:
        """Return ideas that have a vector of a model (see Idea.vector_of)."""
        return self.filter(Q(vector_model=model) | Q(other_model=model))

    def in_sight(self) -> Self:
        """Return ideas that do not stand in a hidden topic, and were not let go."""
        return self.exclude(topic__hidden=True).not_let_go()

    def not_let_go(self) -> Self:
        """Return ideas that are not out of sight because a person let them go."""
        return self.exclude(review_state__decision=Decision.LET_GO)

    def never_met(self) -> Self:
        """Return ideas of which nothing was decided in a review."""
        # Not by a join: of most something was decided, and SQLite would join these to their recordings first.
        decided: models.QuerySet[Any] = models.QuerySet(apps.get_model("insights", "ReviewState"))
        return self.filter(~Exists(decided.filter(idea=OuterRef("pk"))))

    def spoken_in_sits(self) -> Self:
        """Return ideas of memos that were recorded within a sit of their user's, unless they say it was elsewhere."""
        at, said = OuterRef("transcript__memo__recorded_at"), "transcript__memo__context_by_hand"
        is_not_denied = Q(**{said: None}) | Q(**{said: Context.SIT})
        return self.filter(is_not_denied, Exists(Sit.objects.filter(user=OuterRef("user")).around(at)))

    def unsorted(self) -> Self:
        """Return ideas that wait for company."""
        return self.filter(topic=None)

    def of_kind(self, kind: IdeaKind) -> Self:
        """Return tasks, questions, or thoughts."""
        return self.filter(kind=kind)

    def with_doubts(self) -> Self:
        """Return ideas in which words stood that may not have been said, when it was heard."""
        return self.exclude(doubtful=[])

    def as_said(self) -> list[str]:
        """Return what each idea says for sure: as a person changed it, else as it was heard, without doubtful words."""
        edited = self.filter(transcript__edits__in=Edit.objects.standing()).distinct().with_memo()
        changed = {idea.pk: idea.surely_said for idea in edited}
        heard = self.values_list("pk", "text", "doubtful")
        return [changed[key] if key in changed else sure_text(text, doubtful) for key, text, doubtful in heard]

    def came_in_since(self, since: datetime) -> Self:
        """Return ideas of live memos received since then, grouped by topic, in the order they were spoken.

        What was let go is left out.
        """
        # Placed after it was received: the one is asked for, the other is what is found by an index.
        late = self.not_let_go().filter(placed_at__gte=since, transcript__memo__received_at__gte=since)
        live = late.filter(transcript__memo__archive=False)
        return live.with_memo().order_by("topic__name", "transcript__memo__recorded_at", "audio_start", "position")

    def for_digest(self, since: datetime, until: datetime) -> Self:
        """Return what was placed after one moment and up to another, grouped by topic, in the order it was spoken.

        What came into hidden topics is left out.
        """
        fresh = self.filter(placed_at__gt=since, placed_at__lte=until, transcript__memo__archive=False)
        return (
            fresh.in_sight()
            .with_memo()
            .order_by("topic__name", "transcript__memo__recorded_at", "audio_start", "position")
        )


class Idea(models.Model):
    """One idea: a span of a transcript's text, anchored to the span of audio in which it was spoken."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="ideas")
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="ideas")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    text_start = models.PositiveIntegerField(help_text="characters, in the transcript's text")
    text_end = models.PositiveIntegerField()
    doubtful = models.JSONField(
        default=list,
        help_text="[[start, end], ...]: characters of the text that may not have been said, as it was heard",
    )
    audio_start = models.FloatField(help_text="seconds")
    audio_end = models.FloatField()
    kind = models.CharField(
        max_length=8, choices=[(kind.value, kind.value) for kind in IdeaKind], default=IdeaKind.THOUGHT.value
    )
    vector = models.BinaryField(help_text="float32, unit length; empty where no model knows the language yet")
    vector_model = models.CharField(max_length=100, blank=True)
    # A second one, so that the old serves while the new are made (services.reembed).
    other_vector = models.BinaryField(default=b"")
    other_model = models.CharField(max_length=100, blank=True)
    topic = models.ForeignKey("insights.Topic", models.SET_NULL, null=True, related_name="ideas")
    placed_by = models.CharField(max_length=7, choices=Author.choices, default=Author.MACHINE)
    placed_at = models.DateTimeField()
    is_doubtful = models.BooleanField(
        default=False,
        help_text="at least half of it may not have been said, and nobody said it was: the machine leaves it unsorted",
    )
    is_replaced = models.BooleanField(
        default=False,
        help_text="others hold its words since a person parted or joined it or moved its edges: kept to undo that",
    )
    arranged = models.PositiveIntegerField(
        default=0, help_text="the arrangement's version by which it came to stand where it stands"
    )

    objects = IdeaQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transcript", "position"], name="idea_position")]
        indexes = [
            models.Index(fields=["user", "placed_at"], name="idea_placed"),
            models.Index(fields=["user", "arranged"], name="idea_arranged"),
            # How many stand in a topic, and which came last, is read off these alone.
            models.Index(
                fields=["user", "topic", "is_replaced", "kind"], name="idea_standing", condition=Q(is_replaced=False)
            ),
            models.Index(
                fields=["topic", "placed_at", "is_replaced"], name="idea_topic_latest", condition=Q(is_replaced=False)
            ),
            # What is out of sight is found by its key, and counted, on this alone.
            models.Index(
                fields=["id", "user", "topic", "kind", "is_replaced"],
                name="idea_by_key",
                condition=Q(is_replaced=False),
            ),
            models.Index(fields=["user", "vector_model"], name="idea_vector_model"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def save(self, *options: Any, update_fields: Iterable[str] | None = None, **named_options: Any) -> None:
        """Write it, when it was that it came to stand elsewhere, and by what it is found if it is new."""
        fields = None if update_fields is None else set(update_fields)
        if fields is None or STANDING & fields:
            self.arranged = arrangement_versions({self.user_id}).get(self.user_id, 0)
            fields = None if fields is None else fields | {"arranged"}
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*options, update_fields=fields, **named_options)
            if is_new:
                SearchEntry.objects.write([self], revisions([self.transcript_id]))

    def vector_of(self, model: str) -> bytes:
        """Return its vector of a model, which it has."""
        return bytes(self.vector if self.vector_model == model else self.other_vector)

    @property
    def memo(self) -> Memo:
        """The memo in which it was spoken."""
        return self.transcript.memo

    @property
    def seconds(self) -> float:
        """How long it takes to hear it."""
        return self.audio_end - self.audio_start

    @property
    def span_peaks(self) -> bytes:
        """How loud its span is (`transcription.core.decoding.peaks`), where it came `with_peaks`; else nothing."""
        first, last = floor(self.audio_start * PEAKS_PER_SECOND), ceil(self.audio_end * PEAKS_PER_SECOND)
        peaks = self.memo.fetched_peaks
        return bytes(peaks.levels)[max(0, first) : max(0, last)] if peaks else b""

    @property
    def said(self) -> str:
        """What a person has for it, where they changed what was heard: the words, not the span, are another then."""
        said = self.transcript.said(self.text_start, self.text_end)
        return self.text if said is None else said

    @property
    def pieces(self) -> list[Piece]:
        """What is said in it, word by word or as a person put it, with the seconds in which it was spoken."""
        transcript = self.transcript
        return pieces_within(transcript.heard(), transcript.changes(), self.text_start, self.text_end)

    @property
    def marked(self) -> list[MarkedText]:
        """What is said in it, cut where doubt begins and ends; words that a person changed or kept are sure."""
        if self.doubtful and self.transcript.changes():
            return self.transcript.marked(self.text_start, self.text_end)
        return marked_by_spans(self.said, self.doubtful)

    @property
    def doubtful_spans(self) -> list[TextSpan]:
        """The characters of what is said in it that may not have been said."""
        return spans_of(self.marked)

    @property
    def surely_said(self) -> str:
        """What is said in it without the words that may not have been said."""
        return sure_text(self.said, self.doubtful_spans)

    def judge_doubtful(self) -> bool:
        """Set, but do not save, whether it is doubtful as a whole by now. Returns whether that is new."""
        was = self.is_doubtful
        self.is_doubtful = is_mostly_doubtful(self.said, self.doubtful_spans)
        return was != self.is_doubtful


class AllKnown(models.Model):
    """A transcript that brings no ideas: what is said in it stands in ideas of an earlier one that a person touched.

    Or all of it is the question of a night (`EveningQuestion`).
    """

    transcript = models.OneToOneField(Transcript, models.CASCADE, primary_key=True, related_name="all_known")

    def __str__(self) -> str:
        return str(self.transcript_id)
