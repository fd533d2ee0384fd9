"""What a model makes of sentences that have nothing to do with one another: all else is held against that."""

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np

from insights.core.embedding.calibration import TRIPLES, UNRELATED
from insights.core.embedding.protocol import Background, Vector, Vectors, unit
from insights.core.embedding.within_topic import within_topics

CALIBRATION = (*chain.from_iterable(TRIPLES), *UNRELATED)
"""All that a model is calibrated on, the triples first."""
USUAL_NEARNESS = 0.245
"""What the cosines of what is near are brought to on average: as near as ideas of one topic, between the same in other
words and what is merely about the same part of life. 0.25 in WordLlama, 0.36 in all-MiniLM-L6-v2."""
SHORTENED_NEARNESS = 0.255
"""The same where it is known in what ideas of one topic differ: what is near there is so by less of chance. At 0.245,
0.265 and 0.275 AMI is 0.003, 0.002 and 0.005 lower, on the mean of the development sets."""
LEAST_STRETCH, MOST_STRETCH = 0.4, 1.5
"""Of a stretch: beyond, a model tells too little apart for this to help."""
LEAST_COSINE = 1e-3


def common_vector(vectors: Vectors) -> Vector:
    """Return what the sentences of calibration have in common in a model, shape (d,). vectors: theirs, in order."""
    common: Vector = vectors.mean(axis=0)
    return common


def background(embed: Callable[[Sequence[str]], Vectors]) -> Background:
    """Return a model's common vector, and how cosines beside it are to be read.

    What all share is the mean of whole sentences about everything: some models find any two of these alike, and the
    mean of single words says little of that.
    """
    vectors = embed(CALIBRATION)
    common = common_vector(vectors)
    known = Background(common, within=within_topics(common))
    directions = unit(known.told_apart(vectors - common))
    cosines = directions @ directions.T
    groups = np.arange(len(CALIBRATION))
    groups[: 3 * len(TRIPLES)] //= 3
    groups[3 * len(TRIPLES) :] += len(CALIBRATION)
    said = 3 * np.arange(len(TRIPLES))
    again, domain = cosines[said, said + 1], cosines[said, said + 2]
    unrelated = cosines[groups[:, None] < groups[None, :]]
    nearness = USUAL_NEARNESS if known.within is None else SHORTENED_NEARNESS
    stretch = nearness / max(float(again.mean() + domain.mean()) / 2, LEAST_COSINE)
    return known._replace(
        stretch=min(max(stretch, LEAST_STRETCH), MOST_STRETCH), spread=max(float(unrelated.std()), LEAST_COSINE)
    )
