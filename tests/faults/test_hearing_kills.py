"""Workers killed at every point of their work, again and again: every memo comes to its words, once."""

from collections import Counter
from itertools import cycle
from pathlib import Path

import pytest

from tests.support.faults import points, speeches
from tests.support.faults.counts import either, figure
from tests.support.faults.points import Points
from tests.support.phone import Phone
from tests.support.servers import Surroundings
from tests.support.service import Service
from tests.support.settling import settle, worker_of

pytestmark = pytest.mark.alone

POINTS = [
    (points.BETWEEN_SLICES, "worker"),
    (points.AFTER_CLAIM, "group"),
    (points.DECODING, "child"),
    (points.BEFORE_COMMIT, "worker"),
    (points.BETWEEN_SLICES, "group"),
    (points.BEFORE_ANNOUNCING, "group"),
    (points.DECODING, "worker"),
    (points.AFTER_CLAIM, "worker"),
    (points.BETWEEN_SLICES, "worker"),
    (points.BEFORE_COMMIT, "group"),
    (points.DECODING, "group"),
    (points.BEFORE_ANNOUNCING, "worker"),
]
"""In turn. Each fourth waits for a slice: a long memo whose every worker is killed is given up, and rightly so."""
KILLS = {"SQLite and a folder": either(4, 100), "PostgreSQL and Redis": either(5, 500)}
SHORT, LONG, LONG_SECONDS = either(8, 1000), either(1, 3), either(80, 600)
PATIENCE = either(180, 3600)


def repeated(told: Points) -> Counter[str]:
    """Return how many slices of each transcript were begun more than once. None may be that was saved."""
    begun: Counter[tuple[str, str]] = Counter()
    saved = set()
    for kind, *words in told.all_marks():
        if kind == "saved":
            saved.add(tuple(words))
        elif kind == "slice":
            transcript, position = words
            assert (transcript, position) not in saved, "a saved slice was heard again"
            begun[transcript, position] += 1
    again: Counter[str] = Counter()
    for (transcript, _position), times in begun.items():
        again[transcript] += times - 1
    return again


def test_an_engine_that_hangs_is_got_rid_of_and_its_memo_done_by_another_process(tmp_path: Path) -> None:
    with Service(points.PERIODS | points.SETTINGS | {"WORKER_THREADS": "1"}) as service:
        phone, told = Phone(service), Points(service)
        assert phone.send(speeches.write_short(tmp_path, 1)).status_code == 201
        assert told.do(points.HEARING, "hang")
        before = worker_of(service)
        assert settle(service, PATIENCE)["states"] == {"ready": 1}
        assert worker_of(service).pid != before.pid
        assert "this worker process ends itself" in (service.home / "logs" / "worker.log").read_text()


def test_killed_at_every_point_no_memo_is_lost_doubled_or_given_up(
    surroundings: Surroundings, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    where = request.node.callspec.params["surroundings"]
    kills, missed, in_turn = KILLS[where], 0, cycle(POINTS)
    with Service(surroundings | points.PERIODS | points.SETTINGS) as service:
        phone, told = Phone(service), Points(service)
        for number in range(LONG):
            assert phone.send(speeches.write_long(tmp_path, LONG_SECONDS, number)).status_code == 201
        waiting = [speeches.write_short(tmp_path, number) for number in range(SHORT)]
        for kill in range(kills):
            # Memos keep coming in, so that each kill finds the worker at work.
            for _ in range(len(waiting) // (kills - kill)):
                assert phone.send(waiting.pop()).status_code == 201
            if not told.do(*next(in_turn)):
                missed += 1
                in_turn = cycle([point for point in POINTS if point[0] != points.BETWEEN_SLICES])  # no long one is left
        end = settle(service, PATIENCE)
        again = repeated(told)
    figure("memos lost or doubled by kill -9 of workers", 0, "memos", kills=kills - missed, where=where)
    figure("slices heard again", again.total(), "slices", kills=kills - missed, where=where, of=LONG)
    assert end["states"] == {"ready": SHORT + LONG}
    assert end["memos"] == end["transcripts"] == SHORT + LONG
    assert end["without_ideas"] == 0
    assert end["ideas"] == end["places"]
    assert all(times <= kills for times in again.values())
    assert missed <= kills // 4, "too few kills found the worker at work: the test showed nothing"
