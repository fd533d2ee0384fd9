"""Databases say of memos where and in which night they were spoken as pages do, whatever their clocks showed."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from capture.core.nights import Hours, clock_at, evening_of
from capture.models import Context, Device, Memo, Sit, User
from capture.services.context_queries import spoken_at_night, spoken_in
from capture.services.contexts import contexts_of

BEGIN = datetime(2026, 10, 24, 9, 59, 59, 600_000, tzinfo=UTC)
"""A day before clocks are put back in Berlin, just before a noon of clocks there."""
OFFSETS = (None, 0, 60, 345, -480, 840, -720)
HOURS = ((22, 6), (0, 5), (13, 13), (1, 23))


@pytest.fixture
def spoken(bedside: Device) -> list[Memo]:
    """Alice lives in Berlin and travels: a memo each three and a half hours by each of these clocks, some in a sit."""
    User.objects.update(time_zone="Europe/Berlin")
    words = ("", "", "", "walk", "night")
    by_hand = (None, None, None, "", "night", "sit")
    moments = product(range(20), OFFSETS)
    memos = [
        Memo(
            user=bedside.user,
            device=bedside,
            client_id=str(number),
            source="api",
            recorded_at=BEGIN + hours * timedelta(hours=3.5),
            received_at=BEGIN,
            utc_offset=offset,
            kind="ogg",
            bytes=1,
            sha256=f"{number:064}",
            path=f"00/{number}",
            context=words[number % 5],
            context_by_hand=by_hand[number % 6],
        )
        for number, (hours, offset) in enumerate(moments)
    ]
    sat = BEGIN + timedelta(hours=14)
    Sit.objects.create(user=bedside.user, client_id="s", started_at=sat, ended_at=sat)
    return Memo.objects.bulk_create(memos)


@pytest.mark.parametrize("hours", HOURS)
def test_contexts_are_those_of_the_pages(spoken: list[Memo], hours: tuple[int, int]) -> None:
    User.objects.update(night_from=hours[0], night_until=hours[1])
    user = User.objects.get()
    contexts = contexts_of(user, spoken)
    for context in Context:
        found = set(Memo.objects.filter(spoken_in(user, context)).values_list("pk", flat=True))
        assert found == {key for key, one in contexts.items() if one == context}, context


@pytest.mark.parametrize("hours", HOURS)
def test_a_night_is_that_of_each_recordings_clock(spoken: list[Memo], hours: tuple[int, int]) -> None:
    User.objects.update(night_from=hours[0], night_until=hours[1])
    user, sleeps = User.objects.get(), Hours(*hours)
    clocks = {memo.pk: clock_at(memo.recorded_at, memo.utc_offset, ZoneInfo(user.time_zone)) for memo in spoken}
    for evening in (date(2026, 10, 23), date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)):
        found = set(Memo.objects.filter(spoken_at_night(user, evening)).values_list("pk", flat=True))
        assert found == {key for key, one in clocks.items() if sleeps.hold(one) and evening_of(one) == evening}
