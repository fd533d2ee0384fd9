"""What is known of each idea of an index beside its point: its words, its memo, and where it was spoken."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Vector
from insights.core.topics.arrays import Lists, Postings, Rows
from insights.core.topics.idea_keys import Key
from insights.core.topics.tokens import stems


class IdeaFeatures(NamedTuple):
    """An idea as placing sees it. words: what it says, each with its rarity (`tokens.words_of`).

    vector: unit length. memo: the one it was spoken in. day: when, in days. context: night, walk and the like.
    """

    key: Key
    vector: Vector
    words: Mapping[str, float]
    memo: Key | None = None
    day: float | None = None
    context: str = ""


class IdeaTraits:
    """Of each idea, by its position: the stems of its words, its memo and its context."""

    def __init__(self) -> None:
        self.stems = Lists.of(np.uint64)
        """Of each idea's words, each with its rarity."""
        self.said_in = Postings.of(self.stems)
        """The ideas in which a stem was said, in order."""
        self.memos, self.contexts = Rows.of(None, np.int64), Rows.of(None, np.int64)
        """Of each idea, as numbers that are the same where these are the same; 0 for none."""
        self.context_counts: dict[int, int] = {}
        """How many ideas were spoken in each context."""

    def append(self, features: IdeaFeatures) -> None:
        """Add what is known of an idea, which comes after all others."""
        found, position = stems(features.words), len(self.memos)
        self.stems.append(found.hashes, found.rarity)
        self.said_in.append(found.hashes.tolist(), position)
        self.memos.append(number_of(features.memo))
        context = number_of(features.context)
        self.contexts.append(context)
        self.context_counts[context] = self.context_counts.get(context, 0) + 1

    def drop_last(self) -> None:
        """Remove the idea that was added last; it came after the postings were last made in one piece."""
        position = len(self.memos) - 1
        self.said_in.drop(self.stems.at(position)[0].tolist())
        self.stems.cut(position)
        self.context_counts[int(self.contexts[position])] -= 1
        self.memos.cut(position)
        self.contexts.cut(position)

    def only(self, kept: NDArray[np.bool_]) -> "IdeaTraits":
        """Return what is known of some ideas."""
        some = IdeaTraits()
        some.stems = self.stems.only(kept)
        some.said_in = Postings.of(some.stems)
        some.memos.replace(self.memos.all[kept])
        some.contexts.replace(self.contexts.all[kept])
        some.count_contexts()
        return some

    def count_contexts(self) -> None:
        """Count anew how many ideas were spoken in each context."""
        found, counts = np.unique(self.contexts.all, return_counts=True)
        self.context_counts = dict(zip(found.tolist(), counts.tolist(), strict=True))


def number_of(key: Key | None) -> int:
    """Return a number that is the same for the same memo or context, in every process; 0 for none."""
    if key is None or key == "":
        return 0
    name = key.bytes if isinstance(key, UUID) else str(key).encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "little", signed=True) or 1
