"""A new database is made by squashed migrations; those of before are taken along by the ones that these replace."""

from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

from config.ops.database_version import executor_for
from tests.support.databases import Database
from tests.support.migrated import give_database

HALF_WAY = [
    ("capture", "0012_memo_dated"),
    ("config", "0001_initial"),
    ("transcription", "0008_placed"),
    ("insights", "0010_digest_problem"),
]
"""Of one app all that were squashed, of the others some: from here on no squashed one can be run."""
MAKE_HALF = f"""
from tests.support.old_migrations import migrate_to
migrate_to({HALF_WAY}).get_model("capture", "User").objects.create(username="alice")
"""
MIGRATE = """
from django.core.management import call_command
from config.ops.database_version import database_version
print(database_version().name)
call_command("migrate", verbosity=0)
print(database_version().name)
"""
RESTORE = "from config.ops.restore import fill_database; fill_database()"
REFUSE_RESTORE = """
from config.ops.database_backup import BackupFailed
from config.ops.restore import fill_database
try:
    fill_database()
except BackupFailed as error:
    print(error)
"""
USERS = "SELECT username FROM capture_user"
AS_BEFORE = "DELETE FROM django_migrations WHERE name LIKE '%squashed%'"
WITHOUT_REPLACED = "DELETE FROM django_migrations WHERE app = 'capture' AND name NOT LIKE '%squashed%'"


class Databases(NamedTuple):
    """Made by the squashed migrations; by all that they replace; by some of those."""

    squashed: Database
    old: Database
    half: Database

    def empty(self, home: Path) -> Database:
        return Database(home, new_database(self.old.url.rsplit("/", 1)[0]) if self.old.url else "")


def squashed_names() -> set[tuple[object, ...]]:
    return set(MigrationLoader(None).replacements)


def new_database(server: str) -> str:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        ((number,),) = connection.execute("SELECT count(*) FROM pg_database").fetchall()
        connection.execute(f"CREATE DATABASE squashed_{number}".encode())
    return f"{server}/squashed_{number}"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    folder = tmp_path_factory.mktemp("databases")
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else ""
    squashed, half = (Database(folder / name, new_database(server) if server else "") for name in ("squashed", "half"))
    half.run(MAKE_HALF)
    half.sql(AS_BEFORE)
    old = half.copy(folder / "old")
    assert old.run(MIGRATE).split() == ["OLDER", "CURRENT"]
    assert old.migrations() >= squashed_names()
    old.sql(AS_BEFORE)
    if server:
        squashed.run(MIGRATE)
    else:
        give_database(squashed.home)
    return Databases(squashed, old, half)


def test_both_ways_lead_to_the_same_database(databases: Databases) -> None:
    assert databases.squashed.schema() == databases.old.schema()


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX memo_newest",
        "ALTER TABLE capture_sit ADD COLUMN more integer DEFAULT 1",
        "ALTER TABLE capture_sit RENAME COLUMN kind TO sort",
        "DROP TRIGGER transcript_verbatim",
    ],
)
def test_what_differs_is_seen(change: str, databases: Databases, tmp_path: Path) -> None:
    other = databases.squashed.copy(tmp_path / "other")
    on_its_table = " ON transcription_transcript" * ("TRIGGER" in change and bool(other.url))
    other.sql(change + on_its_table)
    assert other.schema() != databases.squashed.schema()


@pytest.mark.django_db
def test_both_ways_lead_to_the_same_models() -> None:
    new, old = MigrationLoader(None), executor_for(set()).loader
    assert not MigrationAutodetector(old.project_state(), new.project_state()).changes(old.graph)


def test_a_database_that_has_some_of_what_is_replaced_is_brought_up_to_date(databases: Databases) -> None:
    assert databases.old.migrations() | squashed_names() == databases.squashed.migrations()
    assert databases.old.sql(USERS) == [("alice",)]


def test_a_database_that_has_all_of_it_is_of_this_version(databases: Databases, tmp_path: Path) -> None:
    database = databases.old.copy(tmp_path / "old")
    assert database.run(MIGRATE).split() == ["CURRENT", "CURRENT"]
    assert database.migrations() == databases.squashed.migrations()
    assert database.schema() == databases.old.schema()
    assert database.sql(USERS) == [("alice",)]


@pytest.mark.parametrize("name", ["squashed", "old", "half"])
def test_a_backup_of_each_is_restored(name: str, databases: Databases, tmp_path: Path) -> None:
    source: Database = getattr(databases, name)
    restored = databases.empty(tmp_path / "restored")
    source.put_aside(restored.home)
    restored.run(RESTORE)
    assert restored.migrations() == databases.squashed.migrations()
    assert restored.schema() == databases.squashed.schema()
    assert restored.sql(USERS) == source.sql(USERS)


def test_a_backup_that_names_squashed_ones_without_those_that_they_replace_is_refused(
    databases: Databases, tmp_path: Path
) -> None:
    source = databases.squashed.copy(tmp_path / "source")
    source.sql(WITHOUT_REPLACED)
    restored = databases.empty(tmp_path / "restored")
    source.put_aside(restored.home)
    assert "is not as Stillnote makes it" in restored.run(REFUSE_RESTORE)
