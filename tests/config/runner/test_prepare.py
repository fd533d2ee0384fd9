"""What is put in order before the service starts, and what is told when it does not stay up."""

import os
import sqlite3
import subprocess
import sys
import zoneinfo
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from config.ops.database_backup import MAX_COPIES
from config.runner import launcher, lock
from config.runner.prepare import owner_time_zone
from tests.support.service import HOUSE

PREPARE = "from config.runner.prepare import prepare_database; prepare_database()"

BACK_UP = """
from django.conf import settings
from config.ops.database_backup import back_up_database
back_up_database(settings.HOME / "backups")
"""


def manage(home: Path, *arguments: str, **settings: str) -> None:
    environment = os.environ | {"STILLNOTE_HOME": str(home)} | settings
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=HOUSE, env=environment, check=True)


@pytest.mark.parametrize("command", ["pair --token curl", "password", "adduser bob", "seed_topics .", "sentence_model"])
def test_before_the_first_start_a_command_says_what_to_type(command: str, tmp_path: Path) -> None:
    environment = os.environ | {"STILLNOTE_HOME": str(tmp_path / "new")}
    line = [sys.executable, "manage.py", *command.split()]
    run = subprocess.run(line, cwd=HOUSE, env=environment, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, "stillnote: there is no database yet: `make run` makes it.\n")


def test_where_the_database_is_away_a_command_says_so_in_a_sentence(tmp_path: Path) -> None:
    environment = os.environ | {"STILLNOTE_HOME": str(tmp_path), "DATABASE_URL": "postgres://a:b@127.0.0.1:1/c"}
    line = [sys.executable, "manage.py", "pair", "--token", "curl"]
    run = subprocess.run(line, cwd=HOUSE, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("stillnote: the database cannot be reached")
    assert len(run.stderr.splitlines()) == 1


def test_an_older_database_is_backed_up_before_it_is_brought_up_to_date(tmp_path: Path) -> None:
    manage(tmp_path, "migrate", "-v0")
    assert not (tmp_path / "backups").exists()
    manage(tmp_path, "adduser", "alice")
    manage(tmp_path, "migrate", "insights", "zero", "-v0")
    manage(tmp_path, "shell", "--no-imports", "-c", PREPARE)
    (copy,) = (tmp_path / "backups").glob("database-*.sqlite3")
    with closing(sqlite3.connect(copy)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        assert database.execute("SELECT username FROM capture_user").fetchall() == [("alice",)]
    assert "insights_idea" not in tables
    with closing(sqlite3.connect(tmp_path / "stillnote.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM insights_idea").fetchone() == (0,)


def test_a_postgresql_database_is_backed_up_as_well(tmp_path: Path, postgres_url: Callable[[], str]) -> None:
    settings = {"DATABASE_URL": postgres_url()}
    manage(tmp_path, "migrate", "capture", "-v0", **settings)
    manage(tmp_path, "shell", "--no-imports", "-c", PREPARE, **settings)
    (copy,) = (tmp_path / "backups").glob("database-*.dump")
    assert copy.read_bytes().startswith(b"PGDMP")


def test_copies_that_are_too_many_go(tmp_path: Path) -> None:
    manage(tmp_path, "migrate", "-v0")
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(10, 20):
        (folder / f"database-202601{day}T000000Z.sqlite3").touch()
    manage(tmp_path, "shell", "--no-imports", "-c", BACK_UP)
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) == MAX_COPIES
    assert left[0] == "database-20260116T000000Z.sqlite3"


def test_a_manager_that_does_not_stay_alive_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("signal.signal", lambda *_: None)  # Ctrl-C shall still end the tests
    held = lock.acquire(tmp_path)
    service = launcher.Launcher(tmp_path / "no configuration", held)
    assert service.run(lambda: None) is False
    assert lock.is_held(tmp_path)
    os.close(held)
    assert not lock.is_held(tmp_path)


def test_the_owner_lives_where_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    assert owner_time_zone() in zoneinfo.available_timezones()
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "Nowhere/Else")
    assert owner_time_zone() == "UTC"
