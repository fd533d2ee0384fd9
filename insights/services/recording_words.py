"""A recording's words as its page shows them: part by part, by ideas, each word with its place."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from insights.core.phrases.fillers import find_fillers
from insights.core.pictures.waveform import span_colour
from insights.models import Idea
from insights.services.idea_spans import word_ends, words_of_idea
from transcription.core.edit_script import Piece
from transcription.models import Transcript

PART_WORDS, PART_IDEAS = 1000, 30
"""What one page of a recording shows at most: some 200 KB of HTML."""
PART_LEAST_SECONDS = 60.0
"""No part ends sooner, however fast somebody speaks: a link to an earlier second needs to name none."""
TIME_SLACK_SECONDS = 0.05
"""Addresses say seconds with two decimals: the second at which a part begins is in it."""


class ShownWord(NamedTuple):
    """A word of a recording's page. space: the white space before it. heard: what was heard, where it is another.

    kept: what stays of it where sounds are left out; comma: its own, which goes with them.
    """

    piece: Piece
    space: str
    text: str
    heard: str
    is_filler: bool
    kept: str
    comma: str


class IdeaWords(NamedTuple):
    """Words that stand in one idea, or in none. number, colour: of the idea within the recording."""

    idea: Idea | None
    number: int
    colour: str
    words: list[ShownWord]


class RecordingPart(NamedTuple):
    """What one page shows of a recording. start, until: seconds of its sound. ideas: with their numbers in it."""

    start: float
    until: float
    runs: list[IdeaWords]
    ideas: list[tuple[int, Idea]]


def recording_parts(transcript: Transcript | None, ideas: Sequence[Idea]) -> list[RecordingPart]:
    """Return a recording in parts that are short enough for a page, cut between ideas where that can be: at least one.

    ideas: all of the recording, in their order. One whose words are not there stands in the part of its time.
    """
    runs = words_by_idea(transcript, ideas, transcript.pieces()) if transcript else []
    parts = list[list[IdeaWords]]()
    for run in chain.from_iterable(map(_cut_long, runs)):
        if not parts or _is_full(parts[-1], run):
            parts.append([])
        parts[-1].append(run)
    starts = [0.0, *(_begin_of(part[0]) for part in parts[1:])]
    places: dict[int, int] = {}
    for place, part in enumerate(parts):
        for run in part:
            places.setdefault(run.number, place)
    here = [list[tuple[int, Idea]]() for _ in starts]
    for number, idea in enumerate(ideas, start=1):
        by_time = max(0, bisect_right(starts, idea.audio_start) - 1)
        here[places.get(number, by_time)].append((number, idea))
    ends = [*starts[1:], math.inf]
    return [
        RecordingPart(start, end, part, own)
        for start, end, part, own in zip(starts, ends, parts or [[]], here, strict=True)
    ]


def part_at(parts: Sequence[RecordingPart], second: float) -> int:
    """Return the place of the part that holds a second of the sound."""
    return max(0, bisect_right([part.start for part in parts], second + TIME_SLACK_SECONDS) - 1)


def part_query(idea: Idea) -> str:
    """Return what the address of a recording's page needs, so that it shows the part in which an idea is."""
    return f"?at={idea.audio_start:.2f}" if idea.audio_start >= PART_LEAST_SECONDS else ""


def _cut_long(run: IdeaWords) -> list[IdeaWords]:
    return [run._replace(words=run.words[at : at + PART_WORDS]) for at in range(0, len(run.words), PART_WORDS)]


def _is_full(part: Sequence[IdeaWords], run: IdeaWords) -> bool:
    """Return whether a run begins a new part."""
    words = sum(len(one.words) for one in part) + len(run.words)
    is_long = _begin_of(run) - _begin_of(part[0]) >= PART_LEAST_SECONDS
    return is_long and (words > PART_WORDS or len(part) >= PART_IDEAS)


def _begin_of(run: IdeaWords) -> float:
    return run.words[0].piece.start


def words_by_idea(transcript: Transcript, ideas: Sequence[Idea], pieces: Iterable[Piece]) -> list[IdeaWords]:
    """Return pieces of a transcript in runs, one for each idea.

    ideas: all of the recording, in the order in which the page numbers them.
    """
    heard = transcript.heard()
    ends = word_ends(heard)
    idea_at: dict[int, int] = {}
    for number, idea in enumerate(ideas, start=1):
        if idea.transcript_id == transcript.pk:
            idea_at |= dict.fromkeys(range(*words_of_idea(idea, ends)), number)
    shown = [piece for piece in pieces if piece.text.strip()]
    found = find_fillers([piece.text for piece in shown], transcript.language)
    fillers, before = {one.number: one.kept for one in found}, {one.before for one in found}
    runs: list[IdeaWords] = []
    for place, piece in enumerate(shown):
        number = idea_at.get(piece.first, 0)
        if not runs or runs[-1].number != number:
            here = ideas[number - 1] if number else None
            runs.append(IdeaWords(here, number, span_colour(number) if number else "", []))
        text = piece.text.lstrip()
        stood = "".join(word.text for word in heard[piece.first : piece.last]).strip() if piece.is_changed else ""
        space = piece.text[: len(piece.text) - len(text)]
        comma = "," if place in before and text.endswith(",") else ""
        kept = fillers.get(place, "")
        runs[-1].words.append(ShownWord(piece, space, text.removesuffix(comma), stood, place in fillers, kept, comma))
    return runs
