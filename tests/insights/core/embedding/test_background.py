"""A model is calibrated on sentences of ours, and from there on the same thresholds hold on any."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from insights.core.embedding.background import LEAST_STRETCH, MOST_STRETCH, USUAL_NEARNESS, background
from insights.core.embedding.calibration import TRIPLES
from insights.core.embedding.protocol import Vectors, unit
from insights.core.embedding.wordllama import default_embedder
from insights.core.topics.index import TopicIndex
from tests.support.idea_features import said

Embed = Callable[[Sequence[str]], Vectors]
OTHERS = (
    "He rides a horse along the beach.",
    "The invoice of the plumber is late.",
    "Boil the rice before noon.",
    "Stars fade slowly at dawn.",
    "Her new shoes pinch at the toes.",
    "Compilers reorder what they are given.",
    "A referendum needs more signatures.",
    "My tooth aches on cold days.",
)


def shortened(dimensions: int) -> Embed:
    """Return WordLlama cut to its first columns, of which it was trained to make the most: all is more alike there."""
    return lambda texts: unit(default_embedder().embed(texts)[:, :dimensions])


def crowded(texts: Sequence[str]) -> Vectors:
    """Return WordLlama's vectors crowded into a narrow cone, as some sentence models have them."""
    return unit(default_embedder().embed(texts) + 2 * np.eye(256, dtype=np.float32)[7])


def one_hot(texts: Sequence[str]) -> Vectors:
    """Return vectors none of which is like another."""
    return np.eye(512, dtype=np.float32)[: len(texts)]


@pytest.mark.parametrize("embed", [default_embedder().embed, shortened(128), crowded])
def test_the_same_is_likelier_than_the_near_and_the_near_than_the_far(embed: Embed) -> None:
    common = background(embed).common
    said_so, again, near = (unit(embed(texts) - common) for texts in zip(*TRIPLES, strict=True))
    same, domain, far = ((said_so * other).sum(axis=1) for other in (again, near, np.roll(said_so, 1, axis=0)))
    assert same.mean() > domain.mean() + 0.2 > far.mean() + 0.2
    assert abs(far.mean()) < 0.03


@pytest.mark.parametrize("embed", [default_embedder().embed, shortened(64), shortened(128), crowded])
def test_what_is_near_is_as_near_by_one_model_as_by_another(embed: Embed) -> None:
    known = background(embed)
    said_so, again, near = (unit(embed(texts) - known.common) for texts in zip(*TRIPLES, strict=True))
    cosines = known.stretch * np.concatenate([(said_so * other).sum(axis=1) for other in (again, near)])
    assert float(cosines.mean()) == pytest.approx(USUAL_NEARNESS, rel=1e-3)


def one_a_triple(texts: Sequence[str]) -> Vectors:
    """Return vectors that tell nothing apart but what has nothing to do with one another."""
    return np.eye(512, dtype=np.float32)[np.arange(len(texts)) // 3]


def test_a_model_that_tells_nothing_apart_is_not_stretched_until_it_does() -> None:
    assert background(one_a_triple).stretch == LEAST_STRETCH
    assert background(one_hot).stretch == MOST_STRETCH


@pytest.mark.parametrize("spread", [0.04, 0.07, 0.12])
def test_what_a_topic_has_in_common_is_the_mean_over_its_pairs(spread: float) -> None:
    index = TopicIndex(default_embedder().background()._replace(spread=spread), lambda: "new")
    index.build(said(key, text) for key, text in enumerate(OTHERS))
    topic = index.create_topic(range(len(OTHERS)))
    points = index.space.points.all
    pairs = (points @ points.T)[np.triu_indices(len(OTHERS), 1)]
    assert index.cohesion(index.total(topic), len(OTHERS)) == pytest.approx(float(pairs.mean()), abs=1e-5)
