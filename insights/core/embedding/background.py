"""What a model makes of sentences that have nothing to do with one another: all else is held against that."""

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.calibration import TRIPLES, UNRELATED
from insights.core.embedding.protocol import Background, Vectors, unit

CALIBRATION = (*chain.from_iterable(TRIPLES), *UNRELATED)
"""All that a model is calibrated on, the triples first."""
USUAL_NEARNESS = 0.245
"""What the cosines of what is near are brought to on average: as near as ideas of one topic, between the same in other
words and what is merely about the same part of life. 0.25 in WordLlama, 0.36 in all-MiniLM-L6-v2."""
LEAST_STRETCH, MOST_STRETCH = 0.4, 1.5
"""Of a stretch: beyond, a model tells too little apart for this to help."""
LEAST_COSINE = 1e-3


def background(embed: Callable[[Sequence[str]], Vectors]) -> Background:
    """Return a model's common vector, and how cosines beside it are to be read.

    What all share is the mean of whole sentences about everything: some models find any two of these alike, and the
    mean of single words says little of that.
    """
    vectors = embed(CALIBRATION)
    common: NDArray[np.float32] = vectors.mean(axis=0)
    directions = unit(vectors - common)
    cosines = directions @ directions.T
    groups = np.arange(len(CALIBRATION))
    groups[: 3 * len(TRIPLES)] //= 3
    groups[3 * len(TRIPLES) :] += len(CALIBRATION)
    said = 3 * np.arange(len(TRIPLES))
    again, domain = cosines[said, said + 1], cosines[said, said + 2]
    unrelated = cosines[groups[:, None] < groups[None, :]]
    stretch = USUAL_NEARNESS / max(float(again.mean() + domain.mean()) / 2, LEAST_COSINE)
    return Background(common, min(max(stretch, LEAST_STRETCH), MOST_STRETCH), max(float(unrelated.std()), LEAST_COSINE))
