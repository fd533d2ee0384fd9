"""What only the real web server can show of resumable uploads: broken lines, two processes, kill -9, and memory."""

import hashlib
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from capture.tus.append import APPEND_BYTES
from capture.tus.lease import UPLOAD_LEASE_DURATION
from tests.support.data_folder import files
from tests.support.web_server import Answer, Server, answer_on, speech

pytestmark = pytest.mark.alone

TUS = "Tus-Resumable: 1.0.0"
MEGABYTE = 1024 * 1024
PATIENCE = 30


def begun(server: Server, length: int, metadata: str = "") -> str:
    """Begin an upload and return its address."""
    lines = [
        TUS,
        f"Upload-Length: {length}",
        "Content-Length: 0",
        *([f"Upload-Metadata: {metadata}"] if metadata else []),
    ]
    answer = server.ask(server.head("POST", "/api/v1/uploads/", *lines))
    assert answer.status == 201, answer
    return answer.headers["location"]


def patch_head(server: Server, address: str, offset: int, length: int) -> bytes:
    lines = f"Upload-Offset: {offset}", f"Content-Length: {length}", "Content-Type: application/offset+octet-stream"
    return server.head("PATCH", address, TUS, *lines)


def patch(server: Server, address: str, offset: int, body: bytes) -> Answer:
    return server.ask(patch_head(server, address, offset, len(body)) + body)


def asked(server: Server, address: str) -> Answer:
    """Ask by HEAD, whose answer has a length and no body."""
    with server.connect() as connection:
        connection.sendall(server.head("HEAD", address, TUS, "Connection: close"))
        head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
    assert body == b""
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(status.split()[1]), headers, body)


def offset(server: Server, address: str) -> int:
    return int(asked(server, address).headers["upload-offset"])


def place(server: Server, address: str) -> Path:
    """Return where its bytes lie while they come."""
    return server.home / "uploads" / address.rsplit("/", 1)[1]


def written(server: Server, address: str) -> int:
    return place(server, address).stat().st_size if place(server, address).exists() else 0


def is_kept(server: Server, address: str, audio: bytes) -> bool:
    """Whether there is a receipt for these bytes, and one file of them."""
    receipt = server.ask(server.head("GET", f"/api/v1/memos/{address.rsplit('/', 1)[1]}"))
    assert receipt.json()["sha256"] == hashlib.sha256(audio).hexdigest()
    return [file.read_bytes() for file in files(server.home) if file.stat().st_size == len(audio)].count(audio) == 1


def wait_for(is_true: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait until something is true, and return how many seconds that took."""
    begun_at = time.monotonic()
    while not is_true():
        assert time.monotonic() < begun_at + seconds
        time.sleep(0.05)
    return time.monotonic() - begun_at


def test_head_says_all_that_is_asked_of_it(server: Server) -> None:
    address = begun(server, 1000)
    patch(server, address, 0, speech(1)[:400])
    answer = asked(server, address)
    assert answer.status == 200
    assert (answer.headers["upload-offset"], answer.headers["upload-length"]) == ("400", "1000")
    assert (answer.headers["cache-control"], answer.headers["tus-resumable"]) == ("no-store", "1.0.0")
    assert "GMT" in answer.headers["upload-expires"]


def test_other_versions_and_other_checksums_are_told(server: Server) -> None:
    answer = server.ask(server.head("DELETE", begun(server, 10)))
    assert (answer.status, answer.headers["tus-version"]) == (412, "1.0.0")
    lines = "Upload-Offset: 0", "Upload-Checksum: sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Content-Length: 10"
    content = "Content-Type: application/offset+octet-stream"
    answer = server.ask(server.head("PATCH", begun(server, 10), TUS, content, *lines) + b"OggS" + bytes(6))
    assert answer.status == 460
    assert answer.json()["type"].endswith("/problems/wrong-checksum")


@pytest.mark.parametrize("by_reset", [False, True])
def test_what_came_before_the_line_broke_need_not_be_sent_again(server: Server, *, by_reset: bool) -> None:
    audio = speech(2, MEGABYTE)
    address = begun(server, len(audio))
    with server.connect() as connection:
        connection.sendall(patch_head(server, address, 0, len(audio)) + audio[:700_000])
        wait_for(lambda: written(server, address) >= 700_000 - APPEND_BYTES)
        if by_reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_for(lambda: offset(server, address) >= (700_000 - APPEND_BYTES if by_reset else 700_000))
    came = offset(server, address)
    assert came <= 700_000
    assert patch(server, address, came, audio[came:]).status == 204
    assert is_kept(server, address, audio)


def test_of_two_that_write_at_once_one_wins(server: Server) -> None:
    """Many times, so that both processes take part; the first is still sending when the second comes."""
    audio = speech(3, 200_000)
    for _ in range(6):
        address = begun(server, len(audio))
        with server.connect() as first:
            first.sendall(patch_head(server, address, 0, len(audio)) + audio[:1000])
            wait_for(place(server, address).exists)
            assert patch(server, address, 0, audio).status == 423
            first.sendall(audio[1000:])
            assert answer_on(first).status == 204


def test_racing_writers_make_one_memo(server: Server) -> None:
    audio = speech(4, 300_000)
    address = begun(server, len(audio))
    statuses: list[int] = []
    racing = [
        threading.Thread(target=lambda: statuses.append(patch(server, address, 0, audio).status)) for _ in range(12)
    ]
    for one in racing:
        one.start()
    for one in racing:
        one.join()
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 409, 423}
    assert is_kept(server, address, audio)


@pytest.mark.parametrize("whom", ["server", "worker"])
def test_a_killed_server_holds_an_upload_for_seconds_only(whom: str, server: Server) -> None:
    audio = speech(5 if whom == "server" else 6, MEGABYTE)
    address = begun(server, len(audio))
    with server.connect() as connection:
        connection.sendall(patch_head(server, address, 0, len(audio)) + audio[:300_000])
        wait_for(lambda: written(server, address) >= 300_000 - APPEND_BYTES)
        time.sleep(1.1)  # the next piece is progress that is due to be written down
        connection.sendall(audio[300_000:500_000])
        wait_for(lambda: offset(server, address) >= 300_000 - APPEND_BYTES)
        if whom == "server":
            server.kill()
            server.start()
        else:
            os.kill(_writer_of(server, str(place(server, address))).pid, signal.SIGKILL)
    came = offset(server, address)
    assert came >= 300_000 - APPEND_BYTES

    def goes_on() -> bool:
        answer = patch(server, address, came, audio[came:])
        assert answer.status in {204, 423}, answer
        return answer.status == 204

    assert wait_for(goes_on) < 2 * UPLOAD_LEASE_DURATION.total_seconds()
    assert is_kept(server, address, audio)


def _writer_of(server: Server, path: str) -> psutil.Process:
    assert server.process is not None
    workers = psutil.Process(server.process.pid).children()
    return next(worker for worker in workers if path in {file.path for file in worker.open_files()})


def test_a_large_upload_is_never_in_memory(server: Server) -> None:
    size, block = 200 * MEGABYTE, bytes(MEGABYTE)
    server.put("warm", speech(7, MEGABYTE))
    before, most = server.memory(), 0
    address = begun(server, 4 + size)
    with server.connect() as connection:
        connection.sendall(patch_head(server, address, 0, 4 + size) + b"OggS")
        for _ in range(size // MEGABYTE):
            connection.sendall(block)
            most = max(most, server.memory())
        assert answer_on(connection).status == 204
        most = max(most, server.memory())
    assert most - before < 40 * MEGABYTE


def test_nothing_secret_was_logged(server: Server) -> None:
    address = begun(server, 10, "id aGlwcG9wb3RhbXVz")
    patch(server, address, 0, b"no audio at all"[:10])
    log = (server.home / "web.log").read_text()
    assert server.token not in log
    assert "hippopotamus" not in log
