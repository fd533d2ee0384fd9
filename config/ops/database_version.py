"""Of which version the database is, seen from this copy of the project."""

from collections.abc import Set
from enum import Enum

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


class Version(Enum):
    """Of which version the database is, seen from this one."""

    NONE = "none"
    OLDER = "older"
    CURRENT = "current"


VERSION_TEXT = {
    Version.NONE: gettext_noop("there is no database yet: `make run` makes it"),
    Version.OLDER: gettext_noop(
        "the database is older than this copy: `make run` backs it up, and brings it up to date"
    ),
    Version.CURRENT: gettext_noop("the database is of this version"),
}
NEWER_DATABASE_TEXT = gettext_noop(
    "The database was made by a newer Stillnote (it has {migration}). Update this copy with `git pull`."
)


class NotReady(Exception):
    """Something stands in the way of the start; the message says what to do."""


class NewerDatabase(NotReady):
    """The database is of a newer version than this copy. migration: one that it has and this copy does not."""

    def __init__(self, migration: str) -> None:
        super().__init__(_(NEWER_DATABASE_TEXT).format(migration=migration))
        self.migration = migration


def database_version() -> Version:
    """Return of which version the database is. Raises NewerDatabase where that is a newer one than this."""
    executor = MigrationExecutor(connection)
    applied = set(executor.loader.applied_migrations)
    refuse_newer(applied, executor.loader.disk_migrations.keys())
    if not applied:
        return Version.NONE
    return Version.OLDER if executor.migration_plan(executor.loader.graph.leaf_nodes()) else Version.CURRENT


def refuse_newer(applied: Set[tuple[str, str]], known: Set[tuple[str, str]]) -> None:
    """Raise NewerDatabase where a migration of an app of ours was applied that this copy does not know."""
    own_apps = {app for app, _ in known}
    if newer := sorted(f"{app}.{name}" for app, name in applied - known if app in own_apps):
        raise NewerDatabase(newer[0])


def executor_for(applied: Set[tuple[str, str]]) -> MigrationExecutor:
    """Return an executor as for a database with these migrations, whatever is applied in ours.

    A squashed one stands in its graph for those that it replaces where all of them are named, and else they do.
    """
    executor = MigrationExecutor(connection)
    executor.loader = loader = MigrationLoader(connection, replace_migrations=False)
    for squashed, migration in loader.replacements.items():
        if applied >= set(migration.replaces):
            loader.graph.remove_replaced_nodes(squashed, migration.replaces)
        else:
            loader.graph.remove_replacement_node(squashed, migration.replaces)
    return executor
