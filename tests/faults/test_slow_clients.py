"""Slow strangers hold up nobody: their requests wait without a thread, and their uploads have half of them at most."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from config.http.gunicorn import threads, worker_connections, workers
from config.http.gunicorn_worker import HEAD_CHUNK_BYTES, HEAD_SECONDS, MAX_HEAD_BYTES, MAX_IDLE
from tests.support.faults.counts import either
from tests.support.web_server import Server, answer_on, speech

pytestmark = pytest.mark.alone

SLOW_CONNECTIONS = either(300, 1000)
STRANGER = "127.0.0.9"
PATIENCE_SECONDS = 15
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(moved_in: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("home"), like=moved_in)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def slow(server: Server) -> Iterator[list[socket.socket]]:
    """Connections of a stranger that are open until the test is over."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                socket.create_connection(("127.0.0.1", server.port), timeout=30, source_address=(STRANGER, 0))
            )
            for _ in range(SLOW_CONNECTIONS)
        ]


def is_answered(server: Server) -> bool:
    with server.connect() as connection:
        connection.settimeout(PATIENCE_SECONDS)
        connection.sendall(HEALTH)
        return answer_on(connection).status == 200


def test_heads_that_come_letter_by_letter_hold_up_nobody(server: Server, slow: list[socket.socket]) -> None:
    done = threading.Event()

    def drip() -> None:
        while not done.is_set():
            for connection in slow:
                with suppress(OSError):  # the oldest are closed where there are too many
                    connection.sendall(b"a")
            done.wait(1)

    for connection in slow:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        assert all(is_answered(server) for _ in range(3))
        assert server.put("beside-slow-heads", speech(31)).status == 201
    finally:
        done.set()
        dripping.join()


def test_uploads_that_stand_still_hold_up_nobody_else(server: Server, slow: list[socket.socket]) -> None:
    for number, connection in enumerate(slow):
        connection.sendall(server.head("PUT", f"/api/v1/memos/still-{number}", "Content-Length: 100000") + b"OggS")
    assert len(slow) > threads * workers
    assert all(is_answered(server) for _ in range(3))
    assert server.put("beside-slow-bodies", speech(32)).status == 201


@pytest.mark.parametrize("way", ["waiting", "idle"])
def test_more_connections_of_one_address_than_the_server_holds_leave_room_for_others(server: Server, way: str) -> None:
    asked = [
        server.head("PUT", "/api/v1/memos/still", "Content-Length: 100000") + b"OggS",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ]
    many = workers * worker_connections
    with ExitStack() as stack:
        for number in range(many + many // 5):
            stranger = socket.create_connection(("127.0.0.1", server.port), timeout=30, source_address=(STRANGER, 0))
            stack.enter_context(stranger)
            is_only_begun = way == "idle" and number > many * 0.9
            with suppress(OSError):  # some are closed at once
                stranger.sendall(b"GET" if is_only_begun else asked[way == "idle"])
        assert all(is_answered(server) for _ in range(3))


def test_a_connection_that_is_closed_as_it_speaks_ends_no_worker(server: Server) -> None:
    before = server.workers()
    with ExitStack() as stack:
        full = [stack.enter_context(server.connect()) for _ in range(workers * MAX_IDLE + SLOW_CONNECTIONS)]
        for connection in full:
            connection.sendall(b"GET")
        time.sleep(1)
        for worker in before:  # what comes now is found at once
            worker.suspend()
        added = [stack.enter_context(server.connect()) for _ in range(workers)]
        for connection in full:
            with suppress(OSError):  # the oldest are closed
                connection.sendall(b" ")
        for worker in before:
            worker.resume()
        assert len(added) == workers
        assert is_answered(server)
    assert server.workers() == before


def test_a_head_that_never_ends_is_let_go_of(server: Server) -> None:
    with server.connect() as endless:
        endless.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * MAX_HEAD_BYTES)
        endless.sendall(b"b" * HEAD_CHUNK_BYTES)
        assert answer_on(endless).status == 431
    with server.connect() as dripping:
        dripping.settimeout(0.5)
        begun = time.monotonic()
        while not is_closed(dripping):
            assert time.monotonic() < begun + HEAD_SECONDS + PATIENCE_SECONDS


def is_closed(connection: socket.socket) -> bool:
    """Send one more letter of a head, and return whether the other side is gone."""
    try:
        connection.sendall(b"a")
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_who_does_not_hang_up_holds_up_nobody(server: Server, slow: list[socket.socket]) -> None:
    some = slow[-threads * workers :]
    for connection in some:
        connection.sendall(HEALTH)
    assert all(answer_on(connection).status == 200 for connection in some)
    assert is_answered(server)


def test_requests_that_come_together_are_answered_in_their_order(server: Server) -> None:
    with server.connect() as connection:
        head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection.sendall(head + head + head[:20])
        assert [answer_on(connection).status for _ in range(2)] == [200, 200]
        connection.sendall(head[20:])
        assert answer_on(connection).status == 200
