"""Map the times of words from the regions that an engine heard to the whole recording."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from transcription.core.words import Word


class Region(NamedTuple):
    """A stretch of a recording that was listened to: seconds from its beginning, in whole milliseconds."""

    start: float
    end: float


def place_in_recording(words: Iterable[Word], regions: Sequence[Region]) -> Iterator[Word]:
    """Yield the words with their times in the recording: in order, each inside one region, and so in no pause.

    words: with times in the regions, laid one after the other. regions: at least one, in order and apart. A word that
    the engine stretched over a pause stays where its middle is. Texts stay, but for white space before the first.
    """
    ends = list(accumulate(one.end - one.start for one in regions))
    here, clock, said = 0, 0.0, regions[0].start
    for number, word in enumerate(words):
        start = min(max(word.start, clock), ends[-1])
        clock = min(max(word.end, start), ends[-1])
        while ends[here] < (start + clock) / 2 and here + 1 < len(regions):
            here += 1
        region = regions[here]
        shift = region.end - ends[here]
        begun = min(max(start + shift, region.start, said), region.end)
        said = min(max(clock + shift, begun), region.end)
        text = word.text if number else word.text.lstrip()
        yield Word(text, round(begun, 3), round(said, 3), round(word.probability, 3))
