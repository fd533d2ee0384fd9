"""What docs/clients.md shows is what is tried here: its commands are run, its requests are sent as they stand."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.mails import M4A
from tests.support.servers import missing
from tests.support.web_server import HOUSE, Answer, Server

DOCUMENT = (HOUSE / "docs" / "clients.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```sh\n(.+?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
REQUESTS = {
    f"{section.splitlines()[0]} {method}": request
    for section in DOCUMENT.split("\n## ")
    for request, method in re.findall(r"^```http\n((\w+) .+?)^```$", section, re.MULTILINE | re.DOTALL)
}
SCRIPTS = dict(re.findall(r"^```(js|python)\n(.+?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL))
NODE_MODULES = HOUSE / "tests" / "clients" / "node_modules"
IOS = REQUESTS["iOS: Shortcuts POST"]
SPOKEN = b"2026-11-24T03:12:00+01:00"


def recording(name: str) -> bytes:
    """Return a recording whose bytes look like what forms are made of."""
    return M4A + b"\r\n--\r\n--Boundary-\n" + name.encode()


def sent(request: str, token: str, audio: bytes) -> bytes:
    """Return a request as it goes over the wire."""
    head, _, form = request.encode().partition(b"\n\n")
    is_form = b"multipart/form-data" in head
    body = form.replace(b"\n", b"\r\n").replace(b"RECORDING", audio) if is_form else audio
    head = head.replace(b"TOKEN", token.encode()).replace(b"LENGTH", str(len(body)).encode()).replace(b"\n", b"\r\n")
    return head.replace(b"Host: notes.example.org", b"Host: localhost") + b"\r\n\r\n" + body


def is_receipt_for(answer: Answer, audio: bytes) -> bool:
    assert answer.status == 201, answer.body
    assert answer.json()["safe_to_delete"] is True
    return bool(answer.json()["sha256"] == hashlib.sha256(audio).hexdigest())


def test_the_document_shows_each_client() -> None:
    asked = {"iOS: Shortcuts POST", "Android: HTTP Shortcuts POST", "Android: Tasker POST", "Android: Tasker PUT"}
    assert set(REQUESTS) == asked
    assert len(COMMANDS) == 5


@pytest.mark.parametrize("client", REQUESTS)
def test_what_a_client_sends_gets_a_receipt(client: str, server: Server) -> None:
    audio = recording(client)
    assert is_receipt_for(server.ask(sent(REQUESTS[client], server.token, audio)), audio)


@pytest.mark.parametrize("client", REQUESTS)
def test_a_client_that_sends_a_wrong_token_keeps_its_recording(client: str, server: Server) -> None:
    assert server.ask(sent(REQUESTS[client], "wrong", recording(client))).status == 401


def test_the_date_that_a_client_sends_is_the_memos(server: Server) -> None:
    for client, request in REQUESTS.items():
        if SPOKEN.decode() in request:
            broken = request.replace(SPOKEN.decode(), "24.11.2026, 03:12")
            answer = server.ask(sent(broken, server.token, recording(f"{client} without a date")))
            assert (answer.status, answer.json()["type"].rpartition("/")[2]) == (400, "bad-date"), answer


@pytest.mark.parametrize(
    "described",
    [
        "filename*=UTF-8''Notiz%20f%C3%BCr%20sp%C3%A4ter.m4a",
        "filename=memo.m4a",
        'filename="Notiz für später"',
        'filename="=?utf-8?B?U3DDpHRlcg==?="',
        'filename="Notiz \\"später\\".m4a"',
        'filename="C:\\Recordings\\memo.m4a"',
        'filename=".m4a"',
    ],
)
def test_however_a_file_is_named_it_is_taken(described: str, server: Server) -> None:
    named = re.sub(r"filename=.*", lambda _: described, IOS)
    assert described in named
    audio = recording(described)
    assert is_receipt_for(server.ask(sent(named, server.token, audio)), audio)


@pytest.mark.parametrize("kind", ["audio/x-m4a", "audio/mp4a-latm", "video/mp4", "text/plain; charset=none", ""])
def test_whatever_a_file_is_said_to_be_it_is_judged_by_its_bytes(kind: str, server: Server) -> None:
    said = IOS.replace("Content-Type: audio/x-m4a\n", f"Content-Type: {kind}\n" if kind else "")
    audio = recording(kind)
    assert is_receipt_for(server.ask(sent(said, server.token, audio)), audio)


def curl(command: str, server: Server, folder: Path, name: str) -> str:
    """Run a command of the document as somebody would type it, and return what it printed."""
    if shutil.which("curl") is None:
        missing("curl")
    (folder / "memo.m4a").write_bytes(recording(name))
    given = {"token": server.token, "url": f"http://127.0.0.1:{server.port}"}
    run = ["bash", "-euo", "pipefail", "-c", command]
    return subprocess.run(run, cwd=folder, env=os.environ | given, check=True, stdout=subprocess.PIPE, text=True).stdout


def test_the_commands_get_receipts(server: Server, tmp_path: Path) -> None:
    plain, whole, again, put, deleting = COMMANDS
    hashes = {name: hashlib.sha256(recording(name)).hexdigest() for name in ("plain", "whole", "put")}
    for command, name in ((plain, "plain"), (whole, "whole"), (again, "whole"), (put, "put")):
        receipt = json.loads(curl(command, server, tmp_path, name))
        assert receipt["safe_to_delete"] is True, receipt
        assert receipt["sha256"] == hashes[name]
    curl(deleting, server, tmp_path, "deleting")
    assert not (tmp_path / "memo.m4a").exists()


def test_the_command_that_deletes_keeps_what_was_refused(server: Server, tmp_path: Path) -> None:
    *_, deleting = COMMANDS
    with pytest.raises(subprocess.CalledProcessError):
        curl(deleting.replace("$token", "wrong"), server, tmp_path, "refused")
    assert (tmp_path / "memo.m4a").read_bytes() == recording("refused")


def test_curl_that_asks_first_sends_a_large_recording_and_not_one_too_large(server: Server, tmp_path: Path) -> None:
    """Over a megabyte, curl sends `Expect: 100-continue` and waits."""
    large = COMMANDS[0].replace("curl", "truncate -s 3M memo.m4a; curl -sv --expect100-timeout 30 2>expected")
    assert json.loads(curl(large, server, tmp_path, "large"))["bytes"] == 3 * 1024**2
    said = (tmp_path / "expected").read_text()
    assert "> Expect: 100-continue" in said
    assert "< HTTP/1.1 100 Continue" in said
    refused = json.loads(curl(large.replace("-s 3M", "-s 3G"), server, tmp_path, "too large"))
    assert refused["status"] == 413
    assert "100 Continue" not in (tmp_path / "expected").read_text()


def test_curl_that_does_not_ask_is_shown_why_a_recording_is_too_large(server: Server, tmp_path: Path) -> None:
    command = COMMANDS[0].replace("curl", "truncate -s 3G memo.m4a; curl -s -H Expect:")
    for _ in range(5):
        assert json.loads(curl(command, server, tmp_path, "too large"))["status"] == 413


@pytest.mark.parametrize("language", ["js", "python"])
def test_the_scripts_get_receipts(language: str, server: Server, tmp_path: Path) -> None:
    program, script = (shutil.which("node"), "memo.mjs") if language == "js" else (sys.executable, "memo.py")
    if language == "js" and not (program and NODE_MODULES.is_dir()):
        missing("tus-js-client (npm ci in tests/clients)")
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    (tmp_path / script).write_text(SCRIPTS[language], encoding="utf-8")
    receipt = json.loads(curl(f"{program} {script}", server, tmp_path, language))
    assert receipt["safe_to_delete"] is True, receipt
    assert receipt["sha256"] == hashlib.sha256(recording(language)).hexdigest()
