"""Where ideas lie: what each means beside what all that is said here has in common, and the pieces of its words."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.clustering.words import Pieces
from insights.embedding import Vector, Vectors

WORDS = 0.2
"""Share of two ideas' similarity that comes from pieces of words; the rest is the cosine of their meaning."""
COMMON = 60
"""How many ideas the language's common vector counts for, beside the speaker's own, in what is taken off."""
WIDTH = 256
"""Columns into which pieces are hashed, each with a sign, so that what falls together cancels out (Weinberger 2009)."""
KINDS = 1 << 16
"""Buckets in which it is counted how many ideas have a piece."""


class Rows:
    """A matrix of float32 that grows by rows, at a cost that does not grow with it."""

    def __init__(self, width: int) -> None:
        self._rows = np.zeros((64, width), dtype=np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, row: NDArray[np.float32]) -> None:
        """Add a row, shape (width,)."""
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[self._count] = row
        self._count += 1

    @property
    def all(self) -> NDArray[np.float32]:
        """The rows, shape (n, width); to be written into where they change."""
        return self._rows[: self._count]


class Likeness(NamedTuple):
    """How alike one idea is to some others, apart by meaning and by words. Each of shape (n,), cosines."""

    meaning: NDArray[np.float32]
    words: NDArray[np.float32]


class Space:
    """Ideas as points whose scalar product is their similarity: a mean over many is a product with their mean.

    common: shape (d,), what all sentences of the language share. An idea is laid where the ideas before it put it;
    `lay_anew` lays all of them by all that is known by then.
    """

    def __init__(self, common: NDArray[np.float32]) -> None:
        self._common = common.astype(np.float64) * COMMON
        self._sum = np.zeros(len(common))
        self._ideas_with = np.zeros(KINDS, dtype=np.int32)
        self._pieces: list[Pieces] = []
        self.vectors = Rows(len(common))
        self.points = Rows(len(common) + WIDTH)

    def __len__(self) -> int:
        return len(self._pieces)

    def add(self, vector: Vector, pieces: Pieces) -> int:
        """Lay one more idea, and return its index."""
        self.vectors.append(vector)
        self._sum += vector
        self._pieces.append(pieces)
        self._ideas_with[pieces.hashes % KINDS] += 1
        self.points.append(self._laid(vector[None], [pieces])[0])
        return len(self) - 1

    def lay_anew(self) -> None:
        """Lay all ideas by what is common to all of them now."""
        if len(self):
            self.points.all[:] = self._laid(self.vectors.all, self._pieces)

    def exchange(self, vectors: Vectors, common: NDArray[np.float32]) -> None:
        """Take another model's vectors for the same ideas, shape (n, d'), and lay them anew."""
        self._common = common.astype(np.float64) * COMMON
        self._sum = vectors.sum(axis=0, dtype=np.float64)
        self.vectors, self.points = Rows(len(common)), Rows(len(common) + WIDTH)
        for vector, pieces in zip(vectors, self._pieces, strict=True):
            self.vectors.append(vector)
            self.points.append(self._laid(vector[None], [pieces])[0])
        self.lay_anew()

    def likeness(self, index: int, to: NDArray[np.intp]) -> Likeness:
        """Return how alike an idea is to others, given by their indices, shape (n,)."""
        points, own = self.points.all[to], self.points.all[index]
        cut = len(own) - WIDTH
        return Likeness(points[:, :cut] @ own[:cut] / (1 - WORDS), points[:, cut:] @ own[cut:] / WORDS)

    def _laid(self, vectors: Vectors, pieces: Sequence[Pieces]) -> NDArray[np.float32]:
        usual = (self._common + self._sum) / (COMMON + len(self))
        meaning = (1 - WORDS) ** 0.5 * _unit(vectors - usual)
        return np.concatenate([meaning, WORDS**0.5 * self._sketched(pieces)], axis=1, dtype=np.float32)

    def _sketched(self, pieces: Sequence[Pieces]) -> NDArray[np.float64]:
        hashes = np.concatenate([one.hashes for one in pieces])
        heft = np.concatenate([one.heft for one in pieces])
        rows = np.repeat(np.arange(len(pieces)), [len(one.hashes) for one in pieces])
        # Read as inverse document frequency: a piece that every idea has tells none from another.
        tells = np.log((len(self) + 1) / (self._ideas_with[hashes % KINDS] + 0.5))
        sign = np.where((hashes >> 24) & 1, 1.0, -1.0)
        sketch = np.zeros((len(pieces), WIDTH))
        np.add.at(sketch, (rows, (hashes >> 16) % WIDTH), sign * heft * np.maximum(tells, 0))
        return _unit(sketch)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float64] = rows / np.maximum(lengths, 1e-9)
    return unit
