"""Placing: at once and for good; better unsorted than wrong."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from insights import embedding
from insights.clustering import FOUND, JOIN, New, Standing, place

D = 4
NOTHING_COMMON = np.zeros(D, dtype=np.float32)


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(lengths > 1e-3, rows / np.maximum(lengths, 1e-3), 0).astype(np.float32)


VECTORS = st.integers(0, 12).flatmap(
    lambda n: arrays(np.float32, (n, D), elements=st.floats(-1, 1, width=32)).map(unit)
)
NEW = arrays(np.float32, (3, D), elements=st.floats(-1, 1, width=32)).map(unit)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    vectors = draw(VECTORS)
    n = len(vectors)
    topics = draw(st.lists(st.sampled_from([None, "garden", "talk"]), min_size=n, max_size=n))
    return Standing(vectors, topics, draw(st.lists(st.booleans(), min_size=n, max_size=n)))


@given(NEW, standings())
def test_nothing_that_stands_in_a_topic_is_moved_and_a_persons_word_is_kept(
    new: NDArray[np.float32], standing: Standing
) -> None:
    placement = place(new, standing, NOTHING_COMMON)
    assert len(placement.topics) == len(new)
    for index in placement.drawn_in:
        assert standing.topics[index] is None
        assert not standing.settled[index]


@given(NEW, standings())
def test_a_topic_is_founded_by_two_at_least(new: NDArray[np.float32], standing: Standing) -> None:
    placement = place(new, standing, NOTHING_COMMON)
    members = [*placement.topics, *placement.drawn_in.values()]
    assert all(members.count(topic) >= 2 for topic in members if isinstance(topic, New))


@given(NEW, standings())
def test_placing_is_repeatable(new: NDArray[np.float32], standing: Standing) -> None:
    assert place(new, standing, NOTHING_COMMON) == place(new, standing, NOTHING_COMMON)


def test_thresholds_are_ordered() -> None:
    assert 0 < JOIN < FOUND < 1


def topics_of(texts: list[str]) -> list[object]:
    """Place texts one at a time, as memos come, and return each one's topic in the end."""
    embedder = embedding.default()
    vectors = embedder.embed(texts)
    topics: list[object] = []
    for number in range(len(texts)):
        standing = Standing(vectors[:number], topics[:], [False] * number)
        placement = place(vectors[number : number + 1], standing, embedder.common())
        for index, topic in placement.drawn_in.items():
            topics[index] = (number, topic) if isinstance(topic, New) else topic
        topics += [(number, topic) if isinstance(topic, New) else topic for topic in placement.topics]
    return topics


def test_ideas_about_the_same_thing_meet_and_others_wait() -> None:
    first, talk, second, third = topics_of(
        [
            "water the tomatoes in the garden every evening",
            "send the invoice to the tax office",
            "the tomatoes in the garden need more water",
            "plant more tomatoes in the garden next spring",
        ]
    )
    assert talk is None
    assert first == second == third is not None
