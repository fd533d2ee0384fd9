"""The surroundings of every in-process test; loaded by the root conftest before anything that needs Django.

On SQLite, as on a laptop; with TEST_DATABASE=postgresql on a PostgreSQL server of the run's own.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack

import django
import pytest
from django.conf import settings
from django.db import connection

from config.demo.sample_memos import MICRO_WHISPER
from tests.support.servers import running_postgres

ON_POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"

_home = tempfile.mkdtemp(prefix="stillnote-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)

for elsewhere in ("DATABASE_URL", "REDIS_URL", "STILLNOTE_URL"):
    os.environ.pop(elsewhere, None)
os.environ.pop("LC_ALL", None)
os.environ["LC_MESSAGES"] = "C"  # commands speak English, whoever runs the tests
os.environ["STILLNOTE_HOME"] = _home
os.environ["WHISPER_MODEL"] = str(MICRO_WHISPER)
os.environ["EMAIL_URL"] = "memorymail://"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

if ON_POSTGRESQL:
    _server = ExitStack()
    os.environ["DATABASE_URL"] = f"{_server.enter_context(running_postgres('fsync=off'))}/postgres"
    atexit.register(_server.close)

django.setup()

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a third of a second less for each user
settings.WHITENOISE_AUTOREFRESH = True  # each client of a test would look through all static files first

if connection.vendor == "sqlite":
    # A file, as in real life: SQLite's shared memory databases lock tables where a file waits its turn.
    connection.settings_dict["TEST"]["NAME"] = f"{_home}/test.sqlite3"


def _delete_rows(_style: object, tables: Sequence[str], **_asked: object) -> list[str]:
    """Return what empties tables of the few rows of a test: to truncate them takes PostgreSQL half a second."""
    quoted = map(connection.ops.quote_name, tables)
    return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {name}" for name in quoted)]


if ON_POSTGRESQL:
    connection.ops.sql_flush = _delete_rows  # type: ignore[assignment,method-assign]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run on PostgreSQL only what asks a database: the rest would say the same as before."""
    if not ON_POSTGRESQL:
        return
    asking = set(filter(_asks_a_database, items))
    config.hook.pytest_deselected(items=[item for item in items if item not in asking])
    items[:] = [item for item in items if item in asking]


def _asks_a_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & {"db", "transactional_db"} or item.get_closest_marker("django_db"))
