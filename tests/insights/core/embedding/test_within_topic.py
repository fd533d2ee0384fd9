"""In which directions sentences about one topic differ counts less, in the model that this was fitted on."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from insights.core.embedding import within_topic
from insights.core.embedding.background import CALIBRATION, background, common_vector
from insights.core.embedding.protocol import Background, Vectors, unit
from insights.core.embedding.within_topic import fit_within, within_topics, write_within
from insights.core.embedding.wordllama import default_embedder
from insights.core.topics.index import TopicIndex
from insights.core.topics.index_file import read_index, write_index
from insights.core.topics.space import Space
from insights.core.topics.suggest import Ranker
from insights.core.topics.tokens import pieces

DIMENSIONS = 40
TOPICS, SENTENCES = 12, 9
LOUD = 3
"""The column in which sentences differ whatever they are about."""


@pytest.fixture
def topics() -> dict[str, Vectors]:
    chance = np.random.default_rng(5)
    made = {}
    for number in range(TOPICS):
        rows = chance.normal(0, 0.3, (SENTENCES, DIMENSIONS)) + 4 * np.eye(DIMENSIONS)[10 + number]
        rows[:, LOUD] += chance.normal(0, 6, SENTENCES)
        made[str(number)] = unit(rows)
    return made


@pytest.fixture
def fitted(topics: dict[str, Vectors], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Background]:
    monkeypatch.setattr(within_topic, "WITHIN_FILE", tmp_path / "within.npz")
    monkeypatch.setattr(within_topic, "KEPT_DIRECTIONS", 8)
    within_topic.read_directions.cache_clear()
    common = np.full(DIMENSIONS, 0.1, dtype=np.float32)
    write_within(common, fit_within(topics, common))
    yield Background(common, within=within_topics(common))
    within_topic.read_directions.cache_clear()


def test_ideas_of_one_topic_come_nearer_and_others_do_not(topics: dict[str, Vectors], fitted: Background) -> None:
    rows = np.concatenate(list(topics.values())) - fitted.common
    of = np.repeat(np.arange(TOPICS), SENTENCES)
    same = (of[:, None] == of[None, :]) & ~np.eye(len(of), dtype=bool)
    before, after = (unit(some) @ unit(some).T for some in (rows, fitted.told_apart(rows)))
    assert after[same].mean() > before[same].mean() + 0.15
    assert after[~same & ~np.eye(len(of), dtype=bool)].std() < before[~same & ~np.eye(len(of), dtype=bool)].std()


def test_one_vector_is_shortened_as_many_are(topics: dict[str, Vectors], fitted: Background) -> None:
    rows = topics["0"]
    assert fitted.told_apart(rows[1]) == pytest.approx(fitted.told_apart(rows)[1], abs=1e-6)


def test_a_model_is_known_by_its_mean_however_it_is_called(fitted: Background) -> None:
    chance = np.random.default_rng(2)
    in_int8 = fitted.common + chance.normal(0, 0.005, DIMENSIONS).astype(np.float32)
    assert within_topics(in_int8) is not None
    assert within_topics(-fitted.common) is None
    assert within_topics(np.ones(DIMENSIONS + 1, dtype=np.float32)) is None


def test_points_are_made_without_what_tells_no_topics_apart(topics: dict[str, Vectors], fitted: Background) -> None:
    made = {}
    for known in (fitted, fitted._replace(within=None)):
        space = Space(known)
        for vector in np.concatenate(list(topics.values())):
            space.add(vector, pieces({}))
        space.project_all()
        made[known.within is None] = np.abs(space.points.all[:, LOUD]).mean()
    assert made[False] < 0.7 * made[True]


def test_the_file_of_an_index_keeps_them(fitted: Background, tmp_path: Path) -> None:
    written = tmp_path / "index"
    assert write_index(written, TopicIndex(fitted, str), Ranker(), {})
    read = read_index(written, str, lambda _told: True).index.space.background
    assert read.within == pytest.approx(fitted.within)
    assert read[1:-1] == fitted[1:-1]


def test_the_words_model_is_none_that_it_was_fitted_on() -> None:
    embedder = default_embedder()
    assert within_topics(common_vector(embedder.embed(CALIBRATION))) is None
    assert background(embedder.embed).within is None
