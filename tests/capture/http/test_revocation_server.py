"""A device that is unpaired while it sends: its upload ends within a second, and nothing of it stays."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from socket import socket

import pytest

from tests.support.answers import is_problem
from tests.support.data_folder import files
from tests.support.raw_forms import FORM_HEAD, FORM_TYPE
from tests.support.web_server import Answer, Server, answer_on, speech

pytestmark = [pytest.mark.alone, pytest.mark.timed]

MEGABYTE = 1024 * 1024
ANNOUNCED = f"Content-Length: {500 * MEGABYTE}"
DRIP_SECONDS = 0.05


@contextmanager
def dripping(connection: socket, drop: bytes, seconds: float) -> Iterator[None]:
    """Send drop by drop while the block lasts, as a phone far from its base station does; or without a pause."""
    ended = threading.Event()

    def drip() -> None:
        try:
            while not ended.wait(seconds):
                connection.sendall(drop)
        except OSError:
            return

    sending = threading.Thread(target=drip)
    sending.start()
    try:
        yield
    finally:
        ended.set()
        sending.join()


def revoke(server: Server, name: str) -> float:
    """Unpair a device as another process does, and return when that was."""
    with closing(sqlite3.connect(server.home / "stillnote.sqlite3", timeout=20)) as database, database:
        changed = database.execute(
            "UPDATE capture_device SET revoked_at = ? WHERE name = ?", (datetime.now(UTC).isoformat(" "), name)
        )
        assert changed.rowcount == 1
    return time.monotonic()


def arriving(server: Server) -> int:
    folders = (server.home / "incoming", server.home / "uploads")
    return sum(file.stat().st_size for folder in folders for file in folder.glob("*"))


def begun(server: Server, token: str) -> str:
    """Begin a resumable upload and return its address."""
    lines = "Tus-Resumable: 1.0.0", f"Upload-Length: {500 * MEGABYTE}", "Content-Length: 0"
    return server.ask(server.head("POST", "/api/v1/uploads/", *lines, token=token)).headers["location"]


def head_of(way: str, server: Server, token: str) -> bytes:
    """Return the head of a large upload, and what comes before the recording itself."""
    if way == "PATCH":
        lines = "Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream"
        return server.head("PATCH", begun(server, token), ANNOUNCED, *lines, token=token)
    path = "/api/v1/memos/late" if way == "PUT" else "/api/v1/memos"
    return server.head(way, path, ANNOUNCED, FORM_TYPE, token=token) + (b"" if way == "PUT" else FORM_HEAD)


@pytest.mark.parametrize("way", ["PUT", "POST", "PATCH"])
@pytest.mark.parametrize(
    ("drop", "seconds"),
    [(b"", 60.0), (b"x" * 100, DRIP_SECONDS), (b"x" * MEGABYTE, 0.0)],
    ids=["silent", "slow", "fast"],
)
def test_an_upload_under_way_ends_within_a_second(way: str, drop: bytes, seconds: float, server: Server) -> None:
    name = f"{way} {len(drop)}"
    token = server.command("pair", "--token", name, "--user", "alice").strip()
    before = files(server.home)
    head, already = head_of(way, server, token), arriving(server)
    with server.connect() as connection:
        connection.sendall(head + speech(1, MEGABYTE))
        deadline = time.monotonic() + 20
        while arriving(server) == already and time.monotonic() < deadline:
            time.sleep(0.01)
        assert arriving(server) > already
        with _dripping_if(drop, connection, seconds):
            revoked = revoke(server, name)
            answer = answer_on(connection)
            assert time.monotonic() - revoked < 1
    assert is_problem(answer, 401, "revoked-token")
    _nothing_new(server, before)


@contextmanager
def _dripping_if(drop: bytes, connection: socket, seconds: float) -> Iterator[None]:
    if not drop:
        yield
        return
    with dripping(connection, drop, seconds):
        yield


def _nothing_new(server: Server, before: list[Path]) -> None:
    deadline = time.monotonic() + 10
    while files(server.home) != before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert files(server.home) == before
    assert "late" not in server.rows()


def test_others_go_on(server: Server) -> None:
    """The cut is one device's: an upload of another one's, as slow, comes to its receipt."""
    token = server.command("pair", "--token", "gone", "--user", "alice").strip()
    audio = speech(2)
    with server.connect() as theirs, server.connect() as ours:
        theirs.sendall(server.head("PUT", "/api/v1/memos/theirs", ANNOUNCED, token=token) + audio)
        ours.sendall(server.head("PUT", "/api/v1/memos/ours", f"Content-Length: {len(audio)}") + audio[:-1])
        revoke(server, "gone")
        assert answer_on(theirs).status == 401
        ours.sendall(audio[-1:])
        answer: Answer = answer_on(ours)
    assert answer.status == 201
