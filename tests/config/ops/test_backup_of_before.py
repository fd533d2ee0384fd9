"""A backup made before issue 14 by the code of that time: whatever moved since, what it holds is found as it was."""

import gzip
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from config.demo.sample_memos import MICRO_WHISPER
from tests.support.kept_rows import Rows, kept_rows
from tests.support.logged_in import logged_in
from tests.support.old_sentences import as_said_now
from tests.support.seen_pages import seen_pages, text_of
from tests.support.service import HOUSE, Service

BACKUP = HOUSE / "tests" / "assets" / "backup-e33a274"
FACTS: dict[str, Any] = json.loads((BACKUP / "facts.json").read_text())
SETTINGS = {
    "DATABASE_URL": "",
    "MAILIN_ADDRESS": "memos+{secret}@example.org",
    "STILLNOTE_OFFLINE": "1",
    "WHISPER_MODEL": str(MICRO_WHISPER),
}
ENDPOINT = {"WHISPER_URL": "http://127.0.0.1:9/v1"}
PASSING = {"met troubles"}
"""What a service that runs forgets, for it is over."""
HEARD_SECONDS = 60
NEVER_SAVED = {"owner", "noor"}


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "backup.tar"
    path.write_bytes(gzip.decompress((BACKUP / "backup.tar.gz").read_bytes()))
    return path


@pytest.fixture(scope="module")
def restored(backup: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder that `manage.py restore` made, which brings its database up to date."""
    folder = tmp_path_factory.mktemp("restored")
    manage(folder / "nobody's", "restore", str(backup), "--to", str(folder / "home"))
    return folder / "home"


def manage(home: Path, *arguments: str, code: int = 0) -> str:
    run = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=HOUSE,
        env=os.environ | SETTINGS | {"STILLNOTE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code, run.stdout + run.stderr
    return run.stdout


def migrations(home: Path) -> list[list[str]]:
    with closing(sqlite3.connect(home / "stillnote.sqlite3")) as database:
        return sorted(map(list, database.execute("SELECT app, name FROM django_migrations")))


def rows_of(home: Path) -> Rows:
    return kept_rows(home / "stillnote.sqlite3")


def assert_as_it_was(found: Rows, *, apart_from: Collection[str] = (), restored_to: Path | None = None) -> None:
    """Compare what was kept. Of e-mails there may be one more by now: a service that runs sends what is due."""
    for name in FACTS["rows"].keys() - set(apart_from):
        now = [row for row in found[name] if row in FACTS["rows"][name]] if name == "digests" else found[name]
        assert now == kept_as(name, restored_to), name


def kept_as(name: str, restored_to: Path | None = None) -> list[dict[str, Any]]:
    """Return the rows as they are now: who never saved the page on which "en" stood is asked for their languages.

    restored_to: the data folder, in which a copy's own watched folders lie.
    """
    rows: list[dict[str, Any]] = FACTS["rows"][name]
    if name == "watched folders" and restored_to:
        own = {"/tmp/stillnote-e33a274/home/watched/2": str(restored_to / "watched" / "2")}
        return [row | {"path": own.get(row["path"], row["path"])} for row in rows]
    if name != "people":
        return rows
    return [row | {"languages": "" if row["username"] in NEVER_SAVED else row["languages"]} for row in rows]


def assert_up_to_date(home: Path) -> None:
    manage(home, "migrate", "--check")
    manage(home, "makemigrations", "--check", "--dry-run")
    assert all(applied in migrations(home) for applied in FACTS["migrations"])


def test_every_memo_topic_idea_correction_and_token_is_as_it_was(restored: Path) -> None:
    assert_up_to_date(restored)
    assert_as_it_was(rows_of(restored), restored_to=restored)


def test_every_recording_has_its_bytes(restored: Path) -> None:
    for memo in FACTS["rows"]["memos"]:
        content = (restored / "audio" / memo["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (memo["bytes"], memo["sha256"])


@pytest.mark.parametrize(("pages", "settings"), [("pages", {}), ("pages with an endpoint", ENDPOINT)])
def test_pages_say_the_same(pages: str, settings: dict[str, str], restored: Path) -> None:
    asked = {person: [*told, *map(tools_of, told)] for person, told in FACTS[pages].items()}
    seen = seen_pages(asked, FACTS["at"], SETTINGS | settings | {"STILLNOTE_HOME": str(restored)})
    missing = {
        f"{person} {address}: {said}"
        for person, told in FACTS[pages].items()
        for address, sentences in told.items()
        for said in map(as_said_now, sentences)
        if said not in seen[person][address] + seen[person][tools_of(address)]
    }
    assert not missing


def tools_of(address: str) -> str:
    """Return where the tools of a topic stand now, in which others are named; any other page is its own."""
    return re.sub(r"^(/topics/[\w-]{36}/)$", r"\1change?tool=merge", address)


def test_every_stored_sentence_is_on_a_page() -> None:
    """So that the test above sees each of them; why an e-mail was not sent is told nowhere."""
    on_pages = {said for told in FACTS["pages"].values() for page in told.values() for said in page}
    columns = {name: set(stored) for name, stored in FACTS["stored"].items() if not name.endswith("warnings")}
    assert all(columns.values())
    del columns["insights.Digest.error"]
    assert set().union(*columns.values()) <= on_pages


def test_commands_say_the_same(restored: Path) -> None:
    for line in FACTS["commands"]["watch --list"]:
        assert line in manage(restored, "watch", "--list").splitlines()
    found = manage(restored, "doctor", code=1).splitlines()
    assert set(FACTS["commands"]["doctor"]) <= set(found)


@pytest.fixture
def running(restored: Path, tmp_path: Path) -> Iterator[Service]:
    """Give the service as it runs on a copy of what was restored."""
    home = tmp_path / "home"
    shutil.copytree(restored, home)
    with Service({"MAILIN_ADDRESS": SETTINGS["MAILIN_ADDRESS"]}, home=home) as service:
        yield service


def test_old_tokens_get_the_same_receipts_and_refusals(running: Service) -> None:
    for name, token in FACTS["tokens"].items():
        phone = {"Authorization": f"Bearer {token}"}
        for memo, receipt in FACTS["receipts"][name].items():
            assert httpx.get(f"{running.address}/api/v1/memos/{memo}", headers=phone).json() == receipt
        answer = httpx.get(f"{running.address}/api/v1/memos/nothing", headers=phone)
        told = json.dumps([answer.status_code, answer.json()], sort_keys=True).replace(running.address, "")
        assert told in FACTS["refusals"][name]
    tus = {"Authorization": f"Bearer {FACTS['tokens']['bedside']}", "Tus-Resumable": "1.0.0"}
    standing = httpx.head(f"{running.address}{FACTS['uploads']['half']}", headers=tus)
    assert (standing.status_code, standing.headers["Upload-Offset"]) == (200, "0")
    finished = httpx.head(f"{running.address}{FACTS['uploads']['whole']}", headers=tus)
    assert finished.headers["Upload-Offset"] == finished.headers["Upload-Length"]


def test_a_memo_that_was_half_written_down_goes_on_with_its_warning(running: Service) -> None:
    (memo,) = (row for row in FACTS["rows"]["memos"] if row["client_id"] == "long")
    page = f"/memos/{UUID(memo['id'])}/"
    with logged_in(running, "owner", FACTS["passwords"]["owner"]) as browser:
        assert "Writing it down is paused." in text_of(browser.get(page).text)
        form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        browser.post(f"/jobs/{UUID(memo['id'])}/resume", data=form, headers={"Referer": running.address})
        deadline = time.monotonic() + HEARD_SECONDS
        while "Somebody hums." not in (said := text_of(browser.get(page).text)):
            assert time.monotonic() < deadline, running.logs()
            time.sleep(0.5)
    assert "This was hard to hear, and is partly guessed." in said


def test_make_run_brings_the_folder_of_before_up_to_date_once(backup: Path, tmp_path: Path) -> None:
    """What `git pull` and `make run` do, and a second `make run` does not again."""
    home = tmp_path / "home"
    with tarfile.open(backup) as tar:
        tar.extractall(home, filter="data")
    assert migrations(home) == FACTS["migrations"]
    after = []
    for _ in range(2):
        with Service(SETTINGS, home=home):
            assert_up_to_date(home)
        copies = sorted((home / "backups").glob("database-*.sqlite3"))
        after.append((migrations(home), copies, kept_apart_from_passing(home)))
        assert_as_it_was(rows_of(home), apart_from=PASSING)
    assert after[0] == after[1]
    is_older = migrations(home) != FACTS["migrations"]
    assert len(copies) == is_older
    if is_older:
        with closing(sqlite3.connect(copies[0])) as copy:
            assert sorted(map(list, copy.execute("SELECT app, name FROM django_migrations"))) == FACTS["migrations"]


def kept_apart_from_passing(home: Path) -> Rows:
    return {name: rows for name, rows in rows_of(home).items() if name not in PASSING | {"digests"}}
