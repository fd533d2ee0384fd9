"""An import is killed, again and again, and run again: every recording is there, once, and the folder as it was."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.test import Client

from capture.models import Import, User
from capture.sources.imports.service import record_listing, request_import
from tests.support.old_recordings import fill, fingerprint, recording
from tests.support.web_server import HOUSE, Server

pytestmark = pytest.mark.alone

KILLS = 3
FILES = 200
LISTING_SECONDS = 20.0
"""Generous: 8,000 files took 2 to 4 seconds on two shared cores."""
ANSWER_SECONDS = 2.0


def begin(server: Server, folder: Path) -> subprocess.Popen[bytes]:
    """Start the command."""
    run = [sys.executable, "manage.py", "import_memos", str(folder), "--user", "alice", "--yes"]
    with (server.home / "import.log").open("ab") as log:
        return subprocess.Popen(run, cwd=HOUSE, env=server.environment, stdout=log, stderr=log, start_new_session=True)


def kept(server: Server) -> int:
    """Return how many originals lie in their places."""
    return sum(1 for _ in (server.home / "audio").glob("*/*"))


def test_killed_three_times_everything_is_there_once(tmp_path: Path, moved_in: Server) -> None:
    chance = random.Random(4)
    server, folder = Server(tmp_path / "home", like=moved_in), fill(tmp_path / "old", FILES)
    before, found_at_work = fingerprint(folder), 0
    for kill in range(KILLS):
        command, had = begin(server, folder), kept(server)
        deadline = time.monotonic() + 60
        while kept(server) <= had + chance.randrange(30) and command.poll() is None:
            assert time.monotonic() < deadline, (server.home / "import.log").read_text()
            time.sleep(0.02)
        if kill == 0:
            assert command.poll() is None, "it was over before it could be killed: the test shows nothing"
        found_at_work += command.poll() is None
        os.killpg(command.pid, signal.SIGKILL)
        command.wait()
    assert begin(server, folder).wait() == 0
    rows = server.rows()
    assert len(rows) == FILES
    audio = server.home / "audio"
    assert {(audio / row.path).read_bytes() for row in rows.values()} == {recording(number) for number in range(FILES)}
    assert found_at_work >= KILLS / 2, "too few kills found it at work: the test shows little"
    assert fingerprint(folder) == before


@pytest.mark.timed
@pytest.mark.django_db(transaction=True)
def test_eight_thousand_files_are_listed_in_seconds_and_pages_answer_meanwhile(
    alice: User, client: Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = fill(tmp_path_factory.mktemp("old"), 8000)
    for number in range(0, 8000, 2):  # half of them do not say when in their names: they are opened for it
        (folder / f"2021-03-04 {number // 3600:02}.{number // 60 % 60:02}.{number % 60:02}.ogg").rename(
            folder / f"memo {number}.ogg"
        )
    client.force_login(alice)
    taken = request_import(alice, str(folder), "UTC")
    client.get(f"/imports/{taken.pk}/")  # the first of a process loads what it needs
    answers = []
    begun = time.monotonic()
    for _ in record_listing(taken):
        asked = time.monotonic()
        assert client.get(f"/imports/{taken.pk}/").status_code == 200
        answers.append(time.monotonic() - asked)
    listing = time.monotonic() - begun - sum(answers)
    asked = time.monotonic()
    page = client.get(f"/imports/{taken.pk}/?page=40")
    answers.append(time.monotonic() - asked)
    print(f"8,000 files were listed in {listing:.1f} s; pages took {max(answers):.2f} s at most")
    assert Import.objects.get().state == Import.State.LISTED
    assert "Page 40 of 80" in page.content.decode()
    assert len(page.content) < 200_000
    assert listing < LISTING_SECONDS
    assert max(answers) < ANSWER_SECONDS
    assert taken.files.count() == 8000
