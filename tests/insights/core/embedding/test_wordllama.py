"""WordLlama's vectors of words are mapped, and an idea's vector is what the library's own copy of them gives."""

from pathlib import Path

import numpy as np
import wordllama

from insights.core.embedding.wordllama import WordLlamaEmbedder

TEXTS = [
    "A bridge of rope over the pond.",
    "The tomatoes need water; and tomatoes again.",
    "Ein Garten für Ω",
    "x",
    "?!",
]


def test_a_vector_is_what_the_library_makes_of_its_own_copy() -> None:
    whole = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    assert whole.embedding.dtype == np.float32
    usual = np.nan_to_num(np.asarray(whole.embed(TEXTS, norm=True)))
    assert np.array_equal(WordLlamaEmbedder().embed(TEXTS), usual)


def test_rare_words_weigh_more_than_usual_ones() -> None:
    usual, rare = WordLlamaEmbedder().rarity(["the", "stern"])
    assert usual < 0.3
    assert rare > 1


def test_the_weights_are_shared_with_other_processes_and_never_written() -> None:
    weights = WordLlamaEmbedder()._llama.embedding
    assert isinstance(weights.base, np.memmap)
    assert not weights.flags.writeable
