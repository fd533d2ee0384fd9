"""A folder of very many files: what is changed of all of them is written in portions, for uploads wait meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from capture.models import WatchedFile, WatchedFolder
from capture.sources.watched.folders import set_moves_done, stop_watching
from capture.sources.watched.tracking import BATCH_ROWS

MANY = 2 * BATCH_ROWS + 1


@pytest.fixture
def full(watched: WatchedFolder) -> WatchedFolder:
    now = timezone.now()
    WatchedFile.objects.bulk_create(
        WatchedFile(folder=watched, name=f"{number}.ogg", size=1, modified_ns=1, met_at=now, is_done=True)
        for number in range(MANY)
    )
    return watched


def start_moving(folder: WatchedFolder) -> None:
    set_moves_done(folder, moves_done=True)


@pytest.mark.parametrize("change", [start_moving, stop_watching])
def test_no_transaction_writes_more_than_a_portion(
    change: Callable[[WatchedFolder], None], full: WatchedFolder
) -> None:
    changed: list[int] = []
    depth = len(connection.savepoint_ids)

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith(("UPDATE", "DELETE")) and "watchedfile" in sql:
            assert not any(connection.savepoint_ids[depth:])  # nothing of ours holds the portions together
            changed.append(context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(count):
        change(full)
    assert max(changed) == BATCH_ROWS
    assert sum(changed) == MANY
    assert not WatchedFile.objects.filter(is_done=True).exists()
