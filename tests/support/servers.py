"""Real servers for the broad tests, on free ports of the loopback, gone when the tests end.

A missing one fails in CI, where a skipped part is a failed run, and is skipped on a machine that has none.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from tests.support.service import free_port

START_SECONDS = 30
Surroundings = dict[str, str]
"""Settings, by name."""


def missing(what: str) -> None:
    """Fail in CI, skip elsewhere."""
    sentence = f"{what} is missing; `make test` installs it on Debian as root, elsewhere install it yourself"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@contextmanager
def throwaway_folder() -> Iterator[Path]:
    """Give a folder in which another system user may work."""
    folder = Path(tempfile.mkdtemp(prefix="stillnote-server-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis_url() -> Iterator[str]:
    """Return the address of a Redis server that nobody else uses."""
    program = shutil.which("redis-server")
    if program is None:
        missing("redis-server")
    port = free_port()
    with throwaway_folder() as folder:
        command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            with redis.Redis(port=port) as client:
                _wait_for(client.ping, redis.ConnectionError)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


@contextmanager
def running_postgres(*options: str) -> Iterator[str]:
    """Give the address of a PostgreSQL server of one's own, without a database's name. options: as in its settings."""
    programs = _postgres_programs()
    if programs is None:
        missing("PostgreSQL's server (initdb, postgres)")
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    port = free_port()
    with throwaway_folder() as folder:
        cluster = folder / "cluster"
        if user:
            shutil.chown(folder, user)
        making = [f"{programs}/initdb", "-D", str(cluster), "-U", "stillnote", "-A", "trust", "-E", "UTF8"]
        subprocess.run(making, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        running = [f"{programs}/postgres", "-D", str(cluster), "-p", str(port), "-k", str(folder)]
        for option in ("listen_addresses=127.0.0.1", *options):
            running += ["-c", option]
        server = subprocess.Popen(running, user=user, cwd=folder, stderr=subprocess.DEVNULL)
        address = f"postgres://stillnote@127.0.0.1:{port}"
        try:
            _wait_for(lambda: psycopg.connect(f"{address}/postgres").close(), psycopg.OperationalError)
            yield address
        finally:
            server.terminate()
            server.wait()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of this run's PostgreSQL server."""
    with running_postgres() as address:
        yield address


@pytest.fixture
def postgres_url(postgres: str) -> Callable[[], str]:
    """Return what makes a new, empty database and gives its address."""

    def new_database() -> str:
        name = f"stillnote_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(f"{postgres}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"{postgres}/{name}"

    return new_database


@pytest.fixture(params=["SQLite and a folder", "PostgreSQL and Redis"])
def surroundings(request: pytest.FixtureRequest) -> Surroundings:
    """Return the settings of a laptop's house, and of a server's, their servers started."""
    if request.param == "SQLite and a folder":
        return {}
    new_database: Callable[[], str] = request.getfixturevalue("postgres_url")
    return {"DATABASE_URL": new_database(), "REDIS_URL": request.getfixturevalue("redis_url")}


def _postgres_programs() -> Path | None:
    found = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    on_path = shutil.which("initdb")
    has_user = os.geteuid() != 0 or any(entry.pw_name == "postgres" for entry in pwd.getpwall())
    candidates = [*([Path(on_path).parent] if on_path else []), *reversed(found)]
    return candidates[0] if candidates and has_user else None


def _wait_for(answers: Callable[[], object], not_yet: type[Exception]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            answers()
        except not_yet:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
