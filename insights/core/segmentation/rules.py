"""Where a speaker turned to something else, in a language without weights: at cue phrases and long pauses."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from insights.core.segmentation.cues import has_cue
from insights.core.segmentation.sentences import SentenceRuns
from transcription.core.words import Word

PAUSE_SECONDS = 2.5
"""Seconds between two sentences that part them."""
PAUSE_RATIO = 3.0
"""... and how many times this speaker's usual pause between sentences that must be."""


def rule_turns(heard: SentenceRuns, words: Sequence[Word], language: str) -> list[bool]:
    """Return, for each place between two sentences, whether the speaker turned to something else there."""
    pauses = [words[after.first].start - words[before.last].end for before, after in pairwise(heard.sentences)]
    return [
        has_cue(sentence.text, language) or _is_long(place, pauses)
        for place, sentence in enumerate(heard.sentences[1:])
    ]


def _is_long(place: int, pauses: Sequence[float]) -> bool:
    """Return whether one pause is long in itself and beside this speaker's others."""
    others = [*pauses[:place], *pauses[place + 1 :]]
    return pauses[place] >= max(PAUSE_SECONDS, PAUSE_RATIO * median(others or [0.0]))
