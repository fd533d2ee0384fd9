"""Of which version the database is, seen from this copy of the project."""

from enum import Enum

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Version(Enum):
    """Of which version the database is, seen from this one."""

    NONE = "none"
    OLDER = "older"
    CURRENT = "current"


VERSION_TEXT = {
    Version.NONE: "there is no database yet: `make run` makes it",
    Version.OLDER: "the database is older than this copy: `make run` backs it up, and brings it up to date",
    Version.CURRENT: "the database is of this version",
}


class NotReady(Exception):
    """Something stands in the way of the start; the message says what to do."""


def database_version() -> Version:
    """Return of which version the database is. Raises NotReady where that is a newer one than this."""
    executor = MigrationExecutor(connection)
    applied, known = set(executor.loader.applied_migrations), set(executor.loader.disk_migrations)
    own_apps = {app for app, _ in known}
    if newer := sorted(f"{app}.{name}" for app, name in applied - known if app in own_apps):
        raise NotReady(
            f"The database was made by a newer Stillnote (it has {newer[0]}). Update this copy with `git pull`."
        )
    if not applied:
        return Version.NONE
    return Version.OLDER if executor.migration_plan(executor.loader.graph.leaf_nodes()) else Version.CURRENT
