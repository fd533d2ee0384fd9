"""What all embedders but WordLlama have in common: each is calibrated once, when that is first needed."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np

from insights.core.embedding.background import background
from insights.core.embedding.protocol import SENTENCES, Background, Vectors
from insights.core.embedding.wordllama import default_embedder


class CalibratedEmbedder(ABC):
    """An embedder (see Embedder) that is calibrated on our own sentences. How rare words are is told by WordLlama."""

    model: str
    languages: Collection[str] | None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text (see Embedder)."""
        return self.embed_some(texts) if texts else np.zeros((0, len(self.background().common)), dtype=np.float32)

    @abstractmethod
    def embed_some(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text, of which there is at least one. Raises Unavailable."""

    def background(self) -> Background:
        """Return what unrelated sentences are alike by (see Embedder)."""
        return self._background

    @cached_property
    def _background(self) -> Background:
        return background(self.embed)._replace(kind=SENTENCES)

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Return how much each word says by itself, as the static vectors tell."""
        return default_embedder().rarity(words)
