"""A speaker who says what people said: vectors of made-up words, and what is nearest to them, lie otherwise."""

import json
from collections import defaultdict
from pathlib import Path

from tests.bench.account import Speaker

ASSETS = Path(__file__).parent.parent / "assets"
FILES = (ASSETS / "splitting" / "fitted" / "hwu64-requests.jsonl", *sorted((ASSETS / "topics").glob("[!h]*.jsonl")))
"""Requests of people (HWU64), and ideas that people might speak; both with what each is about."""
LEAST_WORDS, LEAST_SENTENCES = 3, 10


class QuotingSpeaker(Speaker):
    """Says two things that people said about one topic, and one about any. The same for the same seed."""

    def __init__(self, topics: int, seed: int) -> None:
        super().__init__(topics, seed)
        about: defaultdict[str, set[str]] = defaultdict(set)
        for file in FILES:
            for line in file.read_text().splitlines():
                row = json.loads(line)
                if len(row["text"].split()) >= LEAST_WORDS:
                    about[row["label"]].add(row["text"])
        self._about = [sorted(about[label]) for label in sorted(about) if len(about[label]) >= LEAST_SENTENCES]
        self._all = sorted(set().union(*about.values()))

    def says(self, number: int) -> str:
        """Return what is said about a topic, of a number."""
        first, second = self.chance.choice(self._told_of(number % self.topics), 2, replace=False).tolist()
        said = (first, second, self._all[self.chance.integers(len(self._all))])
        return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in said)

    def _told_of(self, topic: int) -> list[str]:
        return self._about[topic % len(self._about)]
