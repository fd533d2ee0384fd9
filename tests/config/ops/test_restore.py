"""A stranger's backup: it runs nothing, writes nothing elsewhere, and is restored whole or not at all."""

import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from config.ops.backup_members import DESCRIPTION_FILE
from config.ops.database_backup import BackupFailed
from config.ops.restore import unpacked_backup
from config.ops.sqlite_rows import copy_sqlite_rows
from tests.support.service import HOUSE
from tests.support.stranger_backups import (
    DATABASE,
    Member,
    Members,
    changed_database,
    deadly_pickle,
    member_of,
    new_members,
    old_members,
    sealed,
    tar_of,
    with_database,
)

DATABASE_OF_BEFORE = next(member.content for member in old_members() if member.header.name == DATABASE)
SOUND = "audio/00/00000000-0000-4000-8000-000000000000"
LINK, HARD, DEVICE, PIPE, FOLDER = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE


def extended(name: str, **said: str) -> Member:
    """Return a member to whose header an extension is added."""
    member = member_of(name, b"sound")
    member.header.pax_headers = {key.replace("_", "."): value for key, value in said.items()}
    return member


PEM = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
SEALING_KEY = X25519PrivateKey.generate().private_bytes(*PEM)
SIGNING_KEY = Ed25519PrivateKey.generate().private_bytes(*PEM)
ADDED: dict[str, Members] = {
    "beat's shelf": [member_of("beat", deadly_pickle(Path("marker")))],
    "a file of ours elsewhere": [member_of("running.json", b"{}")],
    "an absolute path": [member_of("/tmp/stillnote-was-here", b"x")],
    "a climbing path": [member_of("audio/../../climbed", b"x")],
    "a path that climbs within its form": [member_of("audio/00/../00/0000000-0000-4000-8000-000000000", b"x")],
    "a name within another": [member_of(f"{SOUND}/x", b"x")],
    "a link": [member_of(SOUND, link="/etc/passwd", kind=LINK)],
    "a link, and what would be written through it": [
        member_of("audio", link="/tmp", kind=LINK),
        member_of(SOUND, b"x"),
    ],
    "a hard link": [member_of(SOUND, link="secret_key", kind=HARD)],
    "a device": [member_of(SOUND, kind=DEVICE)],
    "a pipe": [member_of(SOUND, kind=PIPE)],
    "a folder": [member_of("audio/00", kind=FOLDER)],
    "a name twice": [member_of(SOUND, b"one"), member_of(SOUND, b"two")],
    "a second database": [member_of(DATABASE, b"x")],
    "a dump beside the database": [member_of("stillnote.dump", b"PGDMP")],
    "a second key": [member_of("secret_key", b"x" * 50)],
    "a sealing key as large as a disk": [member_of("sealing_key", b"x" * 4097)],
    "settings as large as a disk": [member_of("stillnote.env", b"x" * (1024 * 1024 + 1))],
    "a sparse file": [extended(SOUND, GNU_sparse_major="1", GNU_sparse_minor="0", GNU_sparse_realsize="9" * 12)],
    "an old sparse file": [member_of(SOUND, kind=tarfile.GNUTYPE_SPARSE)],
    "a path in an extension": [extended(SOUND, path="../outside")],
    "a link in an extension": [extended(SOUND, linkpath="../outside")],
    "a long name": [member_of("././@LongLink", kind=tarfile.GNUTYPE_LONGNAME)],
}


@pytest.mark.parametrize("added", ADDED.values(), ids=ADDED.keys())
@pytest.mark.parametrize(("members", "written"), [(old_members, tar_of), (new_members, sealed)], ids=["old", "new"])
def test_what_no_backup_of_ours_holds_is_refused_and_nothing_is_written(
    added: Members, members: Callable[[], Members], written: Callable[[Members], bytes], tmp_path: Path
) -> None:
    backup = tmp_path / "backup.tar"
    backup.write_bytes(written([*members(), *added]))
    with pytest.raises(BackupFailed, match="holds what no backup"), unpacked_backup(backup, tmp_path / "new"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar"]


@pytest.mark.parametrize("content", [b"", b"x", SIGNING_KEY])
def test_a_sealing_key_that_opens_nothing_is_refused(content: bytes, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    backup.write_bytes(sealed([*new_members(), member_of("sealing_key", content)]))
    with pytest.raises(BackupFailed, match="holds what no backup"), unpacked_backup(backup, tmp_path / "new"):
        pass
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("missing", [DATABASE, "secret_key"])
def test_a_backup_without_what_each_has_is_refused(missing: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    backup.write_bytes(sealed([member for member in new_members() if member.header.name != missing]))
    with pytest.raises(BackupFailed, match="holds what no backup"), unpacked_backup(backup, tmp_path / "new"):
        pass


@pytest.mark.parametrize("at", [600, 5000, 400_000, 900_000, -1200, -700])
def test_a_changed_byte_is_told(at: int, tmp_path: Path) -> None:
    whole = bytearray(sealed(new_members()))
    whole[at] ^= 1
    (tmp_path / "backup.tar").write_bytes(whole)
    with pytest.raises(BackupFailed), unpacked_backup(tmp_path / "backup.tar", tmp_path / "new"):
        pass
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("told", [b"[]", b"{}", b"[" * 9000, b'{"format":' + b"9" * 5000 + b"}", b"\xff", b"null"])
def test_a_description_that_says_nothing_is_refused(told: bytes, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    backup.write_bytes(tar_of([member_of(DESCRIPTION_FILE, told), *old_members()[1:]]))
    with pytest.raises(BackupFailed, match="a backup of Stillnote's"), unpacked_backup(backup, tmp_path / "new"):
        pass


def test_what_is_neither_file_nor_backup_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(BackupFailed, match="cannot be read"), unpacked_backup(path, tmp_path / "new"):
            pass


def test_a_folder_that_is_filled_fails_whole_where_the_block_does(tmp_path: Path) -> None:
    (tmp_path / "backup.tar").write_bytes(sealed(new_members()))
    with suppress(RuntimeError), unpacked_backup(tmp_path / "backup.tar", tmp_path / "new") as beside:
        assert (beside / "secret_key").exists()
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar"]


def test_all_that_a_backup_names_is_taken_and_settings_are_put_aside(tmp_path: Path) -> None:
    own = {"stillnote.env": b"A=1\n", "sealing_key": SEALING_KEY, f"unclaimed/{SOUND[9:]}": b"x"}
    members = [*new_members(), *(member_of(name, content) for name, content in own.items())]
    (tmp_path / "backup.tar").write_bytes(sealed(members))
    with unpacked_backup(tmp_path / "backup.tar", tmp_path / "new"):
        pass
    found = {str(path.relative_to(tmp_path / "new")): path for path in (tmp_path / "new").rglob("*") if path.is_file()}
    aside = {DATABASE: f"{DATABASE}.from-backup", "stillnote.env": "stillnote.env.from-backup"}
    taken = {aside.get(name, name): content for (header, content) in members[1:] for name in [header.name]}
    assert {name: path.read_bytes() for name, path in found.items()} == taken
    assert all(path.stat().st_mode & 0o077 == 0 for path in found.values())


def restored(backup: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """Restore a backup by the command, and return what that said."""
    (folder / "backup.tar").write_bytes(backup)
    return subprocess.run(
        [sys.executable, "manage.py", "restore", str(folder / "backup.tar"), "--to", str(folder / "new")],
        cwd=HOUSE,
        env=os.environ | {"STILLNOTE_HOME": str(folder / "nobody's"), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )


OTHER_TRIGGER = "CREATE TRIGGER evil AFTER INSERT ON capture_memo BEGIN DELETE FROM capture_user; END"
OWN_NAME = """
DROP TRIGGER transcript_verbatim;
CREATE TRIGGER transcript_verbatim AFTER UPDATE ON capture_tombstone BEGIN DELETE FROM capture_user; END
"""
HOSTILE_DATABASES = {
    "a trigger": OTHER_TRIGGER,
    "a view": "CREATE VIEW evil AS SELECT * FROM capture_user",
    "a view in a table's place": "DROP TABLE capture_sit; CREATE VIEW capture_sit AS SELECT 1",
    "a virtual table": "CREATE VIRTUAL TABLE evil USING fts5(x)",
    "a table more": "CREATE TABLE evil (x)",
    "a table less": "DROP TABLE capture_sit",
    "a column more": "ALTER TABLE capture_sit ADD COLUMN evil",
    "a computed column": "ALTER TABLE capture_sit ADD COLUMN evil AS (zeroblob(1000000000))",
    "text where a number belongs": "UPDATE capture_memo SET bytes = 'many'",
    "what nobody has": "PRAGMA foreign_keys = OFF; UPDATE capture_memo SET user_id = 4711",
    "a page that two tables have": "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 2",
}
UNFINISHED_DATABASES = {
    "a path that climbs": "UPDATE capture_memo SET path = '../../' || id WHERE id = (SELECT min(id) FROM capture_memo)",
    "a migration without those before it": "DELETE FROM django_migrations WHERE app = 'capture' AND name LIKE '0001%'",
    "a migration to come": "INSERT INTO django_migrations (app, name, applied) VALUES ('capture', '9999_evil', 'now')",
}
MIGRATE = """
import pathlib, sys
from config.ops import restore, sqlite_rows
restore._migrate_to(sqlite_rows.sqlite_migrations(pathlib.Path(sys.argv[1])))
"""


def changed(script: str, folder: Path) -> Path:
    """Return an honest database that was changed."""
    path = folder / "source"
    path.write_bytes(changed_database(DATABASE_OF_BEFORE, lambda database: database.executescript(script)))
    return path


@pytest.fixture(scope="module")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a database with the tables of then, and nothing in them."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "source").write_bytes(DATABASE_OF_BEFORE)
    script = f"import django; django.setup()\n{MIGRATE}"
    environment = {"STILLNOTE_HOME": str(folder), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", script, str(folder / "source")]
    subprocess.run(command, cwd=HOUSE, env=os.environ | environment, check=True)
    return (folder / DATABASE).read_bytes()


@pytest.mark.parametrize("script", HOSTILE_DATABASES.values(), ids=HOSTILE_DATABASES.keys())
def test_a_database_that_is_not_ours_is_refused_with_nothing_copied(
    script: str, empty_tables: bytes, tmp_path: Path
) -> None:
    (tmp_path / "ours").write_bytes(empty_tables)
    with pytest.raises(BackupFailed):
        copy_sqlite_rows(changed(script, tmp_path), tmp_path / "ours")
    with closing(sqlite3.connect(tmp_path / "ours")) as database:
        assert database.execute("SELECT count(*) FROM capture_memo").fetchone() == (0,)


def test_of_a_database_rows_are_taken_and_no_line_of_its_schema(empty_tables: bytes, tmp_path: Path) -> None:
    """A trigger under the name of one of ours: the name stays, and what it does is what ours does."""
    (tmp_path / "ours").write_bytes(empty_tables)
    source = changed(OWN_NAME, tmp_path)
    copy_sqlite_rows(source, tmp_path / "ours")
    with closing(sqlite3.connect(source)) as theirs, closing(sqlite3.connect(tmp_path / "ours")) as ours:
        ((does,),) = ours.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger'")
        assert "capture_tombstone" not in does
        for (table,) in theirs.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            if table != "django_migrations":
                rows = f"SELECT * FROM {table} ORDER BY 1"
                assert ours.execute(rows).fetchall() == theirs.execute(rows).fetchall()


@pytest.mark.parametrize("script", UNFINISHED_DATABASES.values(), ids=UNFINISHED_DATABASES.keys())
def test_what_is_found_at_the_end_leaves_nothing_either(script: str, tmp_path: Path) -> None:
    said = restored(sealed(with_database(new_members(), lambda database: database.executescript(script))), tmp_path)
    assert said.returncode == 1, said.stdout
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".*"))
