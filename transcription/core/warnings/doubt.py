"""Which transcripts are worth hearing again: those that say so themselves, and those whose words are unsure."""

from collections.abc import Collection, Sequence
from statistics import fmean

from transcription.core.words import Word

UNSURE_BELOW = 0.6
"""Mean probability of a transcript's words. Clear speech has 0.8 and more, by the models from `base` on."""


def is_doubtful(words: Sequence[Word], warnings: Collection[str]) -> bool:
    """Return whether there are warnings, or the words' mean probability is low."""
    return bool(warnings) or (bool(words) and fmean(word.probability for word in words) < UNSURE_BELOW)
