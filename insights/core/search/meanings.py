"""What one person's ideas mean, as vectors, and which are nearest to another one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Vector, Vectors

EXACT_IDEAS = 5_000
"""Up to so many ideas all are compared; of more, those alone that a sketch says are near."""
SKETCHED_SHARE = 200
"""One idea in so many is compared whose sketch is near, but LEAST_COMPARED at least. Of 100,000 the ten nearest are
found but for one in a thousand; with 50 and 1,000 all are, for twice the work."""
LEAST_COMPARED = 500
SAMPLED_EVERY = 50


class NearIdea(NamedTuple):
    """An idea, and the cosine of its vector and the one that was asked for."""

    key: UUID
    cosine: float


@dataclass(frozen=True)
class Meanings:
    """keys: uint8, shape (n, 16), of UUIDs. vectors: shape (n, d), unit length; both may be mapped from a file.

    later: vectors of ideas that came since, or have another one by now.
    """

    keys: NDArray[np.uint8]
    vectors: Vectors
    later: Mapping[UUID, Vector] = field(default_factory=dict)

    def near(self, vector: Vector, most: int, among: NDArray[np.uint64] | None = None) -> list[NearIdea]:
        """Return the ideas that are nearest to a vector, the nearest first. among: `key_numbers` of those meant."""
        found = self._near_of_file(vector, most, among) if len(self.vectors) else []
        allowed = None if among is None else set(among.tolist())
        found += [
            NearIdea(key, float(own @ vector))
            for key, own in self.later.items()
            if allowed is None or key_number(key) in allowed
        ]
        return sorted(found, key=lambda one: -one.cosine)[:most]

    def _near_of_file(self, vector: Vector, most: int, among: NDArray[np.uint64] | None) -> list[NearIdea]:
        rows = self._candidates(vector, most) if among is None else np.flatnonzero(np.isin(self._numbers, among))
        cosines = np.vecdot(self.vectors if rows is None else self.vectors[rows], vector)
        size = min(most + len(self.later), len(cosines))
        best = np.argsort(cosines)[len(cosines) - size :].tolist()
        near = ((self._key(one if rows is None else int(rows[one])), float(cosines[one])) for one in best)
        return [NearIdea(key, cosine) for key, cosine in near if key not in self.later]

    def with_later(self, later: Mapping[UUID, Vector]) -> "Meanings":
        """Return the same with other vectors beside; what was worked out of those of before is kept."""
        other = replace(self, later=later)
        vars(other).update({name: value for name, value in vars(self).items() if name != "later"})
        return other

    def _candidates(self, vector: Vector, most: int) -> NDArray[np.intp] | None:
        """Return the rows whose sketch is near to that of a vector; None for all. Charikar 2002: signs keep angles."""
        count = max(LEAST_COMPARED, len(self.vectors) // SKETCHED_SHARE, most)
        if len(self.vectors) <= max(EXACT_IDEAS, count):
            return None
        mean, sketches = self._sketches
        differ = np.zeros(len(self.vectors), dtype=np.uint16)
        for column, asked in zip(sketches, _signs(vector[None] - mean)[0], strict=True):
            differ += np.bitwise_count(column ^ asked)
        farthest = int(np.searchsorted(np.cumsum(np.bincount(differ)), count))
        return np.flatnonzero(differ <= farthest)

    @cached_property
    def _sketches(self) -> tuple[NDArray[np.float32], NDArray[np.uint64]]:
        """What the vectors have in common, and on which side of it each lies, as bits: uint64, shape (d / 64, n)."""
        mean = self.vectors[::SAMPLED_EVERY].mean(axis=0)
        parts = [_signs(self.vectors[first : first + 4096] - mean) for first in range(0, len(self.vectors), 4096)]
        return mean, np.ascontiguousarray(np.concatenate(parts).T)

    @cached_property
    def _numbers(self) -> NDArray[np.uint64]:
        return key_numbers(self.keys)

    def _key(self, row: int) -> UUID:
        return UUID(bytes=self.keys[row].tobytes())

    def without_known(self, keys: Sequence[UUID]) -> list[UUID]:
        """Return those of some ideas that the file does not have."""
        numbers = np.array([key_number(key) for key in keys], dtype=np.uint64)
        return list(compress(keys, np.isin(numbers, self._numbers, invert=True).tolist()))

    def vector_of(self, key: UUID) -> Vector | None:
        """Return the vector of an idea, or None where it has none."""
        if key in self.later:
            return self.later[key]
        rows = np.flatnonzero(self._numbers == np.uint64(key_number(key)))
        return np.array(self.vectors[rows[0]]) if len(rows) else None


def _signs(vectors: NDArray[np.float32]) -> NDArray[np.uint64]:
    bits = np.packbits(vectors > 0, axis=1)
    return np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8))).view(np.uint64)


def key_number(key: UUID) -> int:
    """Return the first half of a key as a number: random, so that no two of a person's are the same."""
    return int.from_bytes(key.bytes[:8], "little")


def key_numbers(keys: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return the numbers of keys, shape (n,). keys: shape (n, 16)."""
    return np.ascontiguousarray(keys[:, :8]).view("<u8").reshape(-1).astype(np.uint64)
