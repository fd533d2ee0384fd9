"""Vectors of another machine, and its bad days."""

import logging
import re
import time
from collections.abc import Iterator

import numpy as np
import pytest

from insights.core.embedding import endpoint as client
from insights.core.embedding.endpoint import BATCH_TEXTS, Endpoint
from insights.core.embedding.protocol import Unavailable
from insights.error_text import describe_problem
from tests.support.vectors_endpoint import KEY, Answer, VectorsEndpoint, running, well
from transcription.core.circuit_breaker import FIRST_REST_SECONDS


@pytest.fixture
def there() -> Iterator[VectorsEndpoint]:
    with running() as endpoint:
        yield endpoint


def test_vectors_come_back_in_the_order_of_the_texts_at_unit_length(there: VectorsEndpoint) -> None:
    embedder = Endpoint(there.url, key=KEY, model="small")
    vectors = embedder.embed(["x" * length for length in range(BATCH_TEXTS + 3)])
    assert vectors.shape == (BATCH_TEXTS + 3, 3)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert vectors[5, 1] / vectors[5, 0] == pytest.approx(5)
    assert [len(asked["input"]) for asked in there.asked] == [BATCH_TEXTS, 3]
    assert there.asked[0]["model"] == "small"
    assert embedder.model == f"small at {embedder.host}"
    assert embedder.background().common.shape == (3,)


def rows(*vectors: object) -> Answer:
    return 200, {"data": [{"index": n, "embedding": vector} for n, vector in enumerate(vectors)]}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((401, {}), "does not accept EMBEDDING_KEY"),
        ((404, {}), "EMBEDDING_MODEL"),
        ((429, {}), "patience"),
        ((599, {}), "failed .599."),
        ((302, {}), "failed .302."),
        ((200, b"no"), "no vectors"),
        ((200, {"data": []}), "no vectors"),
        (rows([1.0, 2.0]), "no vectors"),
        (rows([1.0, 2.0], [1.0]), "no vectors"),
        (rows([1.0, 2.0], [float("nan"), 1.0]), "no vectors"),
        (rows([1.0, 2.0], None), "no vectors"),
    ],
)
def test_whatever_it_does_wrong_is_one_sentence_and_no_secret(
    there: VectorsEndpoint, answer: Answer, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    there.answer = lambda _asked: answer
    embedder = Endpoint(there.url, key=KEY)
    with pytest.raises(Unavailable) as refused:
        embedder.embed(["my secret", "thought"])
    sentence = describe_problem(refused.value.message)
    assert re.search(says, sentence)
    said = f"{refused.value}{sentence}{caplog.text}"
    assert KEY not in said
    assert "secret" not in said


def test_it_is_left_alone_after_a_failure_and_asked_again_later(
    there: VectorsEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    there.answer = lambda _asked: (500, {})
    embedder = Endpoint(there.url, key=KEY)
    for _ in range(3):
        with pytest.raises(Unavailable) as refused:
            embedder.embed(["water"])
        assert "failed (500)" in describe_problem(refused.value.message)
    assert len(there.asked) == 1
    there.answer = well
    now[0] += FIRST_REST_SECONDS + 1
    assert embedder.embed(["water"]).shape == (1, 3)


def test_it_is_left_alone_for_as_long_as_it_asks(there: VectorsEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    there.answer, there.headers = (lambda _asked: (429, {})), {"Retry-After": "120"}
    embedder = Endpoint(there.url, key=KEY)
    with pytest.raises(Unavailable):
        embedder.embed(["water"])
    there.answer = well
    now[0] += 119
    with pytest.raises(Unavailable):
        embedder.embed(["water"])
    assert len(there.asked) == 1
    now[0] += 2
    assert embedder.embed(["water"]).shape == (1, 3)


def test_one_that_is_not_there_or_does_not_end_is_given_up(
    there: VectorsEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as gone:
        url = gone.url
    with pytest.raises(Unavailable) as refused:
        Endpoint(url).embed(["water"])
    assert "cannot be reached" in describe_problem(refused.value.message)
    with monkeypatch.context() as patch:
        patch.setattr(client, "WHOLE_SECONDS", 2.0)
        there.drips = True
        with pytest.raises(Unavailable) as refused:
            Endpoint(there.url, key=KEY).embed(["water"])
        assert "in time" in describe_problem(refused.value.message)
        there.drips = False
    monkeypatch.setattr(client, "MOST_BYTES", 10)
    with pytest.raises(Unavailable) as refused:
        Endpoint(there.url, key=KEY).embed(["water"])
    assert "broke off" in describe_problem(refused.value.message)
