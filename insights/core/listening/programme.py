"""In which order voices and bells are joined: topic by topic, a bell between topics, and an end."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from insights.core.listening.bell import AT_THE_END, BETWEEN_IDEAS, BETWEEN_TOPICS
from transcription.core.decoding.splice import Cut, Spliced, SplicedCut


class Voice(NamedTuple):
    """An idea's span of a copy. source: its number. pauses: what of it is passed over, in order; seconds."""

    source: int
    start: float
    end: float
    pauses: Sequence[tuple[float, float]] = ()

    def cuts(self) -> list[Cut]:
        """Return what is joined of it."""
        edges = [self.start, *(edge for pause in self.pauses for edge in pause), self.end]
        return [
            Cut(self.source, first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if last > first
        ]


class Programme(NamedTuple):
    """cuts: all that is joined. voices: one a voice, the numbers of its cuts. bells: the numbers of theirs."""

    cuts: list[Cut]
    voices: list[range]
    bells: list[int]


def arrange_voices(groups: Sequence[Sequence[Voice]]) -> Programme:
    """Return how the voices of each topic follow each other."""
    cuts, voices, bells = list[Cut](), list[range](), list[int]()
    for group in filter(None, groups):
        if cuts:
            bells.append(len(cuts))
            cuts.append(BETWEEN_TOPICS)
        for number, voice in enumerate(group):
            if number:
                cuts.append(BETWEEN_IDEAS)
            parts = voice.cuts()
            voices.append(range(len(cuts), len(cuts) + len(parts)))
            cuts += parts
    return Programme([*cuts, AT_THE_END], voices, bells)


class HeardSpan(NamedTuple):
    """Where a voice lies in the joined sound: its parts, each with where it is in its copy."""

    parts: Sequence[SplicedCut]

    @property
    def begin(self) -> float:
        """The second at which it begins."""
        return self.parts[0].at

    @property
    def end(self) -> float:
        """The second at which it ends."""
        start, end, at = self.parts[-1]
        return at + end - start

    def second_of(self, second: float) -> float:
        """Return where a second of the copy is heard; of a pause that is passed over, where it goes on."""
        for part, following in pairwise(self.parts):
            if second < part.end:
                return part.at + max(0.0, second - part.start)
            if second < following.start:
                return following.at
        start, end, at = self.parts[-1]
        return at + min(max(0.0, second - start), end - start)


def heard_spans(programme: Programme, spliced: Spliced) -> list[HeardSpan | None]:
    """Return where each voice lies; None of those without length, or for which there was no room."""
    laid = spliced.laid
    is_heard = [bool(cuts) and cuts.stop <= len(laid) for cuts in programme.voices]
    return [
        HeardSpan(laid[one.start : one.stop]) if is_in else None
        for one, is_in in zip(programme.voices, is_heard, strict=True)
    ]
