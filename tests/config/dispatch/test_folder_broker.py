"""The broker that is a folder: each message is read once, whatever else happens to its file."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection, Consumer, Queue
from kombu.exceptions import OperationalError

from config.dispatch import folder_broker
from tests.support.service import HOUSE

QUEUE = Queue("stillnote")
CONSUMER = """
import sys
from pathlib import Path
from kombu import Connection
from config.dispatch import folder_broker
with Connection(folder_broker.URL, transport_options=folder_broker.folder_options(Path(sys.argv[1]))) as connection:
    queue = connection.SimpleQueue("stillnote")
    print("ready", flush=True)
    try:
        while True:
            message = queue.get(timeout=5)
            print(message.payload["number"], flush=True)
            message.ack()
    except queue.Empty:
        pass
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    folder_broker.prepare_broker_folder(tmp_path)
    with Connection(folder_broker.URL, transport_options=folder_broker.folder_options(tmp_path)) as opened:
        yield opened


def put(connection: Connection, number: int, priority: int = 0) -> None:
    with connection.Producer() as producer:
        producer.publish({"number": number}, routing_key="stillnote", declare=[QUEUE], priority=priority)


def heard(connection: Connection) -> list[int]:
    """Return what is heard, until nothing comes any more."""
    numbers: list[int] = []

    def hear(body: Any, message: Any) -> None:
        numbers.append(body["number"])
        message.ack()

    with Consumer(connection, [QUEUE], callbacks=[hear]):
        while True:
            try:
                connection.drain_events(timeout=0.3)
            except (TimeoutError, Empty):
                return numbers


def test_rings_are_heard_once_and_in_order(connection: Connection) -> None:
    for number in range(20):
        put(connection, number)
    assert heard(connection) == list(range(20))
    assert heard(connection) == []


def test_what_is_nearly_done_is_heard_before_what_is_new(connection: Connection) -> None:
    put(connection, 1, priority=9)
    put(connection, 2, priority=0)
    assert heard(connection) == [2, 1]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"body": 1}', os.urandom(200)])
def test_a_ring_that_cannot_be_read_is_dropped_and_the_next_is_heard(
    connection: Connection, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "rings" / "0_0_bad.stillnote.msg").write_bytes(content)
    put(connection, 1)
    assert heard(connection) == [1]
    assert not list((tmp_path / "rings").iterdir())
    assert not list((tmp_path / "claimed").iterdir())


def test_two_processes_hear_each_ring_once_while_it_is_rung(connection: Connection, tmp_path: Path) -> None:
    command = [sys.executable, "-c", CONSUMER, str(tmp_path)]
    consumers = [
        subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for consumer in consumers:
        assert consumer.stdout
        assert consumer.stdout.readline() == "ready\n"
    total = 400
    for number in range(total):
        put(connection, number)
    answers = [consumer.communicate(timeout=60) for consumer in consumers]
    assert [consumer.returncode for consumer in consumers] == [0, 0], answers
    numbers = Counter(int(line) for said, _ in answers for line in said.split())
    assert numbers == Counter(range(total))
    assert all(said for said, _ in answers), "one of them heard nothing: they did not race"


def test_a_folder_that_is_full_or_gone_is_an_error_that_the_doorbell_knows(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    options = folder_broker.folder_options(tmp_path / "file")
    with (
        Connection(folder_broker.URL, transport_options=options) as opened,
        pytest.raises((OperationalError, *opened.channel_errors, *opened.connection_errors)),
    ):
        put(opened, 1)


def test_leftovers_of_a_killed_process_are_cleared_away_and_fresh_files_are_not(tmp_path: Path) -> None:
    folder_broker.prepare_broker_folder(tmp_path)
    old = time.time() - 2 * folder_broker.LEFTOVER_SECONDS
    left = [tmp_path / "rings" / "a.tmp", tmp_path / "claimed" / "b.stillnote.msg"]
    fresh = [tmp_path / "rings" / "c.tmp", tmp_path / "rings" / "d.stillnote.msg"]
    for path in (*left, *fresh):
        path.write_text(json.dumps({}))
    for path in (*left, fresh[1]):
        os.utime(path, (old, old))
    folder_broker.prepare_broker_folder(tmp_path)
    assert [path.exists() for path in (*left, *fresh)] == [False, False, True, True]


def test_a_ring_is_never_seen_half_written(connection: Connection, tmp_path: Path) -> None:
    seen: list[bool] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            seen.extend(bool(json.loads(path.read_text())) for path in (tmp_path / "rings").glob("*.msg"))

    watcher = threading.Thread(target=look)
    watcher.start()
    for number in range(200):
        put(connection, number)
    over.set()
    watcher.join()
    assert seen
    assert all(seen)
