"""Where ideas lie: what each means beside what all that is said here has in common, and the pieces of its words."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Background, Vector, Vectors
from insights.core.topics.tokens import Pieces

WORDS = 0.2
"""Share of two ideas' similarity that comes from pieces of words; the rest is the cosine of their meaning."""
COMMON = 60
"""How many ideas the language's common vector counts for, beside the speaker's own, in what is taken off."""
WIDTH = 256
"""Columns into which pieces are hashed, each with a sign, so that what falls together cancels out (Weinberger 2009)."""
KINDS = 1 << 16
"""Buckets in which it is counted how many ideas have a piece."""
HAVING_LOOKED_AT = 256
"""Ideas, the latest, that are looked at for each piece."""


class Rows:
    """A matrix of float32 that grows by rows, at a cost that does not grow with it."""

    def __init__(self, width: int) -> None:
        self._rows = np.zeros((64, width), dtype=np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, row: NDArray[np.floating]) -> None:
        """Add a row, shape (width,)."""
        if self._count == len(self._rows):
            more = np.zeros((max(64, self._count), self._rows.shape[1]), dtype=np.float32)
            self._rows = np.concatenate([self._rows, more])
        self._rows[self._count] = row
        self._count += 1

    def replace(self, rows: NDArray[Any]) -> None:
        """Put others in the place of all rows, shape (n, width)."""
        self._rows, self._count = rows.astype(np.float32), len(rows)

    @property
    def all(self) -> NDArray[np.float32]:
        """The rows, shape (n, width)."""
        return self._rows[: self._count]


class _Laid(NamedTuple):
    """points: shape (m, d + WIDTH). lengths: of the ideas' words before hashing, shape (m, 1)."""

    points: NDArray[np.float32]
    lengths: NDArray[np.float64]


class Space:
    """Ideas as points whose scalar product is their similarity: a mean over many is a product with their mean.

    An idea is laid where the ideas before it put it; `lay_anew` lays all of them by all that is known by then.
    """

    def __init__(self, background: Background) -> None:
        self._background = background
        self._sum = np.zeros(len(background.common))
        self._ideas_with = np.zeros(KINDS, dtype=np.int32)
        self._pieces: list[Pieces] = []
        self._having: defaultdict[int, list[int]] = defaultdict(list)
        self._listed = 0
        self.vectors = Rows(len(background.common))
        self.points = Rows(self.width)
        self.lengths = Rows(1)

    @property
    def width(self) -> int:
        """Columns of a point."""
        return len(self._background.common) + WIDTH

    @property
    def own(self) -> float:
        """How alike an idea is to itself."""
        return (1 - WORDS) * self._background.stretch + WORDS

    def __len__(self) -> int:
        return len(self._pieces)

    def add(self, vector: Vector, pieces: Pieces) -> int:
        """Take in one more idea, and return its index. It is to be laid (`lay_last`, or `lay_anew` after several)."""
        position = len(self)
        self.vectors.append(vector)
        self._sum += vector
        self._pieces.append(pieces)
        self._ideas_with[pieces.hashes % KINDS] += 1
        return position

    def lay_last(self) -> None:
        """Lay the idea that was taken in last, where the ideas before it put it."""
        laid = self._laid(self.vectors.all[-1:], self._pieces[-1:])
        self.points.append(laid.points[0])
        self.lengths.append(laid.lengths[0])

    def lay_anew(self) -> None:
        """Lay all ideas by what is common to all of them now."""
        if not len(self):
            return
        laid = self._laid(self.vectors.all, self._pieces)
        self.points.replace(laid.points)
        self.lengths.replace(laid.lengths)

    def meaning(self, of: Sequence[int]) -> NDArray[np.float32]:
        """Return what ideas mean, by their indices, without their words, shape (n, d): products are likeness."""
        return self.points.all[list(of), :-WIDTH] / np.float32((1 - WORDS) ** 0.5)

    def words_like(self, position: int) -> NDArray[np.float64]:
        """Return how alike an idea is to each one by the pieces of its words, cosines, shape (n,); exact, not hashed.

        Of each piece the latest ideas that have it are looked at.
        """
        self._list_pieces()
        hashes, heft = self._pieces[position]
        having = [self._having[piece][-HAVING_LOOKED_AT:] for piece in hashes.tolist()]
        weights = np.repeat((self._telling(hashes) * heft) ** 2, [len(some) for some in having])
        ideas = np.array([idea for some in having for idea in some], dtype=np.intp)
        # The rarity over there is taken to be that of here: a piece is nearly always of the same word.
        shared = np.bincount(ideas, weights, minlength=len(self))
        lengths = self.lengths.all[:, 0]
        # The lengths are as of when the ideas were laid, and a piece may tell more by now.
        alike: NDArray[np.float64] = np.minimum(shared / np.maximum(lengths * lengths[position], 1e-9), 1.0)
        return alike

    def _list_pieces(self) -> None:
        """List the ideas that have a piece, of those that came since this was asked last: placing does not ask."""
        for position in range(self._listed, len(self)):
            for piece in self._pieces[position].hashes.tolist():
                self._having[piece].append(position)
        self._listed = len(self)

    def _laid(self, vectors: Vectors, pieces: Sequence[Pieces]) -> _Laid:
        common, stretch = self._background
        usual = (COMMON * common + self._sum) / (COMMON + len(self))
        meaning = ((1 - WORDS) * stretch) ** 0.5 * _unit(vectors - usual)
        sketch, lengths = self._sketched(pieces)
        return _Laid(np.concatenate([meaning, WORDS**0.5 * sketch], axis=1, dtype=np.float32), lengths)

    def _sketched(self, pieces: Sequence[Pieces]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the hashed pieces of ideas, shape (m, WIDTH), unit length, and the lengths of the unhashed, (m, 1)."""
        hashes = np.concatenate([one.hashes for one in pieces])
        rows = np.repeat(np.arange(len(pieces)), [len(one.hashes) for one in pieces])
        telling = self._telling(hashes)
        # Without their rarity: it helps to tell a person's topics apart, and not to find them.
        sketch = np.zeros((len(pieces), WIDTH))
        np.add.at(sketch, (rows, (hashes >> 16) % WIDTH), np.where((hashes >> 24) & 1, telling, -telling))
        heft = np.concatenate([one.heft for one in pieces])
        squares = np.bincount(rows, (telling * heft) ** 2, minlength=len(pieces)).astype(np.float64)
        return _unit(sketch), np.sqrt(squares)[:, None]

    def _telling(self, hashes: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Return inverse document frequencies: a piece that every idea has tells none from another."""
        telling: NDArray[np.float64] = np.log((len(self) + 1) / (self._ideas_with[hashes % KINDS] + 0.5))
        return np.maximum(telling, 0.0)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float64] = rows / np.maximum(lengths, 1e-9)
    return unit
