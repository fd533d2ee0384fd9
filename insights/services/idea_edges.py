"""Which words belong to which idea, as a person says it: parted at a word, joined, or an edge moved.

What a person says binds: no later placing or hearing changes it. The ideas of before are kept, shown nowhere, and come
back when it is undone (`Idea.is_replaced`); those that hold their words now stand where these stood.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from insights.models import Author, Correction, Idea, ReviewState, ReviewTurn
from insights.services.correction_log import Batch, announce_correction, bump_version, new_batch, snapshot
from insights.services.idea_spans import WordRange, idea_of_span, word_ends, words_of_idea
from transcription.models import Transcript


class EdgeRefused(ValueError):
    """There is no such word within the idea, or no such neighbour beside it."""


class IdeaReplaced(Exception):
    """Its words were given to other ideas meanwhile, on another page perhaps: nothing is changed."""


class Neighbours(NamedTuple):
    """The ideas whose words lie right before and right after those of an idea, where there are any."""

    before: Idea | None
    after: Idea | None


class _Part(NamedTuple):
    """The words of a new idea, and the one in whose place it stands."""

    words: WordRange
    heir_of: Idea


def neighbours_of(idea: Idea) -> Neighbours:
    """Return an idea's neighbours within its transcript."""
    ends = word_ends(idea.transcript.heard())
    here = words_of_idea(idea, ends)
    found = dict[str, Idea]()
    for other in Idea.objects.filter(transcript=idea.transcript_id).unreplaced().exclude(pk=idea.pk):
        other.transcript = idea.transcript
        there = words_of_idea(other, ends)
        if there.end == here.first:
            found["before"] = other
        elif there.first == here.end:
            found["after"] = other
    return Neighbours(found.get("before"), found.get("after"))


def part_idea(idea: Idea, at: int) -> list[Idea]:
    """Split an idea in two, of which the second begins with a word of its transcript. Returns both.

    at: the number of the word, from 0. Raises EdgeRefused where the idea holds no such word after its first, and
    IdeaReplaced.
    """
    here = words_of_idea(idea, word_ends(idea.transcript.heard()))
    if not here.first < at < here.end:
        raise EdgeRefused
    parts = [_Part(WordRange(here.first, at), idea), _Part(WordRange(at, here.end), idea)]
    return _replace_ideas([idea], parts, Correction.Kind.PARTED)


def join_ideas(idea: Idea, other: Idea) -> Idea:
    """Join an idea with its neighbour into one that stands where the first of these two stood. Returns it.

    Raises EdgeRefused where they are no neighbours, and IdeaReplaced.
    """
    if other not in neighbours_of(idea):
        raise EdgeRefused
    ends = word_ends(idea.transcript.heard())
    one, two = sorted((words_of_idea(idea, ends), words_of_idea(other, ends)))
    (joined,) = _replace_ideas([idea, other], [_Part(WordRange(one.first, two.end), idea)], Correction.Kind.JOINED)
    return joined


def move_edge(idea: Idea, at: int) -> list[Idea]:
    """Make an idea begin with another word: words go to its neighbour before, or come from there. Returns both.

    at: the number of the word, from 0. Raises EdgeRefused where one of both would hold none, and IdeaReplaced.
    """
    before = neighbours_of(idea).before
    if before is None:
        raise EdgeRefused
    ends = word_ends(idea.transcript.heard())
    there, here = words_of_idea(before, ends), words_of_idea(idea, ends)
    if not there.first < at < here.end or at == here.first:
        raise EdgeRefused
    parts = [_Part(WordRange(there.first, at), before), _Part(WordRange(at, here.end), idea)]
    return _replace_ideas([before, idea], parts, Correction.Kind.EDGE_MOVED)


def _replace_ideas(before: Sequence[Idea], parts: Sequence[_Part], kind: Correction.Kind) -> list[Idea]:
    """Write ideas of these words in the place of others. Returns them. Raises IdeaReplaced."""
    transcript = before[0].transcript
    with transaction.atomic():
        bump_version(before[0].user_id)
        standing = Idea.objects.filter(pk__in=[idea.pk for idea in before]).unreplaced()
        heirs = standing.in_bulk()
        if len(heirs) != len(before):
            raise IdeaReplaced
        former = snapshot(standing)
        made = _make_parts(transcript, [part._replace(heir_of=heirs[part.heir_of.pk]) for part in parts])
        former["Idea"] |= {str(idea.pk): None for idea, _heir in made}
        Idea.objects.bulk_create(idea for idea, _heir in made)
        batch = new_batch(before[0].user_id, former)
        for idea, heir in made:
            _hand_down(idea, heir, batch)
        for idea, _heir in made:
            batch.record(kind, {}, idea=idea)
            announce_correction(idea)
        standing.update(is_replaced=True)
    return [idea for idea, _heir in made]


def _make_parts(transcript: Transcript, parts: Sequence[_Part]) -> list[tuple[Idea, Idea]]:
    """Return new ideas, not saved, each with the one in whose place it stands."""
    words = transcript.heard()
    last = Idea.objects.filter(transcript=transcript).aggregate(last=Max("position"))["last"]
    made = []
    for position, (there, heir) in enumerate(parts, start=last + 1):
        idea = idea_of_span(transcript, words, position, there.span_in(words))
        idea.topic_id, idea.placed_by, idea.kind = heir.topic_id, heir.placed_by, heir.kind
        idea.placed_at = heir.placed_at  # what was told of before is not told again as new
        made.append((idea, heir))
    return made


def _hand_down(idea: Idea, heir: Idea, batch: Batch) -> None:
    """Write of a new idea what was said of the one in whose place it stands: topics, and reviews."""
    said = Correction.objects.standing().filter(idea=heir)
    for barred in said.filter(kind=Correction.Kind.NOT_THIS).select_related("topic"):
        batch.record(Correction.Kind.NOT_THIS, {}, topic=barred.topic, idea=idea)
    if heir.placed_by == Author.PERSON:
        kind = Correction.Kind.CONFIRMED if heir.topic else Correction.Kind.MOVED
        batch.record(kind, {}, topic=heir.topic, idea=idea)
    for state in ReviewState.objects.filter(idea=heir):
        state.pk = idea.pk
        state.save(force_insert=True)
    turns = ReviewTurn.objects.undecided().filter(idea=heir, session__ended_at=None)
    ReviewTurn.objects.bulk_create(
        ReviewTurn(session_id=turn.session_id, idea=idea, position=turn.position, part=turn.part) for turn in turns
    )
