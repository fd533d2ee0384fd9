"""Recordings that kill their decoder: each is left alone after exactly three deaths, and the others hardly wait."""

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.faults import points, speeches
from tests.support.faults.at_points.sitecustomize import DEADLY
from tests.support.faults.counts import SOAK, either, figure
from tests.support.faults.points import Points
from tests.support.phone import Phone
from tests.support.service import Service

pytestmark = pytest.mark.alone

OTHERS, KILLERS = either(8, 950), either(2, 50)
PATIENCE = either(180.0, 7200.0)
SETTINGS = points.PERIODS | points.SETTINGS | {"UPLOADS_A_MINUTE": "100000"}
AT_MOST = 1.2

ENDED = """
SELECT memo.client_id, heard.state, heard.decoder_deaths, heard.error, memo.path,
    (julianday(heard.finished_at) - julianday(heard.received_at)) * 86400
FROM transcription_transcript AS heard JOIN capture_memo AS memo ON memo.id = heard.memo_id
WHERE heard.finished_at IS NOT NULL
"""
Row = tuple[str, str, int, str, str, float]


def ended(service: Service, recordings: list[Path]) -> dict[str, Row]:
    """Send recordings, and return what became of each."""
    phone = Phone(service)
    for recording in recordings:
        assert phone.send(recording).status_code == 201
    deadline = time.monotonic() + PATIENCE
    while True:
        with closing(sqlite3.connect(service.home / "stillnote.sqlite3", timeout=20)) as database:
            found: dict[str, Row] = {row[0]: row for row in database.execute(ENDED)}
        if len(found) == len(recordings):
            return found
        assert time.monotonic() < deadline, service.logs()
        time.sleep(0.5)


def p95(rows: list[Row]) -> float:
    return sorted(row[-1] for row in rows)[int(0.95 * len(rows))]


def test_each_is_left_alone_after_three_deaths_and_the_others_hardly_wait(tmp_path: Path) -> None:
    harmless = [speeches.write_short(tmp_path, number) for number in range(OTHERS)]
    deadly = [speeches.write_short(tmp_path, OTHERS + number, beside=DEADLY) for number in range(KILLERS)]
    mixed = random.Random(50).sample([*harmless, *deadly], OTHERS + KILLERS)
    with Service(SETTINGS) as service:
        Points(service)
        rows = ended(service, mixed)
        kept = [service.home / "audio" / row[4] for row in rows.values()]
        assert all(path.exists() for path in kept)
    left_alone = [rows[path.stem] for path in deadly]
    assert {row[1:3] for row in left_alone} == {("quarantined", 3)}
    assert all(row[3] for row in left_alone)
    others = [rows[path.stem] for path in harmless]
    assert {row[1:3] for row in others} == {("ready", 0)}
    if SOAK:
        with Service(SETTINGS) as service:
            without = p95(list(ended(service, harmless).values()))
        ratio = p95(others) / without
        figure("p95 beside recordings that kill their decoder, to that without", round(ratio, 2), "times", of=OTHERS)
        assert ratio <= AT_MOST
