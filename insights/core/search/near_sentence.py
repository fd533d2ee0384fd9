"""The sentence of an idea by which it is near to another: told where no telling word stands in both."""

import re
from collections.abc import Sequence
from itertools import pairwise

from transcription.core.warnings.marks import MarkedText, cut_marked

MOST_SENTENCES = 12
"""Of an idea so many, the first, are compared. An idea is a few sentences."""
_END = re.compile(r"[.!?…]+[\"'”’»)]*\s+|[。！？]+[」』）]*\s*")  # noqa: RUF001 - marks of other scripts are meant

MarkedSentence = list[MarkedText]
"""One sentence, cut where doubt begins and ends."""


def cut_into_sentences(marked: Sequence[MarkedText]) -> list[MarkedSentence]:
    """Return the first sentences of a text by its marks, but for those of which nothing is sure."""
    text = "".join(part.text for part in marked)
    edges = sorted({0, len(text), *(mark.end() for mark in _END.finditer(text))})
    sentences = (cut_marked(marked, begin, end) for begin, end in pairwise(edges[: MOST_SENTENCES + 1]))
    return [sentence for sentence in sentences if surely_said(sentence)]


def surely_said(sentence: MarkedSentence) -> str:
    """Return what a sentence says without doubtful words: by that it is compared."""
    return " ".join("".join(part.text for part in sentence if not part.is_doubtful).split())
