"""Whether two requests ("play jazz", "wake me at six") are of one kind, and whether a sentence is one, by its vector.

Of one kind: probabilistic linear discriminant analysis (Ioffe 2006) in WordLlama's space, fitted on utterances to a
home assistant, HWU64 (Liu et al. 2019, CC BY 4.0), each with its kind. Two requests of one kind that have no word in
common ("turn up the sound", "increase the volume") are likely one there. A request: a logistic direction between these
utterances and the sentences of people's memos. `manage.py fit_splitting --requests` writes both into requests.npz.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Vectors

KINDS_FILE = Path(__file__).with_name("requests.npz")
Numbers = NDArray[np.float64]


class RequestKinds(NamedTuple):
    """across: of shape (d, k), d numbers a vector, k directions; middle: where all kinds lie in the middle, (k,).

    between, within: how far kinds, and requests of one kind, spread along each direction (variances), (k,).
    asking: the direction of requests, (d,); bias: its log odds at zero, ().
    """

    across: NDArray[np.float32]
    middle: NDArray[np.float32]
    between: NDArray[np.float32]
    within: NDArray[np.float32]
    asking: NDArray[np.float32]
    bias: NDArray[np.float32]

    def along(self, vectors: Vectors) -> Numbers:
        """Return where vectors of shape (n, d) lie along the directions: (n, k); at zero, those that are zero."""
        placed: Numbers = (vectors @ self.across - self.middle).astype(np.float64) * vectors.any(axis=1, keepdims=True)
        return placed

    def same_kind(self, one: Numbers, ones: Numbers, other: Numbers, others: Numbers) -> Numbers:
        """Return the log odds that two groups of requests are of one kind, against two kinds. The last axis is k's.

        one, other: the sums of where each group's requests lie, (..., k); ones, others: how many they are, (..., 1).
        """
        return self._evidence(one + other, ones + others) - self._evidence(one, ones) - self._evidence(other, others)

    def _evidence(self, sums: Numbers, counts: Numbers) -> Numbers:
        """Return the log probability that requests are of one kind, less what is the same however they are grouped."""
        spread = self.within + counts * self.between
        kept: Numbers = np.sum(
            sums * sums * self.between / (2 * self.within * spread) - np.log(spread / self.within) / 2, axis=-1
        )
        return kept

    def request_log_odds(self, vectors: Vectors) -> Numbers:
        """Return the log odds that sentences are requests, against something told: (n,); zero where nothing is said."""
        odds: Numbers = (vectors @ self.asking + self.bias).astype(np.float64) * vectors.any(axis=1)
        return odds

    def write(self) -> None:
        """Store them in the repository."""
        np.savez(KINDS_FILE, **{name: part.astype(np.float16) for name, part in self._asdict().items()})
        request_kinds.cache_clear()


@cache
def request_kinds() -> RequestKinds:
    """Return what is in the repository."""
    with np.load(KINDS_FILE) as stored:
        return RequestKinds(**{name: stored[name].astype(np.float32) for name in RequestKinds._fields})
