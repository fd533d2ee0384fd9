"""What gives texts their vectors, and how vectors are stored."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from insights.core.errors import CodedError

Vector = NDArray[np.float32]
"""Of shape (d,), unit length."""
Vectors = NDArray[np.float32]
"""Of shape (n, d), each row of unit length."""


WORDS, SENTENCES = "words", "sentences"
"""The kinds of models: a mean of the words' vectors, or a vector that was learned for the whole sentence."""


class Unavailable(CodedError):
    """No vectors can be had at the moment; the message holds no text. Try again later."""


class Background(NamedTuple):
    """common: shape (d,), what all sentences of a language have in common; it says nothing of their meaning.

    stretch: by what the cosines beside that are multiplied, so that the same in other words is as alike in the model at
    hand as in the one that thresholds were found with. spread: the standard deviation of the unstretched cosines of
    sentences that have nothing to do with each other. kind: which of the fitted weights of suggestions suit it.
    within: shape (k, d), directions in which ideas of one topic differ, each as long as it is to be shortened by; or
    None where that is not known (`within_topic`).
    """

    common: NDArray[np.float32]
    stretch: float = 1.0
    spread: float = 0.07
    kind: str = WORDS
    within: NDArray[np.float32] | None = None

    def told_apart(self, meanings: NDArray[Any]) -> NDArray[Any]:
        """Return meanings, shape (n, d) or (d,), shortened along what ideas of one topic differ in."""
        if self.within is None:
            return meanings
        along = meanings.astype(self.within.dtype) @ self.within.T  # else all are copied each time
        return meanings - along @ self.within


class Embedder(Protocol):
    """Something that gives texts their vectors. `model` is stored with each, for two models' cannot be compared.

    languages: ISO 639-1, those that it knows; None where it knows all that are spoken here.
    """

    model: str
    languages: Collection[str] | None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text, shape (len(texts), d). Raises Unavailable."""
        ...

    def background(self) -> Background:
        """Return what sentences are alike by that have nothing to do with one another. Raises Unavailable."""
        ...

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Return how much each word says by itself: 1 for a usual one, less for "thing", more for "stern"."""
        ...


def knows(embedder: Embedder, language: str) -> bool:
    """Return whether what is said in a language has a meaning to an embedder. Of "" nothing is known: it is tried."""
    return embedder.languages is None or not language or language in embedder.languages


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """Return vectors brought to unit length, shape (n, d).

    A text of signs alone has no direction; it is like nothing rather than like everything.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    whole: Vectors = np.nan_to_num(scaled, posinf=0.0, neginf=0.0).astype(np.float32)
    return whole


def to_bytes(vector: Vector) -> bytes:
    """Return the stored form of a vector: little-endian float32."""
    return vector.astype("<f4").tobytes()


def from_bytes(stored: Sequence[bytes], dimensions: int) -> Vectors:
    """Return the vectors of stored forms, shape (len(stored), dimensions)."""
    return np.frombuffer(b"".join(stored), dtype="<f4").reshape(-1, dimensions).astype(np.float32)
