"""Words one by one, as they were said, and what comes after each."""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from transcription.core.words import Word

PAUSE_SECONDS = 0.35
"""As long as a comma."""
WORD = re.compile(r"(?:[cdjlmnst]|qu)(?=['’][^\W_])|[^\W_]+(?:['’][^\W_]+)*", re.IGNORECASE)  # noqa: RUF001
"""In French, what is elided before a word ("l'atelier") is one of its own."""
AFTER_WORD = re.compile(r"[^\W_](?!.*[^\W_])|^(?!.*[^\W_])", re.DOTALL)
ENDS = re.compile(r"[.:;!?…—–]")  # noqa: RUF001 - dashes are meant


class Stop(IntEnum):
    """What comes after a word: nothing, a comma or a pause, or the end of a sentence or of what announces one."""

    NONE = 0
    PAUSE = 1
    END = 2


class SpokenToken(NamedTuple):
    """A word as it was said, in lower case. asks: whether a question ends with it."""

    word: str
    stop: Stop = Stop.NONE
    asks: bool = False


def split_words(text: str) -> list[str]:
    """Return the words of a text, in lower case."""
    return [found.group().lower().replace("’", "'") for found in WORD.finditer(text)]  # noqa: RUF001


def spoken_tokens(words: Sequence[Word]) -> list[SpokenToken]:
    """Return what was said, word by word. A mark that stands alone belongs to the word before it."""
    found: list[SpokenToken] = []
    for number, word in enumerate(words):
        marks = word.text[last.end() :] if (last := AFTER_WORD.search(word.text)) else ""
        pauses = number + 1 < len(words) and words[number + 1].start - word.end >= PAUSE_SECONDS
        stop = Stop.END if ENDS.search(marks) else Stop.PAUSE if "," in marks or pauses else Stop.NONE
        found += [SpokenToken(part) for part in split_words(word.text)]
        if found:
            last_one = found[-1]
            found[-1] = SpokenToken(last_one.word, max(stop, last_one.stop), "?" in marks or last_one.asks)
    return found
