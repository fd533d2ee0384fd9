"""WordLlama: one vector a token, averaged. Its weights are in its wheel; it needs neither torch nor a network."""

from collections.abc import Collection, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from insights.core.embedding.background import background
from insights.core.embedding.protocol import Background, Vectors

if TYPE_CHECKING:
    from wordllama import WordLlamaInference

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
        return [
            float(np.linalg.norm(self._llama.embedding[word.ids].sum(axis=0))) / USUAL_VECTOR_LENGTH for word in pieces
        ]


@cache
def default_embedder() -> WordLlamaEmbedder:
    """Return the embedder that is always here, one a process, loaded when it is first needed (a second, 20 MB)."""
    return WordLlamaEmbedder()


def _load_wordllama() -> "WordLlamaInference":
    import wordllama

    # Left to itself the loader looks into a cache folder that is not there, and then asks the hub.
    folder = Path(wordllama.__file__).parent
    loaded: Any = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    return loaded  # type: ignore[no-any-return]
