"""Which ideas a review holds, and in which order."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import IntEnum
from itertools import accumulate
from typing import NamedTuple
from uuid import UUID

READ_WORDS_A_MINUTE = 200
"""How fast a person reads who thinks about it: about 240 silently (Brysbaert 2019), less half awake."""


class QueuePart(IntEnum):
    """Why an idea is in a review: those with the lower number come first."""

    ANSWER = 0
    """It was said after the evening question was asked."""
    LAST_NIGHT = 1
    NEW = 2
    """It came in some days ago, and was never met."""
    RETURNING = 3
    """It was put off, or rested."""


class Candidate(NamedTuple):
    """An idea that may be in a review. at: when it was spoken, or when it came back. seconds: what to meet it takes."""

    key: UUID
    part: QueuePart
    topic: UUID | None
    at: datetime
    seconds: float


def meeting_seconds(text: str, audio_seconds: float) -> float:
    """Return how long it takes to hear an idea and to read it."""
    return audio_seconds + len(text.split()) * 60 / READ_WORDS_A_MINUTE


def ordered(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates part by part, and in each topic by topic: the topic that begins first is first.

    What has no topic is last in its part.
    """
    found = sorted(candidates, key=lambda one: one.at)
    begins: dict[tuple[QueuePart, UUID | None], int] = {}
    for number, one in enumerate(found):
        begins.setdefault((one.part, one.topic), number)
    return sorted(found, key=lambda one: (one.part, one.topic is None, begins[one.part, one.topic]))


def first_ideas(queue: Sequence[Candidate], number: int) -> list[Candidate]:
    """Return the first ideas of a queue, at most so many."""
    return list(queue[:number])


def first_seconds(queue: Sequence[Candidate], seconds: float) -> list[Candidate]:
    """Return the first ideas of a queue that can be met in so many seconds; one at least, where there is one."""
    ends = accumulate(one.seconds for one in queue)
    return [one for number, (one, end) in enumerate(zip(queue, ends, strict=True)) if number == 0 or end <= seconds]
