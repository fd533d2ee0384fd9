"""Ideas as points: what each means beside what all that is said here has in common, and the pieces of its words."""

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Background, Vector, Vectors
from insights.core.topics.arrays import Lists, Postings, Rows
from insights.core.topics.tokens import Pieces

WORDS_SHARE = 0.2
"""Share of two ideas' similarity that comes from pieces of words; the rest is the cosine of their meaning."""
LEAST_NARROW, MOST_NARROW = 0.5, 1.5
"""By what a person's cosines are multiplied beside the model's stretch, at least and at most."""
SAMPLED_IDEAS = 160
"""Ideas, evenly over all, in whose pairs it is seen how alike a person's unrelated ideas are."""
LEAST_IDEAS = 12
"""Ideas below which a person is taken to speak as everybody does: their pairs are too few to tell."""
CALIBRATION_IDEAS = 10
"""How many ideas the model's own spread counts for, beside that of a person's pairs."""
HALVINGS = 6
"""Steps in which it is found how much of a person's own mean is taken off: to one part in 64."""
ONE_DEVIATION_BELOW = 0.16
"""Share of a normal distribution that lies more than one standard deviation below its middle."""
USUAL_NAMES = 3
"""How many names what all sentences have in common counts for, beside what a person's own names of topics have."""
SKETCH_COLUMNS = 256
"""Columns into which pieces are hashed, each with a sign, so that what falls together cancels out (Weinberger 2009)."""
PIECE_BUCKETS = 1 << 16
"""Buckets in which it is counted how many ideas have a piece."""
IDEAS_A_PIECE = 128
"""Ideas, the latest, that are looked at for each piece. With 256 no more suggestions are right (WordLlama, MiniLM)."""
BATCH_IDEAS = 4096
"""Ideas that are projected at once: what it takes of memory does not grow with their number."""


def products(rows: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the scalar product of each row with a vector, shape (n,).

    Row by row, by this thread alone: so little work is not worth waiting for others to wake up, as `@` does.
    """
    found: NDArray[np.float32] = np.vecdot(rows, vector)
    return found


class Space:
    """Ideas as points whose scalar product is their similarity: a mean over many is a product with their mean.

    A new idea is projected by what the ideas before it have in common; `project_all` projects all of them anew.
    vectors: shape (n, d). points: shape (n, d + SKETCH_COLUMNS). lengths: of the ideas' words before hashing,
    shape (n,). pieces: of the ideas' words. having: the ideas that have each piece.
    """

    def __init__(self, background: Background) -> None:
        self.background = background
        self.vectors = Rows.of(len(background.common))
        self.points = Rows.of(self.width)
        self.lengths = Rows.of(None)
        self.pieces = Lists.of(np.uint32)
        self.having = Postings.of(self.pieces)
        self.total = np.zeros(len(background.common))
        """The sum of all vectors."""
        self.own_share = 0.0
        """How much of what this person's ideas have in common is taken off, beside what all people's have."""
        self.stretch = background.stretch
        """By what the cosines of meanings are multiplied. Both are as of when all were last projected."""
        self.projected_count = 0
        """How many ideas there were when all were last projected; -1 where some are gone since."""
        self.ideas_with = np.zeros(PIECE_BUCKETS, dtype=np.int32)
        """How many ideas have a piece of each bucket."""

    @property
    def width(self) -> int:
        """Columns of a point."""
        return len(self.background.common) + SKETCH_COLUMNS

    @property
    def own(self) -> float:
        """How alike an idea is to itself."""
        return (1 - WORDS_SHARE) * self.stretch + WORDS_SHARE

    def __len__(self) -> int:
        return len(self.pieces.ends)

    def add(self, vector: Vector, pieces: Pieces) -> int:
        """Add an idea, and return its position. It has no point before `project_last` or `project_all`."""
        position = len(self)
        self.vectors.append(vector)
        self.total += vector
        self.pieces.append(pieces.hashes, pieces.heft)
        self.having.append(pieces.hashes.tolist(), position)
        # Two pieces of one idea may share a bucket: it counts once.
        self.ideas_with[pieces.hashes % PIECE_BUCKETS] += 1
        return position

    def drop_last(self) -> None:
        """Remove the idea added last. It must have been added after the space was built."""
        position, self.projected_count = len(self) - 1, -1
        hashes, _ = self.pieces.at(position)
        self.having.drop(hashes.tolist())
        self.ideas_with[hashes % PIECE_BUCKETS] -= 1
        self.total -= self.vectors[position]
        self.pieces.cut(position)
        for rows in (self.vectors, self.points, self.lengths):
            rows.cut(position)

    def only(self, kept: NDArray[np.bool_]) -> "Space":
        """Return a space of some of the ideas, projected by what is common to these."""
        some = Space(self.background)
        some.vectors.replace(self.vectors.all[kept])
        some.pieces = self.pieces.only(kept)
        some.having = Postings.of(some.pieces)
        some.total = some.vectors.all.sum(axis=0, dtype=np.float64)
        owners = np.repeat(np.arange(len(some)), some.pieces.lengths())
        buckets = np.unique(owners * PIECE_BUCKETS + some.pieces.keys.all % PIECE_BUCKETS) % PIECE_BUCKETS
        some.ideas_with = np.bincount(buckets, minlength=PIECE_BUCKETS).astype(np.int32)
        some.project_all()
        return some

    def project_last(self) -> None:
        """Compute the point of the idea added last, by what all ideas have in common."""
        points, lengths = self._projected(len(self) - 1, len(self))
        self.points.extend(points)
        self.lengths.extend(lengths)

    def project_all(self) -> None:
        """Compute the points of all ideas anew, by what is common to all of them now."""
        self.calibrate()
        points, lengths = np.zeros((len(self), self.width), np.float32), np.zeros(len(self), np.float32)
        for first in range(0, len(self), BATCH_IDEAS):
            part = slice(first, min(first + BATCH_IDEAS, len(self)))
            points[part], lengths[part] = self._projected(part.start, part.stop)
        self.projected_count = len(self)
        self.points, self.lengths = Rows(points, len(self)), Rows(lengths, len(self))

    def calibrate(self) -> None:
        """Set what is taken off and how cosines are scaled, by the pairs of this person's ideas.

        Nearly all pairs are of two topics, whatever the topics are. So as much of the person's own mean is taken off
        that the middle one of all pairs is no more alike than two sentences of anybody's: in a life about one job much,
        and little where one topic is merely large. What lies below the middle says how far apart unrelated ideas are.
        """
        self.own_share, self.stretch = 0.0, self.background.stretch
        if len(self) < LEAST_IDEAS:
            return
        usual, pairs = self.background.spread, _Pairs(self.vectors.all, self.total / len(self), self.background)
        self.own_share = pairs.share_taken_off()
        own = CALIBRATION_IDEAS * usual + len(self) * pairs.spread(self.own_share)
        narrow = usual * (CALIBRATION_IDEAS + len(self)) / max(own, 1e-9)
        self.stretch *= min(max(narrow, LEAST_NARROW), MOST_NARROW)

    def project_names(self, names: Vectors) -> NDArray[np.float32]:
        """Return the names of topics as points, by what they mean beside what names have in common.

        names: vectors, shape (n, d). Returns shape (n, d + SKETCH_COLUMNS), each as like itself as an idea is.
        """
        usual = (USUAL_NAMES * self.background.common + names.sum(axis=0)) / (USUAL_NAMES + len(names))
        points = np.zeros((len(names), self.width), np.float32)
        points[:, : names.shape[1]] = self.own**0.5 * _unit(self.background.told_apart(names - usual))
        return points

    def words_like(self, position: int, others: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return how alike an idea is to others by the pieces of its words, cosines; exact, not hashed.

        others: positions, of any shape; the result has the same. Of each piece the latest ideas that have it are looked
        at.
        """
        hashes, heft = self.pieces.at(position)
        ideas, pieces, _ = self.having.latest(hashes, IDEAS_A_PIECE)
        weights = (self._telling(hashes) * heft) ** 2
        # The rarity over there is taken to be that of here: a piece is nearly always of the same word.
        shared = np.bincount(ideas, weights[pieces], minlength=len(self))[others]
        lengths = self.lengths.all[others].astype(np.float64) * self.lengths[position]
        # The lengths are as of when the ideas were projected, and a piece may tell more by now.
        alike: NDArray[np.float64] = np.minimum(shared / np.maximum(lengths, 1e-9), 1.0)
        return alike

    def _projected(self, first: int, last: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the points of ideas and the lengths of their words, from one position up to another."""
        common = self.background.common
        usual = common + self.own_share * (self.total / max(len(self), 1) - common)
        beside = self.background.told_apart(self.vectors.all[first:last] - usual)
        meaning = ((1 - WORDS_SHARE) * self.stretch) ** 0.5 * _unit(beside)
        sketch, lengths = self._sketched(first, last)
        return np.concatenate([meaning, WORDS_SHARE**0.5 * sketch], axis=1), lengths

    def _sketched(self, first: int, last: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the hashed pieces, shape (m, SKETCH_COLUMNS), unit length, and the lengths of the unhashed, (m,)."""
        ends = self.pieces.ends.all
        begin, end = int(ends[first - 1]) if first else 0, int(ends[last - 1])
        entries = slice(begin, end)
        hashes, heft = self.pieces.keys.all[entries], self.pieces.numbers.all[entries]
        owners = np.searchsorted(ends[first:last], np.arange(begin, end), side="right")
        telling = self._telling(hashes)
        # Without their rarity: it helps to tell a person's topics apart, and not to find them.
        signed = np.where((hashes >> 24) & 1, telling, -telling)
        cells = owners * SKETCH_COLUMNS + (hashes >> 16) % SKETCH_COLUMNS
        sketch = np.bincount(cells, signed, minlength=(last - first) * SKETCH_COLUMNS)
        squares = np.bincount(owners, (telling * heft) ** 2, minlength=last - first)
        return _unit(sketch.astype(np.float64).reshape(-1, SKETCH_COLUMNS)), np.sqrt(squares)

    def _telling(self, hashes: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Return inverse document frequencies: a piece that every idea has tells none from another."""
        telling: NDArray[np.float64] = np.log((len(self) + 1) / (self.ideas_with[hashes % PIECE_BUCKETS] + 0.5))
        return np.maximum(telling, 0.0)


class _Pairs:
    """The cosines of all pairs of some of a person's ideas, by how much of their own mean is taken off."""

    def __init__(self, vectors: Vectors, mean: NDArray[np.float64], known: Background) -> None:
        positions = np.linspace(0, len(vectors) - 1, min(len(vectors), SAMPLED_IDEAS)).astype(np.intp)
        apart = known.told_apart(vectors[positions].astype(np.float64) - known.common)
        own = known.told_apart(mean - known.common)
        self._alike, self._along, self._square = apart @ apart.T, apart @ own, float(own @ own)
        self._pairs = np.triu_indices(len(positions), 1)

    def _cosines(self, share: float) -> NDArray[np.float64]:
        rows = self._alike - share * (self._along[:, None] + self._along[None, :]) + share**2 * self._square
        lengths = np.sqrt(np.maximum(rows.diagonal(), 1e-9))
        cosines: NDArray[np.float64] = (rows / lengths[:, None] / lengths[None, :])[self._pairs]
        return cosines

    def share_taken_off(self) -> float:
        """Return the least share of the mean without which the middle cosine is not above 0; at most 1."""
        low, high = 0.0, 1.0
        if float(np.median(self._cosines(low))) <= 0:
            return low
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if float(np.median(self._cosines(middle))) > 0:
                low = middle
            else:
                high = middle
        return high

    def spread(self, share: float) -> float:
        """Return the standard deviation of the cosines below the middle, where hardly any pair is of one topic."""
        low, middle = np.quantile(self._cosines(share), [ONE_DEVIATION_BELOW, 0.5])
        return float(middle - low)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.sqrt(np.vecdot(rows, rows))[:, None]
    unit: NDArray[np.float64] = rows / np.maximum(lengths, 1e-9)
    return unit
