"""From texts to vectors that lie close where the meaning does. Pure: no Django, no settings."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wordllama import WordLlamaInference

Vector = NDArray[np.float32]
"""Of shape (d,), unit length."""
Vectors = NDArray[np.float32]
"""Of shape (n, d), each row of unit length."""


USUAL_LENGTH = 12.0
"""Of a word's vector in WordLlama, before it is brought to unit length: "the" has 2, "time" 9, "stern" 18."""


class Embedder(Protocol):
    """Something that gives texts their vectors. `model` is stored with each, for two models' cannot be compared."""

    model: str

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text, shape (len(texts), d)."""
        ...

    def common(self) -> NDArray[np.float32]:
        """Return what all sentences of a language have in common, shape (d,): it says nothing of their meaning."""
        ...

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Return how much each word says by itself: 1 for a usual one, less for "thing", more for "stern"."""
        ...


class StaticWords:
    """WordLlama: one vector a token, averaged. Its weights are in its wheel; it needs neither torch nor a network."""

    model = "wordllama l2_supercat 256"

    def __init__(self) -> None:
        self._llama = _load()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text (see Embedder)."""
        vectors = np.asarray(self._llama.embed(list(texts), norm=True), dtype=np.float32)
        # A text of signs alone has no direction; it is like nothing rather than like everything.
        return np.nan_to_num(vectors)

    @cache  # noqa: B019 - one embedder a process
    def common(self) -> NDArray[np.float32]:
        """Return the mean vector of the English stop words, shape (d,): what they share is grammar, not meaning."""
        from spacy.lang.en.stop_words import STOP_WORDS

        mean: NDArray[np.float32] = self.embed(sorted(STOP_WORDS)).mean(axis=0)
        return mean

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Return the lengths of the words' vectors: what says little was given a short one in training."""
        pieces = self._llama.tokenizer.encode_batch(list(words), add_special_tokens=False)
        return [float(np.linalg.norm(self._llama.embedding[word.ids].sum(axis=0))) / USUAL_LENGTH for word in pieces]


@cache
def default() -> Embedder:
    """Return the one embedder of this process, loaded when it is first needed (a second, 20 MB)."""
    return StaticWords()


def _load() -> "WordLlamaInference":
    import wordllama

    # Left to itself the loader looks into a cache folder that is not there, and then asks the hub.
    folder = Path(wordllama.__file__).parent
    loaded: Any = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    return loaded  # type: ignore[no-any-return]


def to_bytes(vector: Vector) -> bytes:
    """Return the stored form of a vector: little-endian float32."""
    return vector.astype("<f4").tobytes()


def from_bytes(stored: Sequence[bytes], dimensions: int) -> Vectors:
    """Return the vectors of stored forms, shape (len(stored), dimensions)."""
    return np.frombuffer(b"".join(stored), dtype="<f4").reshape(-1, dimensions).astype(np.float32)
