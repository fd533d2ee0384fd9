"""Streams of ideas with known topics: one JSON object a line, in order of arrival."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from insights.core.embedding.protocol import Embedder
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.tokens import words_of

DAY_SECONDS = 86400


class StreamIdea(NamedTuple):
    """label: the true topic, for scoring and for the person that a review simulates; placing never sees it."""

    id: str
    text: str
    label: str
    memo: str | None = None
    at: str | None = None
    context: str = ""


class BadStream(ValueError):
    """A line that is not an idea; the message says which."""


def read_stream(path: Path) -> list[StreamIdea]:
    """Return the ideas of a file. Raises BadStream, OSError."""
    with path.open("rb") as file:
        return list(_parse_stream(file))


def _parse_stream(written: Iterable[bytes]) -> Iterable[StreamIdea]:
    for number, line in enumerate(written, start=1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            idea = StreamIdea(
                str(told["id"]), str(told["text"]), str(told["label"]), told.get("memo"), told.get("at"),
                told.get("context") or "",
            )  # fmt: skip
            _day_of(idea)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadStream(f"Line {number} is not an idea with id, text and label.") from error
        yield idea


def features_of_lines(lines: Sequence[StreamIdea], embedder: Embedder, language: str = "en") -> list[IdeaFeatures]:
    """Return ideas as placing sees them. Their keys are their numbers, so that ids may come twice."""
    vectors = embedder.embed([line.text for line in lines])
    return [
        IdeaFeatures(n, vector, words_of(line.text, language, embedder.rarity), line.memo, _day_of(line), line.context)
        for n, (line, vector) in enumerate(zip(lines, vectors, strict=True))
    ]


def _day_of(line: StreamIdea) -> float | None:
    return None if line.at is None else datetime.fromisoformat(line.at).timestamp() / DAY_SECONDS
