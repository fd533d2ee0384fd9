"""Memos whose ideas a person told apart: what splitting is fitted on and judged by. Pure."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from transcription.core.words import Word

_NO_WORD = re.compile(r"[^\w' ]+")
GROUPS = 5
"""Memos that are nobody's are left out a fifth at a time; people's, a person at a time."""


class BadLabelledMemo(ValueError):
    """A line that is none; the message says which, and why."""


class LabelledMemo(NamedTuple):
    """Words with their times, and the numbers of those that begin an idea after the first; `either`: both are right."""

    id: str
    words: list[Word]
    bounds: list[int]
    either: list[int]

    @property
    def group(self) -> str:
        """Whose it is ("noor-012" is noor's), or which fifth of a set; judged by weights of others."""
        name, _, number = self.id.rpartition("-")
        return name if number.isdigit() else str(crc32(self.id.encode()) % GROUPS)

    def without_marks(self) -> "LabelledMemo":
        """Return it without capitals and punctuation, as some models write; words that are nothing else stay."""
        bare = [_NO_WORD.sub("", word.text.lower()) for word in self.words]
        return self._replace(
            words=[
                word._replace(text=text) if text.strip() else word for word, text in zip(self.words, bare, strict=True)
            ]
        )

    @property
    def is_spoken(self) -> bool:
        """Whether it is somebody's, not put together."""
        return not self.group.isdigit()


def read_memos(file: Path) -> list[LabelledMemo]:
    """Return the memos of a file of JSON lines {"id","text","words","bounds","either"}.

    words: [start, end] in seconds for each of text.split(). Raises BadLabelledMemo, OSError.
    """
    with file.open("rb") as lines:
        return list(_parse_memos(lines, file.name))


def _parse_memos(lines: Iterable[bytes], name: str) -> Iterator[LabelledMemo]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _parse_memo(json.loads(line))
        except (KeyError, TypeError, ValueError) as reason:
            raise BadLabelledMemo(f"{name}, line {number}: {reason!r}") from reason


def _parse_memo(row: dict[str, object]) -> LabelledMemo:
    tokens, times = str(row["text"]).split(), row["words"]
    words = [
        Word(f" {token}" if number else token, float(start), float(end), 1.0)
        for number, (token, (start, end)) in enumerate(zip(tokens, times, strict=True))  # type: ignore[call-overload]
    ]
    bounds, either = ([int(index) for index in row.get(key, ())] for key in ("bounds", "either"))  # type: ignore[attr-defined]
    return LabelledMemo(str(row["id"]), words, bounds, either)
