"""The clock's memory is a list of times: what was due is due at the start, and nothing of a data folder is run."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery.beat import Service
from django.test import override_settings

from config.celery import app
from config.dispatch.beat_schedule import RememberedSchedule
from tests.support.stranger_backups import lay_deadly_shelf


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(HOME=tmp_path):
        yield tmp_path


def test_a_shelf_that_runs_code_is_removed_unread(home: Path) -> None:
    lay_deadly_shelf(home / "beat", home / "marker")
    Service(app, scheduler_cls=app.conf.beat_scheduler).get_scheduler()
    assert list(home.iterdir()) == []


def test_celery_uses_this_one_and_keeps_no_shelf() -> None:
    found = Service(app, scheduler_cls=app.conf.beat_scheduler).get_scheduler(lazy=True)
    assert type(found) is RememberedSchedule


def test_when_each_entry_ran_is_known_after_a_restart(home: Path) -> None:
    first = RememberedSchedule(app)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    first.schedule["topics"].last_run_at = yesterday
    first.sync()
    again = RememberedSchedule(app)
    assert again.schedule["topics"].last_run_at == yesterday
    assert again.schedule["topics"].is_due()[0]
    assert set(again.schedule) == set(app.conf.beat_schedule)
    assert [path.name for path in home.iterdir()] == ["beat.json"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "[" * 60000,
        json.dumps({"topics": 7, "nobody": "2026-01-01T00:00:00+00:00"}),
        json.dumps({"topics": "9999-01-01T00:00:00+00:00"}),
        json.dumps({"topics": "2026-01-01T00:00:00"}),
    ],
)
def test_a_file_that_does_not_fit_is_as_none(content: str, home: Path) -> None:
    (home / "beat.json").write_text(content)
    schedule = RememberedSchedule(app)
    assert not schedule.schedule["topics"].is_due()[0]
    assert set(schedule.schedule) == set(app.conf.beat_schedule)
