"""How alike the sentences of a memo are, on both sides of each place between two of them.

Similarities are cosines of vectors less what all sentences have in common, and of the bare content words; of the
neighbours, and of windows up to three sentences wide (after Hearst's TextTiling, 1997). English.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Embedder, Vector, Vectors
from insights.core.language.spacy_blank import blank
from insights.core.segmentation.patterns_en import EMPTY_WORDS

Numbers = NDArray[np.float64]
"""Of shape (n - 1,) for n sentences."""

LEAST_STEM_LETTERS = 3
"""Letters that a word keeps at least where its ending is taken off."""


class SentenceLikeness(NamedTuple):
    """How alike sentences are. vectors: of shape (n, d), unit length or zero; lengths: in words, of shape (n,)."""

    vectors: Vectors
    lengths: Numbers

    def neighbours(self) -> Numbers:
        """Return the similarity of each two neighbours."""
        cosines: Numbers = np.einsum("nd,nd->n", self.vectors[:-1], self.vectors[1:]).astype(np.float64)
        return cosines

    def windows(self, width: int) -> Numbers:
        """Return the similarity of what lies before each place to what lies behind it, `width` sentences each."""
        weighted = self.vectors * np.sqrt(self.lengths)[:, None]
        sums = np.concatenate([np.zeros((1, weighted.shape[1])), np.cumsum(weighted, axis=0)])
        places = np.arange(1, len(self.lengths))
        before = sums[places] - sums[np.maximum(places - width, 0)]
        behind = sums[np.minimum(places + width, len(self.lengths))] - sums[places]
        norms = np.linalg.norm(before, axis=1) * np.linalg.norm(behind, axis=1)
        cosines: Numbers = np.einsum("nd,nd->n", before, behind) / np.maximum(norms, 1e-9)
        return cosines

    def best(self, width: int) -> Numbers:
        """Return the similarity of the two sentences most alike across each place, from `width` on either side."""
        all_pairs = self.vectors @ self.vectors.T
        places = range(1, len(self.lengths))
        return np.array([all_pairs[max(0, k - width) : k, k : k + width].max() for k in places])


def sentence_likeness(
    texts: Sequence[str], embedder: Embedder, less: NDArray[np.float32] | float = 0.0
) -> SentenceLikeness:
    """Return sentence vectors without their common part; empty ones are zero."""
    rest = embedder.embed([text or "nothing" for text in texts]) - less
    rest /= np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9)
    says = np.array([[bool(text)] for text in texts])
    return SentenceLikeness(rest * says, np.array([len(text.split()) or 1 for text in texts], float))


def likeness_features(about: Sequence[str], whole: SentenceLikeness, embedder: Embedder) -> dict[str, Numbers]:
    """Return what the likeness of sentences tells, and the words they share. about: what each says, without its cue."""
    bare = [[word for word in line.split() if not _is_stop_word(word)] for line in about]
    core = sentence_likeness([" ".join(words) for words in bare], embedder)
    near, core_near = whole.neighbours(), core.neighbours()
    stems = [{_strip_ending(word) for word in words} for words in bare]
    return {
        "near": near,
        "near two": whole.windows(2),
        "best of two": whole.best(2),
        "best of three": whole.best(3),
        "dip": _likeness_dips(near),
        "usual likeness": np.full(len(near), near.mean()),
        "beside usual": near - near.mean(),
        "bare": core_near,
        "bare two": core.windows(2),
        "bare three": core.windows(3),
        "bare best of two": core.best(2),
        "bare beside usual": core_near - core_near.mean(),
        "shared words": _shared_words(stems, 1, 2),
        "shared words of two": _shared_words(stems, 2, 3),
        "shared words of all": _spanning_words(stems, 3),
    }


def _likeness_dips(near: Numbers) -> Numbers:
    """Return how far likeness falls at each place below the best within two places on either side (TextTiling)."""
    dips = []
    for place, here in enumerate(near):
        before, behind = near[max(0, place - 2) : place], near[place + 1 : place + 3]
        dips.append(before.max(initial=here) + behind.max(initial=here) - 2 * here)
    return np.array(dips)


def _shared_words(stems: Sequence[set[str]], width: int, at_most: int) -> Numbers:
    """Return how many words stand on both sides of each place, `width` sentences each."""
    places = range(1, len(stems))
    sides = [(set().union(*stems[max(0, k - width) : k]), set().union(*stems[k : k + width])) for k in places]
    return np.array([min(len(before & behind), at_most) for before, behind in sides], float)


def _spanning_words(stems: Sequence[set[str]], at_most: int) -> Numbers:
    """Return how many words stand anywhere before and anywhere behind each place; in one pass, memos being long."""
    said: dict[str, list[int]] = {}
    for number, here in enumerate(stems):
        for stem in here:
            said.setdefault(stem, []).append(number)
    steps = np.zeros(len(stems))
    for numbers in said.values():
        steps[numbers[0]] += 1
        steps[numbers[-1]] -= 1
    return np.minimum(np.cumsum(steps)[:-1], at_most)


@cache
def _english_stop_words() -> frozenset[str]:
    return frozenset(blank("en").Defaults.stop_words) | EMPTY_WORDS


def _is_stop_word(word: str) -> bool:
    return word.removesuffix("'s") in _english_stop_words() or word in _english_stop_words()


def _strip_ending(word: str) -> str:
    """Return a word without its commonest endings: enough to know it again."""
    word = word.removesuffix("'s")
    for ending in ("ingly", "edly", "ings", "ing", "ies", "ed", "es", "s", "er"):
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM_LETTERS:
            return word.removesuffix(ending)
    return word


def grammar_vector(embedder: Embedder) -> Vector:
    """Return the mean vector of the English stop words, shape (d,): what sentences share that says nothing."""
    # An embedder is one a process, and can be hashed; the protocol does not say so.
    return _grammar_vector(cast("Any", embedder))


@cache
def _grammar_vector(embedder: Embedder) -> Vector:
    from spacy.lang.en.stop_words import STOP_WORDS

    mean: Vector = embedder.embed(sorted(STOP_WORDS)).mean(axis=0)
    return mean
