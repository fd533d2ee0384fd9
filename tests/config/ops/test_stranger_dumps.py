"""A stranger's PostgreSQL dump: nothing of it runs, and it is restored whole or not at all, with one sentence."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from environ import Env
from pytest_django import DjangoDbBlocker

from config.ops import database_backup, dump_rows
from config.ops.database_backup import BackupFailed, dump_script
from tests.support.servers import running_postgres
from tests.support.stranger_dumps import (
    ODD_TEXTS,
    backup_of,
    copied_database,
    dump_of,
    make_honest_database,
    restored_dump,
    run_sql,
    throwaway_copy,
    with_string,
)

SIT_COLUMNS = "(id, client_id, started_at, ended_at, kind, device_id, user_id)"
COPY_SITS = f"COPY public.capture_sit {SIT_COLUMNS} FROM stdin;\n"
FILLING = "%" * 5000
FOREIGN = "not as Stillnote makes it"


@pytest.fixture(scope="module")
def honest() -> Iterator[str]:
    """Return the address of a database with rows of ours, on a server of this module's own."""
    with running_postgres("fsync=off") as address:
        run_sql(f"{address}/postgres", "CREATE DATABASE honest")
        make_honest_database(f"{address}/honest")
        yield f"{address}/honest"


@pytest.fixture
def empty(honest: str) -> str:
    """Return the address of an empty database."""
    return copied_database(f"{honest.rsplit('/', 1)[0]}/template0")


@pytest.fixture(scope="module")
def empty_tables(honest: str) -> str:
    """Return the address of a database with our tables, and nothing in them."""
    url = copied_database(honest)
    run_sql(url, "TRUNCATE capture_user RESTART IDENTITY CASCADE")
    return url


@pytest.fixture
def ours(empty_tables: str, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Return the address of a database with our empty tables, to which dumps are copied in this process."""
    parts = settings.DATABASES["default"] | {"OPTIONS": {}} | Env.db_url_config(empty_tables)
    monkeypatch.setitem(connections.settings, "ours", parts)
    monkeypatch.setattr(dump_rows, "connection", connections["ours"])
    with django_db_blocker.unblock():
        try:
            yield empty_tables
        finally:
            connections["ours"].close()
            del connections["ours"]
            run_sql(empty_tables, "TRUNCATE capture_user RESTART IDENTITY CASCADE")


def changed_dump(url: str, script: str, *options: str) -> bytes:
    """Return the dump of a database in which statements were run. options: pg_dump's."""
    with throwaway_copy(url) as source:
        run_sql(source, script)
        return dump_of(source, *options)


def copy_dump(dump: bytes, folder: Path) -> None:
    (folder / "dump").write_bytes(dump)
    dump_rows.dump_migrations(folder / "dump")
    dump_rows.copy_dump_rows(folder / "dump")


def assert_refused(dump: bytes, folder: Path, ours: str, why: str) -> None:
    """Copy its rows, and look that a sentence says why not, and that nothing of it is left."""
    with pytest.raises(BackupFailed, match=why):
        copy_dump(dump, folder)
    assert run_sql(ours, "SELECT count(*) FROM capture_user") == [(0,)]
    assert texts_in(ours) == []


def texts_in(url: str) -> list[object]:
    return [text for (text,) in run_sql(url, "SELECT client_id FROM capture_tombstone ORDER BY id")]


STRANGE_SCHEMA = """
CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN COPY (SELECT 1) TO PROGRAM 'touch {marker}'; RETURN NEW; END $$;
CREATE FUNCTION evil_check(text) RETURNS boolean LANGUAGE plpgsql AS
$$ BEGIN COPY (SELECT 1) TO PROGRAM 'touch {marker}'; RETURN true; END $$;
CREATE FUNCTION evil_event() RETURNS event_trigger LANGUAGE plpgsql AS
$$ BEGIN COPY (SELECT 1) TO PROGRAM 'touch {marker}'; END $$;
CREATE TRIGGER evil AFTER INSERT ON capture_user FOR EACH ROW EXECUTE FUNCTION evil();
CREATE RULE evil AS ON INSERT TO capture_sit DO ALSO DELETE FROM capture_user;
CREATE VIEW evil_view AS SELECT evil_check('x');
ALTER TABLE capture_user ADD CONSTRAINT evil CHECK (evil_check(username)) NOT VALID;
CREATE INDEX evil ON capture_sit ((client_id || 'x'));
CREATE SEQUENCE evil_numbers START 4711;
CREATE EVENT TRIGGER evil ON ddl_command_end EXECUTE FUNCTION evil_event()
"""


def test_rows_are_restored_and_nothing_else_of_a_dump(honest: str, empty: str, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    dump = changed_dump(honest, STRANGE_SCHEMA.replace("{marker}", str(marker)))
    said = restored_dump(backup_of(dump), tmp_path, empty)
    assert said.returncode == 0, said.stderr
    assert texts_in(empty) == list(ODD_TEXTS)
    assert run_sql(empty, "SELECT username FROM capture_user") == [("alice",)]
    named = "SELECT proname FROM pg_proc WHERE proname LIKE 'evil%' UNION ALL SELECT tgname FROM pg_trigger "
    named += "WHERE tgname LIKE 'evil%' UNION ALL SELECT relname FROM pg_class WHERE relname LIKE 'evil%'"
    named += " UNION ALL SELECT rulename FROM pg_rewrite"
    assert run_sql(empty, f"{named} WHERE rulename LIKE 'evil%' UNION ALL SELECT evtname FROM pg_event_trigger") == []
    assert not marker.exists()


def test_a_refused_dump_is_one_sentence_and_leaves_a_database_that_another_fills(
    honest: str, empty: str, tmp_path: Path
) -> None:
    run_sql(empty, "CREATE FUNCTION own() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    said = restored_dump(backup_of(changed_dump(honest, "CREATE TABLE evil (x text)")), tmp_path, empty)
    assert said.returncode == 1, said.stdout
    assert said.stderr == f"CommandError: {database_backup.FOREIGN_DATABASE_TEXT}\n"
    assert {path.name for path in tmp_path.iterdir()} == {"backup.tar", "nobody's"}
    left = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION ALL "
    assert run_sql(empty, f"{left} SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace") == [
        ("own",)
    ]
    said = restored_dump(backup_of(dump_of(honest)), tmp_path, empty)
    assert said.returncode == 0, said.stderr
    assert run_sql(empty, "SELECT own()") == [(1,)]


UNTYPED = "ALTER TABLE capture_tombstone DROP CONSTRAINT tombstone_client_id, ALTER client_id TYPE text;"
CHANGES = {
    "rows of a table that is not ours": "CREATE TABLE evil (x text); INSERT INTO evil VALUES ('x')",
    "a table of ours in another place": "CREATE SCHEMA evil; CREATE TABLE evil.capture_sit (LIKE capture_sit)",
    "a table less": "DROP TABLE capture_sit",
    "a column more": "ALTER TABLE capture_sit ADD COLUMN evil text",
    "a column more, with rows": "ALTER TABLE capture_tombstone ADD COLUMN evil text DEFAULT 'x'",
    "a column less that may be empty": "ALTER TABLE capture_sit DROP COLUMN ended_at CASCADE",
    "text where a moment belongs": (
        "ALTER TABLE capture_user ALTER date_joined TYPE text; UPDATE capture_user SET date_joined = 'evil'"
    ),
    "a text that is too long": f"{UNTYPED} UPDATE capture_tombstone SET client_id = repeat('x', 999) WHERE id = 1",
    "nothing where something must be": (
        "ALTER TABLE capture_tombstone ALTER client_id DROP NOT NULL; UPDATE capture_tombstone SET client_id = NULL"
    ),
    "a row twice": f"{UNTYPED} UPDATE capture_tombstone SET client_id = 'x'",
    "a user that nobody is": (
        "ALTER TABLE capture_tombstone DISABLE TRIGGER ALL; UPDATE capture_tombstone SET user_id = 4711"
    ),
    "a number beyond all": (
        "ALTER SEQUENCE django_content_type_id_seq AS bigint; SELECT setval('django_content_type_id_seq', 99999999999)"
    ),
    "a large object": "SELECT lo_from_bytea(0, 'COPY public.capture_sit (id) FROM stdin;')",
    "no migrations": "DROP TABLE django_migrations",
    "migrations without names": "ALTER TABLE django_migrations DROP COLUMN name",
    "migrations without end": (
        "INSERT INTO django_migrations SELECT n, 'other', n, now() FROM generate_series(1000, 20000) n"
    ),
}


@pytest.mark.parametrize("script", CHANGES.values(), ids=CHANGES.keys())
def test_rows_that_are_not_ours_are_refused_whole(script: str, honest: str, ours: str, tmp_path: Path) -> None:
    assert_refused(changed_dump(honest, script), tmp_path, ours, FOREIGN)


NUMBERS = {
    "a number that will be given twice": "SELECT setval('capture_tombstone_id_seq', 1)",
    "no numbers": "ALTER TABLE capture_tombstone ALTER id DROP IDENTITY",
    "honest ones": "SELECT 1",
}


@pytest.mark.parametrize("script", NUMBERS.values(), ids=NUMBERS.keys())
def test_the_next_row_gets_a_number_of_its_own(script: str, honest: str, ours: str, tmp_path: Path) -> None:
    copy_dump(changed_dump(honest, script), tmp_path)
    assert texts_in(ours) == list(ODD_TEXTS)
    added = "INSERT INTO capture_tombstone (user_id, client_id, sha256_keyed) SELECT id, 'next', '' FROM capture_user"
    assert run_sql(ours, f"{added} RETURNING id") == [(len(ODD_TEXTS) + 1,)]


def long_text(url: str, characters: int) -> bytes:
    """Return a dump, packed, in which a text is as long as that."""
    script = f"{UNTYPED} UPDATE capture_tombstone SET client_id = repeat('x', {characters}) WHERE id = 1"
    return changed_dump(url, script, "--compress=9")


def assert_refused_unasked(dump: bytes, folder: Path, ours: str) -> None:
    """Copy its rows, and look that the database is not asked whether it takes them."""
    with pytest.raises(BackupFailed, match=FOREIGN) as refused:
        copy_dump(dump, folder)
    assert refused.value.__cause__ is None
    assert texts_in(ours) == []


def test_a_line_longer_than_any_of_ours_is_refused_for_its_rest_may_look_like_another(
    honest: str, ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_backup, "MAX_LINE_BYTES", 100_000)
    assert_refused_unasked(long_text(honest, 200_000), tmp_path, ours)


def test_much_that_is_packed_very_small_is_refused(
    honest: str, ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump_rows, "_FREE_GROWTH_BYTES", 0)
    assert_refused_unasked(long_text(honest, 50_000_000), tmp_path, ours)


Dumped = Callable[[str], bytes]
"""Of a database's address: its dump, edited."""


def copying(statement: str) -> Dumped:
    """Return what dumps a database, and writes another statement where it says how its sits are copied."""
    return lambda url: with_string(dump_of(url), COPY_SITS, statement)


def within_rows(lines: str) -> Dumped:
    """Return what dumps a database, with a stranger's lines among the rows of its users."""

    def dumped(url: str) -> bytes:
        script = f"ALTER TABLE capture_user ALTER last_name TYPE text; UPDATE capture_user SET last_name = '{FILLING}'"
        return changed_dump(url, script).replace(FILLING.encode(), lines.encode().ljust(len(FILLING), b"x"))

    return dumped


EDITED: dict[str, Dumped] = {
    "a program": copying(f"COPY public.capture_sit {SIT_COLUMNS} FROM PROGRAM 'touch marker';\n"),
    "a program behind a line of ours": copying(f"{COPY_SITS}\\.\nCOPY capture_sit FROM PROGRAM 'touch marker';\n"),
    "a program in a name": copying('COPY public.capture_sit ("id"") FROM PROGRAM \'touch marker\' --") FROM stdin;\n'),
    "a column twice": copying("COPY public.capture_sit (id, id) FROM stdin;\n"),
    "no column": copying('COPY public.capture_sit (" ", ,) FROM stdin;\n'),
    "columns less": copying("COPY public.capture_sit (id) FROM stdin;\n"),
    "a command of psql's": copying("\\! touch marker\n"),
    "statements": copying("COPY (SELECT 1) TO PROGRAM 'touch marker';\nDROP TABLE capture_user;\n"),
    "rows that end before their end": within_rows("\n\\.\nDROP TABLE capture_user;\n\\! touch marker\n"),
    "rows of another table within": within_rows(f"\n\\.\n{COPY_SITS}x\n\\.\n"),
    "rows twice": copying(f"{COPY_SITS}\\.\n{COPY_SITS}"),
    "rows of another table": copying("COPY public.capture_memo (id) FROM stdin;\n"),
    "rows for a catalogue": copying("COPY pg_catalog.pg_proc (proname) FROM stdin;\n"),
    "other bytes than text": lambda url: dump_of(url).replace(b"alice@example.org", b"alice@example\xff\0rg"),
    "INSERT instead of COPY": lambda url: dump_of(url, "--inserts", "--exclude-table=django_migrations"),
    "no rows": lambda url: dump_of(url, "--schema-only"),
    "some tables' rows": lambda url: dump_of(url, "--table=django_*"),
}


@pytest.mark.parametrize("dumped", EDITED.values(), ids=EDITED.keys())
def test_a_dump_that_was_edited_is_refused_whole(dumped: Dumped, honest: str, ours: str, tmp_path: Path) -> None:
    assert_refused(dumped(honest), tmp_path, ours, FOREIGN)
    assert not list(Path.cwd().glob("marker"))


def tar_dump(url: str) -> bytes:
    """Return a dump of another form, which pg_restore would read too."""
    return dump_of(url, "--format=tar")


DAMAGED: dict[str, Dumped] = {
    "the half of it": lambda url: dump_of(url)[:-9000],
    "nothing": lambda _url: b"",
    "a script": lambda _url: b"\\! touch marker\nCOPY (SELECT 1) TO PROGRAM 'touch marker';\n",
    "another form": tar_dump,
}


@pytest.mark.parametrize("dumped", DAMAGED.values(), ids=DAMAGED.keys())
def test_what_is_no_whole_dump_is_called_damaged(dumped: Dumped, honest: str, ours: str, tmp_path: Path) -> None:
    assert_refused(dumped(honest), tmp_path, ours, "is damaged")


def test_a_program_stands_in_what_pg_restore_would_run(honest: str, tmp_path: Path) -> None:
    """The edit is a real one."""
    (tmp_path / "dump").write_bytes(EDITED["a program"](honest))
    assert any(b"FROM PROGRAM 'touch marker'" in line for line in dump_script(tmp_path / "dump"))
