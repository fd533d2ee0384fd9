"""What tells one kind of request from another ("play jazz", "wake me at six"): directions in WordLlama's space.

Linear discriminant analysis (Fisher 1936) on utterances to a home assistant, HWU64 (Liu et al. 2019, CC BY 4.0), each
with its kind; `manage.py fit_splitting --requests` writes them into requests.npy. Two requests of one kind that have no
word in common ("turn up the sound", "increase the volume") lie close there.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Vectors

DIRECTIONS_FILE = Path(__file__).with_name("requests.npy")
KEPT_DIRECTIONS = 30
"""Directions, of at most as many as there are kinds less one."""
TOWARDS_ROUND = 0.3
"""How far the spread within kinds is drawn towards one that is the same in every direction."""
FEWEST_UTTERANCES = 4
"""Utterances of a kind that tell how far it spreads."""


class RequestDirections(NamedTuple):
    """across: of shape (d, k); middle, of shape (k,): what lies between all kinds."""

    across: NDArray[np.float32]
    middle: NDArray[np.float32]

    def of(self, vectors: Vectors) -> Vectors:
        """Return vectors of shape (n, d), unit length or zero, along the directions: (n, k), unit length or zero."""
        along: Vectors = (vectors @ self.across - self.middle) * vectors.any(axis=1, keepdims=True)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
        return along

    def write(self) -> None:
        """Store them in the repository."""
        np.save(DIRECTIONS_FILE, np.vstack([self.across, self.middle]).astype(np.float16))
        request_directions.cache_clear()


@cache
def request_directions() -> RequestDirections:
    """Return the directions in the repository."""
    stored = np.load(DIRECTIONS_FILE).astype(np.float32)
    return RequestDirections(stored[:-1], stored[-1])


def fit_request_directions(vectors: Vectors, kinds: Sequence[str]) -> RequestDirections:
    """Return the directions along which kinds of request lie farthest apart. vectors: (n, d), one for each of kinds."""
    told = np.array(kinds)
    by_kind = [vectors[told == kind].astype(float) for kind in sorted(set(kinds))]
    by_kind = [some for some in by_kind if len(some) >= FEWEST_UTTERANCES]
    within = np.mean([np.cov(some.T, bias=True) for some in by_kind], axis=0)
    within += TOWARDS_ROUND * np.trace(within) / len(within) * np.eye(len(within))
    evened = np.linalg.inv(np.linalg.cholesky(within)).T
    means = np.array([some.mean(axis=0) for some in by_kind])
    middle = means.mean(axis=0)
    _, _, axes = np.linalg.svd((means - middle) @ evened, full_matrices=False)
    across = evened @ axes[:KEPT_DIRECTIONS].T
    return RequestDirections(across.astype(np.float32), (middle @ across).astype(np.float32))
