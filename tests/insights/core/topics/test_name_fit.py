"""How well a name fits one topic and no other."""

import numpy as np

from insights.core.embedding.protocol import Background, Vectors
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.name_fit import contrast, fit_in_index

ALARM, LIGHT, MUSIC = np.eye(3, dtype=np.float32)
MEANT = {"alarm": ALARM, "light": LIGHT, "music": MUSIC, "all of it": (ALARM + LIGHT + MUSIC) / 3**0.5}


def embed(names: object) -> Vectors:
    return np.stack([MEANT[name] for name in names])  # type: ignore[attr-defined]


def index_of(*topics: list[str]) -> TopicIndex:
    index = TopicIndex(Background(np.zeros(3, dtype=np.float32)), iter(range(10)).__next__)
    for key, said in enumerate(topics):
        index.add_topic(key)
        for text in said:
            features = IdeaFeatures(len(index), MEANT[text], {}, None, None, "")
            index.put(index.add(features), key)
    return index


def test_a_name_fits_that_is_near_to_its_topic_and_far_from_the_others() -> None:
    index = index_of(["alarm", "alarm"], ["light", "light"], ["music"])
    own, common, other = fit_in_index(index, index.topics[0].members, embed)(["alarm", "all of it", "light"])
    assert own > common > other


def test_part_of_a_topic_is_told_from_the_rest_of_it() -> None:
    index = index_of(["alarm", "alarm", "light", "light"], ["music"])
    leaving, staying, whole = fit_in_index(index, [2, 3], embed)(["light", "alarm", "all of it"])
    assert leaving > whole > staying


def test_beside_no_other_topic_all_names_fit_alike() -> None:
    names = np.stack([ALARM, LIGHT, (ALARM + LIGHT) / 2**0.5])
    assert np.allclose(contrast(names, ALARM[None]), 0.0)
