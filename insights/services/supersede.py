"""Ideas of a memo's earlier transcripts: those that a person touched stay as they are, the others make room."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from django.db.models import Q

from capture.models import Memo
from insights.models import Author, Correction, Idea
from transcription.models import Edit, Transcript

KNOWN_SHARE = 0.5
"""Share of a new idea that lies in ideas of before from which on it says nothing new."""


class Stretch(Protocol):
    """A stretch of audio, in seconds."""

    audio_start: float
    audio_end: float


class EarlierIdeas(NamedTuple):
    """What is there of a memo's earlier transcripts."""

    touched: list[Idea]
    untouched: list[Idea]

    def brings_something(self, idea: Idea) -> bool:
        """Return whether a new idea says what no idea says that stays."""
        return share_covered(idea, self.touched) <= KNOWN_SHARE

    def placed_at(self) -> datetime | None:
        """Return when the last of them was placed, or None where there are none: what replaces them is not newer."""
        return max((idea.placed_at for idea in (*self.touched, *self.untouched)), default=None)


def earlier_ideas(transcript: Transcript) -> EarlierIdeas:
    """Return the ideas of a transcript's memo that were made of other transcripts."""
    if not transcript.again:
        return EarlierIdeas([], [])
    ideas = Idea.objects.filter(transcript__memo=transcript.memo_id).exclude(transcript=transcript).unreplaced()
    # Where the memo itself said so, nobody touched the idea: what is heard now says it again.
    by_hand = Correction.objects.filter(idea__in=ideas).exclude(kind=Correction.Kind.SPOKEN)
    settled = Q(placed_by=Author.PERSON) & ~Q(corrections__kind=Correction.Kind.SPOKEN)
    said = Q(pk__in=by_hand.values("idea")) | settled | Q(review_state__isnull=False)
    moved = set(ideas.filter(said).values_list("pk", flat=True))
    edits = list(_edited_spans(transcript.memo))
    touched: list[Idea] = []
    untouched: list[Idea] = []
    for idea in ideas.order_by("audio_start"):
        is_touched = idea.pk in moved or any(edit.lies_in(idea) for edit in edits)
        (touched if is_touched else untouched).append(idea)
    return EarlierIdeas(touched, untouched)


class _EditedSpan(NamedTuple):
    """Where a person changed words, in seconds of one transcript."""

    transcript: UUID
    start: float
    end: float

    def lies_in(self, idea: Idea) -> bool:
        return idea.transcript_id == self.transcript and self.start < idea.audio_end and idea.audio_start < self.end


def _edited_spans(memo: Memo) -> Iterable[_EditedSpan]:
    for edit in Edit.objects.filter(transcript__memo=memo, undone_at=None).select_related("transcript"):
        words = edit.transcript.heard()[edit.first : max(edit.last, edit.first + 1)]
        if words:
            yield _EditedSpan(edit.transcript_id, words[0].start, words[-1].end)


def share_covered(stretch: Stretch, others: Iterable[Stretch]) -> float:
    """Return the share of a stretch that lies in others, in [0, 1]; seconds in several of them count once."""
    length = stretch.audio_end - stretch.audio_start
    reached, covered = stretch.audio_start, 0.0
    for other in sorted(others, key=lambda other: other.audio_start):
        covered += max(0.0, min(other.audio_end, stretch.audio_end) - max(other.audio_start, reached))
        reached = max(reached, other.audio_end)
    if length <= 0:
        return float(any(other.audio_start <= stretch.audio_start <= other.audio_end for other in others))
    return min(covered / length, 1.0)
