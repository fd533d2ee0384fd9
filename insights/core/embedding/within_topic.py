"""In which directions sentences about one topic differ, in models that were looked at: these tell no topics apart.

Within-class covariance normalisation (Hatch and others 2006), fitted on utterances to a home assistant, HWU64 (Liu et
al. 2019, CC BY 4.0), each with its kind. `manage.py fit_topics --requests` writes it into within_topic.npz.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Vector, Vectors, unit

WITHIN_FILE = Path(__file__).with_name("within_topic.npz")
ROUND_SHARE = 0.7
"""How much of what is seen within topics is taken to go in all directions alike."""
KEPT_DIRECTIONS = 128
"""Directions that are kept, those in which ideas of one topic differ most."""
TOPIC_SENTENCES = 20
"""Sentences for which a topic counts at most: a large one must not say alone what all are like."""
SAME_MODEL_COSINE = 0.95
"""Of the means over our sentences, from which on a model is taken for the one that this was fitted on, however it is
called: in int8 it is 0.999, and in any other model near 0."""


def within_topics(common: Vector) -> NDArray[np.float32] | None:
    """Return the directions (see Background) of the model whose mean over our sentences this is, or None."""
    known, directions = read_directions()
    if known.shape != common.shape or float((unit(known[None]) @ unit(common[None]).T).item()) < SAME_MODEL_COSINE:
        return None
    return directions


def fit_within(topics: Mapping[str, Vectors], common: Vector) -> NDArray[np.float32]:
    """Return the directions in which the sentences of topics differ, shape (KEPT_DIRECTIONS, d)."""
    width = len(common)
    apart, counted = np.zeros((width, width)), 0
    for vectors in topics.values():
        if len(vectors) > 1:
            here = unit(vectors - common)
            here = here - here.mean(axis=0)
            weight = min(len(here), TOPIC_SENTENCES)
            apart += here.T @ here / (len(here) - 1) * weight
            counted += weight
    apart /= max(counted, 1)
    spread, directions = np.linalg.eigh(
        (1 - ROUND_SHARE) * apart + ROUND_SHARE * np.trace(apart) / width * np.eye(width)
    )
    kept = slice(-KEPT_DIRECTIONS, None)
    shortened = 1 - (spread[kept] / spread[-KEPT_DIRECTIONS - 1]) ** -0.5
    return np.asarray((np.sqrt(np.maximum(shortened, 0)) * directions[:, kept]).T, dtype=np.float32)


def write_within(common: Vector, directions: NDArray[np.float32]) -> None:
    """Write what was fitted into the source."""
    np.savez(WITHIN_FILE, common=common.astype(np.float16), directions=directions.astype(np.float16))
    read_directions.cache_clear()


@cache
def read_directions() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean by which the model is known, shape (d,), and the directions, shape (k, d)."""
    with np.load(WITHIN_FILE) as stored:
        return stored["common"].astype(np.float32), stored["directions"].astype(np.float32)
