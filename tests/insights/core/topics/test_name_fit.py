"""How well a name fits one topic and no other."""

import numpy as np
import pytest

from insights.core.embedding.protocol import SENTENCES, Background, Vectors
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.name_fit import contrast, fit_in_index

ALARM, LIGHT, MUSIC = np.eye(3, dtype=np.float32)
MEANT = {"alarm": ALARM, "light": LIGHT, "music": MUSIC, "all of it": (ALARM + LIGHT + MUSIC) / 3**0.5}


def embed(names: object) -> Vectors:
    return np.stack([MEANT[name] for name in names])  # type: ignore[attr-defined]


def index_of(*topics: list[str], are_heard: bool = False) -> TopicIndex:
    index = TopicIndex(Background(np.zeros(3, dtype=np.float32), kind=SENTENCES), iter(range(10)).__next__)
    for key, said in enumerate(topics):
        index.add_topic(key)
        for text in said:
            words = dict.fromkeys(text.split(), 1.0) if are_heard else {}
            features = IdeaFeatures(len(index), MEANT[text], words, None, None, "")
            index.put(index.add(features), key)
    return index


def test_a_name_fits_that_is_near_to_its_topic_and_far_from_the_others() -> None:
    index = index_of(["alarm", "alarm"], ["light", "light"], ["music"])
    own, common, other = fit_in_index(index, index.topics[0].members, embed)(["alarm", "all of it", "light"])
    assert own > common > other


def test_a_name_is_held_against_the_ideas_that_do_not_say_it_themselves() -> None:
    topic = ["all of it", "all of it", "light"]
    (heard,), (unheard,) = (
        fit_in_index(index, index.topics[0].members, embed)(["light"])
        for index in (index_of(topic, ["music"], are_heard=is_heard) for is_heard in (True, False))
    )
    assert heard < unheard
    said_by_all = index_of(["light", "light"], ["music"], are_heard=True)
    (whole,) = fit_in_index(said_by_all, said_by_all.topics[0].members, embed)(["light"])
    assert whole == pytest.approx(float(contrast(embed(["light"]), np.stack([LIGHT, MUSIC, MUSIC * 0]))[0]))


def test_part_of_a_topic_is_told_from_the_rest_of_it() -> None:
    index = index_of(["alarm", "alarm", "light", "light"], ["music"])
    leaving, staying, whole = fit_in_index(index, [2, 3], embed)(["light", "alarm", "all of it"])
    assert leaving > whole > staying


def test_beside_no_other_topic_all_names_fit_alike() -> None:
    names = np.stack([ALARM, LIGHT, (ALARM + LIGHT) / 2**0.5])
    assert np.allclose(contrast(names, ALARM[None]), 0.0)
