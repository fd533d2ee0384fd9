"""Another model's cosines are made to mean what those mean that thresholds were found with."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from insights.core.embedding.background import LEAST_STRETCH, MOST_STRETCH, background, cosine_spread
from insights.core.embedding.protocol import Background, Vectors, unit
from insights.core.embedding.wordllama import default_embedder
from insights.core.topics.index import TopicIndex
from tests.support.idea_features import said

Embed = Callable[[Sequence[str]], Vectors]
USUAL = cosine_spread(default_embedder().embed)
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


def one_hot(texts: Sequence[str]) -> Vectors:
    """Return vectors none of which is like another."""
    return np.eye(512, dtype=np.float32)[: len(texts)]


def likeness_of_others(embed: Embed, background: Background) -> float:
    index = TopicIndex(background, lambda: "new")
    index.build(said(key, text)._replace(vector=embed([text])[0]) for key, text in enumerate(OTHERS))
    meaning = index.space.points.all[:, : index.space.vectors.all.shape[1]] / 0.8**0.5
    return float((meaning @ meaning.T)[np.triu_indices(len(OTHERS), 1)].std())


def test_the_model_that_thresholds_were_found_with_is_left_as_it_is() -> None:
    assert default_embedder().background().stretch == 1
    assert background(default_embedder().embed, USUAL).stretch == 1


@pytest.mark.parametrize("dimensions", [64, 128])
def test_unrelated_sentences_are_as_alike_by_one_model_as_by_another(dimensions: int) -> None:
    embed = shortened(dimensions)
    usual = likeness_of_others(default_embedder().embed, default_embedder().background())
    other = background(embed, USUAL)
    assert likeness_of_others(embed, other._replace(stretch=1.0)) > 1.15 * usual
    assert likeness_of_others(embed, other) == pytest.approx(usual, rel=0.15)


def test_a_model_that_tells_nothing_apart_is_not_stretched_until_it_does() -> None:
    assert background(shortened(3), USUAL).stretch == LEAST_STRETCH
    assert background(one_hot, USUAL).stretch == MOST_STRETCH


@pytest.mark.parametrize("stretch", [0.5, 1.0, 1.5])
def test_what_a_topic_has_in_common_is_the_mean_over_its_pairs(stretch: float) -> None:
    index = TopicIndex(default_embedder().background()._replace(stretch=stretch), lambda: "new")
    index.build(said(key, text) for key, text in enumerate(OTHERS))
    topic = index.create_topic(range(len(OTHERS)))
    points = index.space.points.all
    pairs = (points @ points.T)[np.triu_indices(len(OTHERS), 1)]
    assert index.cohesion(index.total(topic), len(OTHERS)) == pytest.approx(float(pairs.mean()), abs=1e-5)
