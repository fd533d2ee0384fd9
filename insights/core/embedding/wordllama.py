"""WordLlama: one vector a token, averaged. Its weights are in its wheel; it needs neither torch nor a network."""

import json
from collections.abc import Collection, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from insights.core.embedding.background import background
from insights.core.embedding.protocol import Background, Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from wordllama import WordLlamaInference

WEIGHTS = "l2_supercat_256.safetensors"
USUAL_VECTOR_LENGTH = 12.0
"""Of a word's vector in WordLlama, before it is brought to unit length: "the" has 2, "time" 9, "stern" 18."""


class WordLlamaEmbedder:
    """English words alone: of those of other languages it knows pieces of letters, and nothing of what they mean."""

    model = "wordllama l2_supercat 256"
    languages: Collection[str] | None = frozenset({"en"})

    def __init__(self) -> None:
        self._llama = _load_wordllama()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text (see Embedder)."""
        # A text of signs alone has no direction; it is like nothing rather than like everything.
        with np.errstate(invalid="ignore"):
            vectors = np.asarray(self._llama.embed(list(texts), norm=True), dtype=np.float32)
        return np.nan_to_num(vectors)

    def background(self) -> Background:
        """Return what unrelated sentences are alike by (see Embedder)."""
        return self._background

    @cached_property
    def _background(self) -> Background:
        return background(self.embed)

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Return the lengths of the words' vectors: what says little was given a short one in training."""
        pieces = self._llama.tokenizer.encode_batch(list(words), add_special_tokens=False)
        totals = [self._llama.embedding[word.ids].sum(axis=0, dtype=np.float32) for word in pieces]
        return [float(np.linalg.norm(total)) / USUAL_VECTOR_LENGTH for total in totals]


@cache
def default_embedder() -> WordLlamaEmbedder:
    """Return the embedder that is always here, one a process, loaded when it is first needed (a second, 20 MB)."""
    return WordLlamaEmbedder()


def _load_wordllama() -> "WordLlamaInference":
    import wordllama

    # Left to itself the loader looks into a cache folder that is not there, and then asks the hub.
    folder = Path(wordllama.__file__).parent
    loaded: Any = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    loaded.embedding = _mapped_weights(folder / "weights" / WEIGHTS)
    return loaded  # type: ignore[no-any-return]


def _mapped_weights(path: Path) -> "NDArray[np.float16]":
    """Return the vectors of words as they lie in a safetensors file: the memory is shared by all processes.

    WordLlama adds them up in single precision, so that each vector is what it is by the copy that it makes.
    """
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        (facts,) = (one for name, one in header.items() if name != "__metadata__")
        start = file.tell() + facts["data_offsets"][0]
    weights: NDArray[np.float16] = np.memmap(path, np.float16, "r", start, tuple(facts["shape"])).view(np.ndarray)
    return weights
