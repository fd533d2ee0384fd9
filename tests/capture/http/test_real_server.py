"""What only the real web server can show: bodies that end early, that have no length, that are large, and kill -9."""

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.http.gunicorn_worker import SILENCE_SECONDS
from tests.support.answers import is_problem
from tests.support.api_phone import OGG
from tests.support.data_folder import files
from tests.support.raw_forms import FORM_END, FORM_HEAD, FORM_TYPE
from tests.support.web_server import Server, answer_on, speech

MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _nothing_is_left_arriving(server: Server) -> Iterator[None]:
    """Whatever a test sends, nothing stays in incoming/."""
    yield
    deadline = time.monotonic() + 5
    while (left := list((server.home / "incoming").glob("*"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def form(audio: bytes) -> bytes:
    return FORM_HEAD + audio + FORM_END


def test_a_receipt_comes_over_the_wire(server: Server) -> None:
    answer = server.put("plain", OGG)
    assert answer.status == 201
    assert answer.json()["sha256"] == hashlib.sha256(OGG).hexdigest()
    assert answer.json()["safe_to_delete"] is True


@pytest.mark.parametrize(("method", "path"), [("PUT", "/api/v1/memos/chunked"), ("POST", "/api/v1/memos")])
def test_a_chunked_body_is_refused(method: str, path: str, server: Server) -> None:
    before = files(server.home)
    head = server.head(method, path, "Transfer-Encoding: chunked", FORM_TYPE)
    chunk = speech(1)
    body = f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n0\r\n\r\n"
    assert is_problem(server.ask(head + body), 411, "length-required")
    assert files(server.home) == before


@pytest.mark.parametrize(("method", "path"), [("PUT", "/api/v1/memos/huge"), ("POST", "/api/v1/memos")])
def test_too_large_a_body_is_refused_before_it_is_sent(method: str, path: str, server: Server) -> None:
    head = server.head(method, path, f"Content-Length: {3 * 1024**3}", FORM_TYPE)
    with server.connect() as connection:
        connection.sendall(head)
        connection.settimeout(5)
        assert is_problem(answer_on(connection), 413, "too-large")
        connection.sendall(OGG)
        connection.settimeout(15)
        assert connection.recv(1) == b""


@pytest.mark.parametrize("sent", [0, 1, 1000, 900_000, 999_999])
def test_a_body_that_ends_early_is_refused(sent: int, server: Server) -> None:
    before = files(server.home)
    audio = speech(2, MEGABYTE)[:1_000_000]
    head = server.head("PUT", "/api/v1/memos/short", "Content-Length: 1000000")
    assert is_problem(server.ask(head + audio[:sent], then_end=True), 400, "incomplete")
    assert files(server.home) == before


@pytest.mark.parametrize("missing", [1, 2, 12, 13, 14, 100_000, 999_000])
def test_a_form_that_ends_early_is_refused(missing: int, server: Server) -> None:
    before = files(server.home)
    body = form(speech(3, MEGABYTE))
    lines = f"Content-Length: {len(body)}", FORM_TYPE
    answer = server.ask(server.head("POST", "/api/v1/memos", *lines) + body[:-missing], then_end=True)
    assert is_problem(answer, 400, "bad-form")
    assert files(server.home) == before


def test_a_pairing_that_ends_early_is_refused(server: Server) -> None:
    head = server.head("POST", "/api/v1/pair", "Content-Length: 50", "Content-Type: application/json")
    assert is_problem(server.ask(head + b'{"code": "ABCD', then_end=True), 400, "bad-request")


def test_a_client_that_asks_first_is_told_to_go_on(server: Server) -> None:
    audio = speech(4)
    with server.connect() as connection:
        connection.sendall(
            server.head("PUT", "/api/v1/memos/expect", "Expect: 100-continue", f"Content-Length: {len(audio)}")
        )
        assert answer_on(connection).status == 100
        connection.sendall(audio)
        assert answer_on(connection).status == 201


def test_after_a_refused_body_the_connection_goes_on(server: Server) -> None:
    with server.connect() as connection:
        for token, status in (("wrong", 401), (server.token, 201)):
            audio = speech(5, MEGABYTE)
            length = f"Content-Length: {len(audio)}"
            connection.sendall(server.head("PUT", "/api/v1/memos/again", length, token=token) + audio)
            assert answer_on(connection).status == status


def test_a_large_recording_is_never_in_memory(server: Server) -> None:
    size, block = 200 * MEGABYTE, bytes(MEGABYTE)
    server.put("warm", speech(6, MEGABYTE))
    before, most, done = server.memory(), 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, server.memory())
            time.sleep(0.01)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for method, path, start, end in (
            ("PUT", "/api/v1/memos/large", OGG, b""),
            ("POST", "/api/v1/memos", FORM_HEAD + b"OggS", FORM_END),
        ):
            length = len(start) + size + len(end)
            lines = f"Content-Length: {length}", FORM_TYPE
            with server.connect() as connection:
                connection.sendall(server.head(method, path, *lines) + start)
                for _ in range(size // MEGABYTE):
                    connection.sendall(block)
                connection.sendall(end)
                answer = answer_on(connection)
            assert answer.status == 201, answer
            assert answer.json()["bytes"] >= size
    finally:
        done.set()
        watcher.join()
    assert most - before < 40 * MEGABYTE


def test_racing_uploads_make_one_memo_each_with_its_file(server: Server) -> None:
    same, ids = speech(7), [f"race-{number}" for number in range(20)]
    with ThreadPoolExecutor(16) as phones:
        under_one_id = list(phones.map(lambda _: server.put("race", speech(8)), range(30)))
        under_many = list(phones.map(lambda client_id: server.put(client_id, same), ids))
    assert sorted(answer.status for answer in under_one_id) == [200] * 29 + [201]
    assert len({answer.body for answer in under_one_id}) == 1
    assert sorted(answer.status for answer in under_many) == [200] * 19 + [201]
    assert [answer.json()["id"] for answer in under_many] == ids
    rows = server.rows()
    (memo,) = [(name, row) for name, row in rows.items() if row.sha256 == hashlib.sha256(same).hexdigest()]
    assert {memo[0], *memo[1].aliases} == set(ids)
    assert {file.relative_to(server.home / "audio").as_posix() for file in files(server.home)} == {
        row.path for row in rows.values()
    }


def test_racing_redemptions_give_one_token(server: Server) -> None:
    said = re.search(r"#pair=(\S+)", server.command("pair", "--user", "alice"))
    assert said is not None
    body = json.dumps({"code": said[1], "name": "racer"}).encode()
    head = server.head("POST", "/api/v1/pair", f"Content-Length: {len(body)}", "Content-Type: application/json")
    with ThreadPoolExecutor(25) as phones:
        answers = list(phones.map(lambda _: server.ask(head + body), range(100)))
    assert sorted(answer.status for answer in answers) == [201] + [410] * 99


@pytest.mark.parametrize("line", ["Content-Type: audio/ogg; x*=bogus''%41", "Content-Type: audio/ogg; charset*=x''y"])
def test_a_header_that_django_cannot_read_is_a_problem_document(server: Server, line: str) -> None:
    answer = server.ask(server.head("PUT", "/api/v1/memos/header", line, "Content-Length: 0", "Connection: close"))
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_request_that_is_none_is_logged_without_its_words(server: Server) -> None:
    server.ask(b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization Bearer hippopotamus\r\n\r\n")
    server.ask(server.head("GET", "/digest/unsubscribe/hippopotamus/", "SCRIPT_NAME: /x", "Connection: close"))
    assert "hippopotamus" not in (server.home / "web.log").read_text()


def test_a_client_that_falls_silent_is_let_go_of(server: Server) -> None:
    """In the middle of a body, and of the lines before it: its thread is for others."""
    with server.connect() as in_body, server.connect() as in_head:
        begun = time.monotonic()
        for connection in (in_body, in_head):
            connection.settimeout(2 * SILENCE_SECONDS)
        in_body.sendall(server.head("PUT", "/api/v1/memos/silent", "Content-Length: 100000") + b"OggS")
        in_head.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        assert answer_on(in_body).status == 400
        assert in_head.recv(1) == b""
        assert time.monotonic() - begun < 1.5 * SILENCE_SECONDS
    assert "silent" not in server.rows()


def test_nothing_secret_was_logged(server: Server) -> None:
    log = Path(server.home / "web.log").read_text()
    assert server.token not in log
    assert "x.ogg" not in log
