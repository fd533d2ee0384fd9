"""The database as it was after older migrations: on the way there and back each is run, and no squashed one."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import StateApps

from config.ops.database_version import executor_for

Migrations = list[tuple[str, str]]
"""Of each, its app and its name."""


@contextmanager
def taken_back_to(targets: Migrations) -> Iterator[StateApps]:
    """Give the models of then, and bring the database up to date after the block, whatever happens in it."""
    try:
        yield migrate_to(targets)
    finally:
        migrate_to_latest()


def migrate_to(targets: Migrations) -> StateApps:
    """Run migrations back or forth until the database is as it was after these, and return the models of then."""
    executor = executor_for(set())
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def migrate_to_latest() -> None:
    executor = executor_for(set())
    executor.migrate(executor.loader.graph.leaf_nodes())
