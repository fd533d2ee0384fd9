"""Where ideas lie: the same on any model that says the same of them, and apart in a life about one thing."""

from itertools import count
from pathlib import Path

import numpy as np
import pytest

from insights.core.embedding.background import background
from insights.core.embedding.protocol import Background, Vectors, unit
from insights.core.embedding.wordllama import default_embedder
from insights.core.topics.assign import assign_idea
from insights.core.topics.consolidate import consolidate_index
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.space import Space
from insights.evaluation.scoring import agreement
from insights.evaluation.streams import features_of_lines, read_stream

STREAMS = Path(__file__).parents[3] / "assets" / "topics"
DIMENSIONS = 256
TIDIED_EVERY = 20
AXES = np.linalg.qr(np.random.default_rng(1).normal(size=(DIMENSIONS, DIMENSIONS))).Q


def turned(vectors: Vectors) -> Vectors:
    """Return vectors turned about, as another training of the same model would have them."""
    return np.asarray(vectors @ AXES, dtype=np.float32)


def crowded(vectors: Vectors) -> Vectors:
    """Return vectors crowded into a narrow cone: any two are alike."""
    return unit(vectors + 2 * np.eye(DIMENSIONS, dtype=np.float32)[7])


def placed(ideas: list[IdeaFeatures], known: Background) -> list[object]:
    numbers = count()
    index = TopicIndex(known, lambda: next(numbers))
    for number, idea in enumerate(ideas, start=1):
        assign_idea(index, idea)
        if number % TIDIED_EVERY == 0:
            consolidate_index(index)
    return list(index.homes())


@pytest.mark.parametrize("other", [turned, crowded])
def test_topics_are_the_same_on_vectors_that_say_the_same(other: object) -> None:
    assert callable(other)
    ideas = features_of_lines(read_stream(STREAMS / "hwu64-200-11.jsonl"), default_embedder())
    changed = [idea._replace(vector=other(idea.vector[None])[0]) for idea in ideas]
    known = background(lambda texts: other(default_embedder().embed(texts)))
    alike = agreement(placed(ideas, default_embedder().background()), placed(changed, known))
    assert alike.ami > (0.97 if other is turned else 0.8)


@pytest.mark.parametrize("other", [None, crowded])
def test_a_life_about_one_job_does_not_become_one_topic(other: object) -> None:
    lines = read_stream(STREAMS / "hwu64-office-200-20.jsonl")
    ideas, known = features_of_lines(lines, default_embedder()), default_embedder().background()
    if other is crowded:
        ideas = [idea._replace(vector=crowded(idea.vector[None])[0]) for idea in ideas]
        known = background(lambda texts: crowded(default_embedder().embed(texts)))
    homes = placed(ideas, known)
    sizes = sorted((homes.count(home) for home in set(homes) if home is not None), reverse=True)
    assert len(sizes) >= 6
    assert sizes[0] < 100
    assert agreement([line.label for line in lines], homes).ami > 0.5


def space_of(vectors: Vectors) -> Space:
    space = Space(Background(np.zeros(DIMENSIONS, dtype=np.float32)))
    for vector in vectors:
        space.vectors.append(vector)
        space.total += vector
        space.pieces.append(np.zeros(0, np.uint32), np.zeros(0, np.float32))
    return space


def test_what_one_large_topic_has_in_common_stays_and_what_a_whole_life_has_is_taken_off() -> None:
    chance = np.random.default_rng(3)
    noise = chance.normal(size=(100, DIMENSIONS)).astype(np.float32) / 16
    direction = np.eye(DIMENSIONS, dtype=np.float32)[0]
    large, narrow = noise.copy(), noise + direction
    large[:40] += direction
    shares = []
    for vectors in (large, narrow):
        space = space_of(unit(vectors))
        space.calibrate()
        shares.append(space.own_share)
    assert shares[0] < 0.3
    assert shares[1] > 0.9


def test_somebody_who_said_next_to_nothing_speaks_as_everybody_does() -> None:
    space = space_of(np.eye(DIMENSIONS, dtype=np.float32)[:3])
    before = space.stretch
    space.calibrate()
    assert (space.own_share, space.stretch) == (0.0, before)
