"""The broker only wakes workers: stopped, silent or full, it slows no upload and no memo is forgotten."""

import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from config.demo.sample_memos import MEMOS
from tests.support.phone import Phone, states
from tests.support.service import Service
from tests.support.settling import settle

pytestmark = [pytest.mark.alone, pytest.mark.timed]

SHORT = sorted(MEMOS.glob("memo-*.ogg"))[:12]
AT_ONCE = 0.4
"""Seconds: less than one time-out of the broker's, which no upload may wait for."""


@contextmanager
def black_hole() -> Iterator[str]:
    """Give the address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@contextmanager
def nobody() -> Iterator[str]:
    """Give an address at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    yield f"redis://127.0.0.1:{port}/0"


@pytest.mark.parametrize("broker", [black_hole, nobody])
def test_uploads_do_not_wait_for_a_broker(broker: Callable[[], AbstractContextManager[str]]) -> None:
    with broker() as url, Service({"REDIS_URL": url, "SWEEP_SECONDS": "1"}) as service:
        phone = Phone(service)
        times = []
        for recording in SHORT:
            begun = time.monotonic()
            assert phone.send(recording).status_code == 201
            times.append(time.monotonic() - begun)
        assert states(service)["memos"] == len(SHORT)
    assert statistics.median(times) < AT_ONCE
    assert max(times) < 5 * AT_ONCE


def test_a_full_broker_stops_no_upload_and_the_memos_are_done_when_it_has_room(redis_url: str) -> None:
    import redis

    server = redis.Redis.from_url(redis_url)
    with Service({"REDIS_URL": redis_url, "SWEEP_SECONDS": "1"}) as service:
        server.config_set("maxmemory-policy", "noeviction")
        server.config_set("maxmemory", "1")
        phone = Phone(service)
        for recording in SHORT:
            assert phone.send(recording).status_code == 201
        server.config_set("maxmemory", "0")
        assert settle(service, 90)["states"] == {"ready": len(SHORT)}
