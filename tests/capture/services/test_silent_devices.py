"""What counts as a silence that is unusual for a phone."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from capture.models import Device, User
from capture.services.silent_devices import FULL_BYTES, MIN_SILENCE, RHYTHM_DAYS, devices_to_open, is_unusual

DAYS = st.integers(1, 400).map(lambda days: timedelta(days=days))
DAILY = [timedelta(days=1)] * 10


def test_after_daily_use_more_than_three_days_are_unusual() -> None:
    assert not is_unusual(timedelta(days=3), DAILY)
    assert is_unusual(timedelta(days=3, hours=1), DAILY)


def test_after_weekly_use_three_weeks_are_usual() -> None:
    weekly = [timedelta(days=7)] * 6
    assert not is_unusual(timedelta(days=21), weekly)
    assert is_unusual(timedelta(days=22), weekly)


def test_one_holiday_changes_nothing() -> None:
    assert is_unusual(timedelta(days=4), [*DAILY, timedelta(days=30)])


@given(DAYS, st.lists(DAYS, max_size=RHYTHM_DAYS - 2))
def test_without_a_rhythm_no_silence_is_unusual(silence: timedelta, pauses: list[timedelta]) -> None:
    assert not is_unusual(silence, pauses)


@given(DAYS, DAYS, st.lists(DAYS, min_size=RHYTHM_DAYS))
def test_a_longer_silence_is_never_more_usual(one: timedelta, other: timedelta, pauses: list[timedelta]) -> None:
    shorter, longer = sorted((one, other))
    assert is_unusual(longer, pauses) >= is_unusual(shorter, pauses)
    if is_unusual(longer, pauses):
        assert longer > MIN_SILENCE


def test_a_phone_is_to_be_opened_where_it_holds_recordings_and_is_full(alice: User, bob: User, bedside: Device) -> None:
    now = timezone.now()
    for held, room, is_told in [(0, 1, False), (2, None, False), (2, FULL_BYTES, False), (2, FULL_BYTES - 1, True)]:
        Device.objects.update(held=held, room_bytes=room)
        assert devices_to_open(alice, now).full == ([bedside] if is_told else [])
    assert devices_to_open(bob, now).full == []
    Device.objects.update(revoked_at=now)
    assert devices_to_open(alice, now).full == []


def test_today_says_so_in_one_calm_sentence(alices: Client, bedside: Device) -> None:
    sentence = "hardly any room left"
    assert sentence not in alices.get("/").content.decode()
    Device.objects.update(held=2, room_bytes=1)
    page = alices.get("/").content.decode()
    assert page.count(sentence) == 1
    assert "“bedside” has hardly any room left, and 2 recordings wait there." in page
