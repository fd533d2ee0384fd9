"""The day that a person gives a recording has a column, which comes and goes without touching any recording."""

from datetime import UTC, datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = ([("capture", name)] for name in ("0009_languages_chosen", "0010_date_as_came"))


def test_it_comes_and_goes(transactional_db: None) -> None:
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    models = executor.loader.project_state(BEFORE).apps
    user = models.get_model("capture", "User").objects.create(username="before")
    at = datetime(2026, 7, 14, tzinfo=UTC)
    known = {"client_id": "m-1", "source": "api", "kind": "ogg", "bytes": 1, "sha256": "0" * 64, "path": "a"}
    models.get_model("capture", "Memo").objects.create(user=user, recorded_at=at, received_at=at, **known)
    for state in (AFTER, BEFORE, AFTER):
        executor = MigrationExecutor(connection)
        executor.migrate(state)
        memo = executor.loader.project_state(state).apps.get_model("capture", "Memo").objects.get()
        assert memo.recorded_at == at
        assert getattr(memo, "date_as_came", None) is None
    executor = MigrationExecutor(connection)
    executor.migrate(latest)
