"""Backups mutated at random and restored: none runs code, writes elsewhere, or is restored in part."""

import os
import random
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.support.faults.counts import either, figure
from tests.support.service import HOUSE
from tests.support.stranger_backups import (
    DATABASE,
    Members,
    changed_database,
    deadly_pickle,
    member_of,
    new_members,
    old_members,
    tar_of,
)

SEED = 16
MUTANTS = either(6, 200)
SOUND = "audio/00/00000000-0000-4000-8000-000000000000"
STATEMENTS = [
    "CREATE TRIGGER evil AFTER UPDATE ON capture_memo BEGIN DELETE FROM capture_user; END",
    "CREATE VIEW evil AS SELECT load_extension('evil')",
    "DROP TABLE insights_idea",
    "UPDATE capture_memo SET path = '/etc/hostname' WHERE id = (SELECT max(id) FROM capture_memo)",
    "UPDATE capture_memo SET user_id = 4711",
    "DELETE FROM django_migrations WHERE id % 7 = 3",
    "UPDATE capture_user SET username = zeroblob(id)",
    "UPDATE capture_watchedfolder SET path = '/' || id",
]


def mutated(chance: random.Random, marker: Path) -> bytes:
    """Return an honest backup to which something was done, of the form of today or of before, sealed or not."""
    members: Members = chance.choice([old_members, new_members])()
    for _ in range(chance.randint(1, 3)):
        members = with_change(members, chance, marker)
    whole = bytearray(tar_of(members, seal=chance.random() < 0.7))
    if chance.random() < 0.4:
        for _ in range(chance.choice([1, 1, 20])):
            whole[chance.randrange(len(whole))] = chance.randrange(256)
    if chance.random() < 0.1:
        del whole[chance.randrange(len(whole)) :]
    return bytes(whole)


def with_change(members: Members, chance: random.Random, marker: Path) -> Members:
    """Return members of which one is another, is missing, comes twice, or is new."""
    at = chance.randrange(1, len(members))
    chosen = members[at]
    outside = str(marker.parent / "outside")
    added = [
        member_of(chance.choice(["beat", "beat.db", "indexes/1", "stillnote.env", outside]), deadly_pickle(marker)),
        member_of(chance.choice(["../outside", outside, "audio/../../outside", "audio/00/..", "./secret_key"]), b"x"),
        member_of(SOUND, b"", chance.choice([tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE]), outside),
        member_of("audio", b"", tarfile.SYMTYPE, str(marker.parent)),
        chosen,
    ]
    if (kind := chance.random()) < 0.3:
        return [*members[:at], chance.choice(added), *members[at:]]
    if kind < 0.5:
        return [*members[:at], *members[at + 1 :]]
    if kind < 0.7:
        content = bytes(reversed(chosen.content))
        return [*members[:at], member_of(chosen.header.name, content), *members[at + 1 :]]
    statement = chance.choice(STATEMENTS)
    return [
        member_of(DATABASE, changed_database(one.content, lambda database: run_if_possible(database, statement)))
        if one.header.name == DATABASE and one.content.startswith(b"SQLite")
        else one
        for one in members
    ]


def run_if_possible(database: sqlite3.Connection, statement: str) -> None:
    """Run a statement, which may have been run on this database before."""
    with suppress(sqlite3.Error):
        database.executescript(statement)


def rows(database: Path) -> dict[str, int]:
    """Return how many rows each table has."""
    with closing(sqlite3.connect(database)) as opened:
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        counted = ("capture_memo", "capture_user", "insights_idea", "transcription_transcript")
        return {one: opened.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in counted if one in tables}


def assert_restored_whole(backup: Path, new: Path) -> None:
    """Compare what was restored with what the backup holds: each recording, and each row."""
    with tarfile.open(backup) as tar:
        told = {one.name: tar.extractfile(one).read() for one in tar.getmembers()}  # type: ignore[union-attr]
    (backup.parent / "theirs").write_bytes(told[DATABASE])
    assert rows(new / DATABASE) == rows(backup.parent / "theirs")
    for name, content in told.items():
        if name.startswith(("audio/", "unclaimed/", "secret_key")):
            assert (new / name).read_bytes() == content


@pytest.mark.alone
def test_no_mutated_backup_runs_code_writes_elsewhere_or_is_restored_in_part(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    taken = 0
    for number in range(MUTANTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        backup, marker = folder / "backup.tar", folder / "marker"
        backup.write_bytes(mutated(chance, marker))
        run = subprocess.run(
            [sys.executable, "manage.py", "restore", str(backup), "--to", str(folder / "new")],
            cwd=HOUSE,
            env=os.environ | {"STILLNOTE_HOME": str(folder / "nobody's"), "DATABASE_URL": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in run.stderr, (number, run.stderr)
        new = {"new"} if run.returncode == 0 else set()
        assert {path.name for path in folder.iterdir()} == {"backup.tar", "nobody's"} | new, number
        if new:
            taken += 1
            assert_restored_whole(backup, folder / "new")
    figure("mutated backups", MUTANTS, "backups", restored=taken)
