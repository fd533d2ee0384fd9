"""What tells one kind of request from another ("play jazz", "wake me at six"): directions in WordLlama's space.

Linear discriminant analysis (Fisher 1936) on utterances to a home assistant, HWU64 (Liu et al. 2019, CC BY 4.0), each
with its kind; `manage.py fit_splitting --requests` writes them into requests.npy. Two requests of one kind that have no
word in common ("turn up the sound", "increase the volume") lie close there.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Vectors

DIRECTIONS_FILE = Path(__file__).with_name("requests.npy")


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
