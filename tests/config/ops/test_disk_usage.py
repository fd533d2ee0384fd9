"""What takes room, by kind, and how it grows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from capture.models import Device, Memo, User
from config.ops import disk_usage
from tests.support.transcripts import write_transcript

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MB = 10**6


def kept(device: Device, size: int, days_ago: float) -> None:
    memo = write_transcript(device, "x").memo
    Memo.objects.filter(pk=memo.pk).update(bytes=size, received_at=NOW - timedelta(days=days_ago))


def test_growth_is_told_by_month_and_by_the_last_three(alice: User, bedside: Device) -> None:
    for days_ago in range(0, 90, 10):
        kept(bedside, 10 * MB, days_ago)
    kept(bedside, 500 * MB, 300)
    found = disk_usage.user_growth(alice, NOW)
    assert (found.memos, found.size) == (10, 590 * MB)
    assert [(month.begins.isoformat(), month.memos) for month in found.months] == [
        ("2026-11-01", 3),
        ("2026-10-01", 3),
        ("2026-09-01", 3),
        ("2026-01-01", 1),
    ]
    assert found.a_month == pytest.approx(30 * MB, rel=0.02)


def test_a_first_day_is_no_growth_of_thirty(alice: User, bedside: Device) -> None:
    kept(bedside, 10 * MB, 1)
    assert disk_usage.user_growth(alice, NOW).a_month == 10 * MB


def test_nothing_is_nothing(alice: User) -> None:
    assert disk_usage.user_growth(alice, NOW) == (0, 0, [], 0)


def test_originals_and_copies_are_told_apart(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    for name, size in (("audio/ab/one", 100), ("audio/ab/one.m4a", 10), ("models/base/model.bin", 1000)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(bytes(size))
    *taking, free = disk_usage.used_room()
    assert taking == [("Speech models", 1000), ("Recordings as they came", 100), ("Playback copies", 10)]
    assert free.size > 0


def test_only_the_owner_of_the_machine_sees_the_whole_of_it(client: Client, alice: User, bedside: Device) -> None:
    kept(bedside, 10 * MB, 1)
    client.force_login(alice)
    assert "This machine" not in client.get("/health/").content.decode()
    User.objects.update(is_superuser=True)
    assert "This machine" in client.get("/health/").content.decode()
