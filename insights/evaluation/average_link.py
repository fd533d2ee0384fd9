"""Average linkage over a whole stream at once: what a textbook finds with the same vectors, beside which ours stand."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.tokens import STEM_LETTERS

CUT_SIMILARITY = 0.10
"""Mean similarity of two groups below which they stay apart (as in the reference figures of the development sets)."""
WORDS_PART = 0.1
"""Share of the similarity of two ideas that comes from their words."""


def linked_topics(ideas: Sequence[IdeaFeatures]) -> list[int | None]:
    """Return the topic of each idea, None where it stands alone (Sokal and Michener 1958).

    Similarity: cosine of the vectors, less their mean over the stream, and of the words, by inverse document frequency.
    """
    from sklearn.cluster import AgglomerativeClustering

    if len(ideas) < 2:  # noqa: PLR2004 - a pair
        return [None] * len(ideas)
    vectors = np.stack([idea.vector for idea in ideas]).astype(np.float64)
    alike = (1 - WORDS_PART) * _cosines(vectors - vectors.mean(axis=0)) + WORDS_PART * _cosines(_weighted_words(ideas))
    found = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1 - CUT_SIMILARITY, metric="precomputed", linkage="average"
    ).fit_predict(1 - alike)
    sizes = np.bincount(found)
    return [int(group) if sizes[group] > 1 else None for group in found]


def _cosines(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return np.asarray(scaled @ scaled.T)


def _weighted_words(ideas: Sequence[IdeaFeatures]) -> NDArray[np.float64]:
    """Return a row for each idea, with a column for each stem that any of them says."""
    said = [{word[:STEM_LETTERS] for word in idea.words} for idea in ideas]
    columns = {stem: column for column, stem in enumerate(sorted(set().union(*said)))}
    rows = np.zeros((len(ideas), max(1, len(columns))))
    for row, stems_here in zip(rows, said, strict=True):
        row[[columns[stem] for stem in stems_here]] = 1.0
    weighted: NDArray[np.float64] = rows * np.log((len(ideas) + 1) / (rows.sum(axis=0) + 0.5))
    return weighted
