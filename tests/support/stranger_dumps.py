"""PostgreSQL dumps as a stranger would make them, out of an honest one."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.support.service import HOUSE
from tests.support.stranger_backups import DESCRIPTION, member_of, sealed

ODD_TEXTS = (
    "\\.",
    "\\.\n",
    "\\! touch marker",
    "\\copy capture_user to 'x'",
    "a\tb\r\nc\\N",
    "\\N",
    "'); DROP TABLE x; --",
)
"""What a text may be that ends rows, or is a command, where it is not read as a text."""
_INT_BYTES = 4
_FILL = f"""
from capture.models import Tombstone, User
alice = User.objects.create_user("alice", "alice@example.org", "correct horse")
for number, text in enumerate({ODD_TEXTS!r}):
    Tombstone.objects.create(user=alice, client_id=text, sha256_keyed=str(number))
"""


def make_honest_database(url: str) -> None:
    """Fill an empty database as the service does: a user, and rows that hold odd texts."""
    environment = os.environ | {"DATABASE_URL": url}
    for command in (["migrate", "-v0"], ["shell", "--no-imports", "-c", _FILL]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=HOUSE, env=environment, check=True)


def copied_database(url: str) -> str:
    """Make a copy of a database, and return its address."""
    server, name = url.rsplit("/", 1)
    copy = f"stillnote_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {copy} TEMPLATE {name}".encode())
    return f"{server}/{copy}"


@contextmanager
def throwaway_copy(url: str) -> Iterator[str]:
    """Give the address of a database's copy, which is gone after the block."""
    copy = copied_database(url)
    yield copy
    server, name = copy.rsplit("/", 1)
    run_sql(f"{server}/postgres", f"DROP DATABASE {name} WITH (FORCE)")


def run_sql(url: str, script: str) -> list[tuple[object, ...]]:
    """Run statements in a database, and return the rows of the last where it gives any."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(script.encode())
        while cursor.nextset():
            pass
        return cursor.fetchall() if cursor.description else []


def dump_of(url: str, *options: str) -> bytes:
    """Return a database's dump in pg_dump's custom format, not compressed."""
    command = ["pg_dump", "--format=custom", "--no-owner", "--compress=0", *options, f"--dbname={url}"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def with_string(dump: bytes, old: str, new: str) -> bytes:
    """Return a dump in which a string of its table of contents is another one, of any length."""
    assert dump.count(_string(old)) == 1
    return dump.replace(_string(old), _string(new))


def _string(text: str) -> bytes:
    """Return a string as the custom format holds it: a sign, its length, and its bytes."""
    content = text.encode()
    return b"\0" + len(content).to_bytes(_INT_BYTES, "little") + content


def backup_of(dump: bytes) -> bytes:
    """Return a backup with a dump, as `manage.py backup` makes one."""
    told = {"format": 3, "made_at": "2026-11-29T02:20:03+00:00", "database": "postgresql", "home": "/old"}
    described = member_of(DESCRIPTION, json.dumps(told).encode())
    return sealed([described, member_of("stillnote.dump", dump), member_of("secret_key", b"k" * 50)])


def restored_dump(backup: bytes, folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    """Restore a backup into a database by the command, and return what that said."""
    (folder / "backup.tar").write_bytes(backup)
    command = [sys.executable, "manage.py", "restore", str(folder / "backup.tar"), "--to", str(folder / "new")]
    return subprocess.run(
        [*command, "--database", url],
        cwd=HOUSE,
        env=os.environ | {"STILLNOTE_HOME": str(folder / "nobody's")},
        capture_output=True,
        text=True,
        check=False,
    )
