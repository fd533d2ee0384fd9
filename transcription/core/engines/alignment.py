"""Align words that have times with the text that they are from."""

import re
from collections.abc import Iterable

from capture.core.whisper_json import TimedText

LOOKAHEAD_CHARACTERS = 80
"""Characters of text that may stand between two words that are found; what is farther away is another's."""

_TOKEN = re.compile(r"\s*\S+|\s+")
_NO_SPACE = re.compile(r"\S*")


def align_words(text: str, words: Iterable[TimedText], unsaid: float) -> list[TimedText]:
    """Return the whole text in rows, word by word, with the times of those words that are found in it.

    words: in their order, without the white space and the punctuation that the text has around them. White space goes
    to the word after it, punctuation to the word that it touches. unsaid: the probability of what no word tells of.
    Joining the rows gives the text, whatever the words are.
    """
    rows: list[TimedText] = []
    at = 0
    for word in words:
        bare = word.text.strip()
        found = text.find(bare, at, at + LOOKAHEAD_CHARACTERS + len(bare)) if bare else -1
        if found < 0:
            continue
        *apart, lead = _between(text[at:found], rows) or [""]
        rows += [TimedText(piece, None, None, unsaid) for piece in apart]
        rows.append(word._replace(text=lead + bare))
        at = found + len(bare)
    return rows + [TimedText(piece, None, None, unsaid) for piece in _between(text[at:], rows)]


def _between(gap: str, rows: list[TimedText]) -> list[str]:
    """Append to the last row what touches it, and return the rest of a gap in pieces."""
    touching = _NO_SPACE.match(gap)[0] if rows else ""  # type: ignore[index]  # it matches anything
    if touching:
        rows[-1] = rows[-1]._replace(text=rows[-1].text + touching)
    return _TOKEN.findall(gap[len(touching) :])
