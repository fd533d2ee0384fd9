"""When ideas come back: days at first, then months, at the beginning of a day by the clock of whoever put them off."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.core.review.choices import Dial, TopicPace
from insights.core.review.schedule import MAX_DAYS, NEW_DAYS, Spacing, rested_since, space_out

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=BERLIN)


def waits(dial: Dial, times: int) -> list[int]:
    spacing, now, found = None, MORNING, list[int]()
    for _ in range(times):
        spacing = space_out(spacing, now, dial)
        found.append(spacing.wait_days())
        now = spacing.due_at + timedelta(hours=8)
    return found


@pytest.mark.parametrize(
    ("dial", "days"),
    [(Dial.SOONER, [3, 11, 31, 64]), (Dial.USUAL, [8, 48, 180, 365]), (Dial.EVENTUALLY, [28, 246, 365, 365])],
)
def test_it_waits_days_then_months(dial: Dial, days: list[int]) -> None:
    assert waits(dial, 4) == days


def test_it_is_back_when_its_day_begins_even_where_the_clocks_change() -> None:
    spacing = space_out(None, datetime(2026, 3, 28, 23, 50, tzinfo=BERLIN), Dial.SOONER)
    assert spacing.due_at == datetime(2026, 3, 31, 0, 0, tzinfo=BERLIN)
    assert spacing.wait_days() == 3


@pytest.mark.parametrize(("pace", "days"), [(TopicPace.USUAL, 8), (TopicPace.SELDOM, 16), (TopicPace.RARELY, 32)])
def test_a_topic_can_be_asked_for_less_often(pace: TopicPace, days: int) -> None:
    assert space_out(None, MORNING, pace=pace).wait_days() == days


def test_what_comes_back_late_waits_the_longer() -> None:
    first = space_out(None, MORNING)
    on_time, late = (space_out(first, first.due_at + timedelta(days=more)) for more in (0, 100))
    assert late.wait_days() > on_time.wait_days()


def test_what_was_never_met_rests_for_as_long_as_what_is_put_off() -> None:
    assert MORNING - rested_since(MORNING, TopicPace.USUAL) == timedelta(days=NEW_DAYS + 8)
    assert MORNING - rested_since(MORNING, TopicPace.RARELY) == timedelta(days=NEW_DAYS + 32)


STEPS = st.tuples(st.sampled_from(Dial), st.sampled_from(TopicPace), st.integers(0, 4000))


@given(st.lists(STEPS, min_size=1, max_size=12))
def test_it_always_comes_back_within_a_year(steps: list[tuple[Dial, TopicPace, int]]) -> None:
    spacing: Spacing | None = None
    now = MORNING
    for dial, pace, hours in steps:
        now += timedelta(hours=hours)
        again = space_out(spacing, now, dial, pace)
        assert space_out(spacing, now, dial, pace) == again
        assert 1 <= again.wait_days() <= MAX_DAYS
        assert again.seen_at == now
        assert again.stability > 0
        assert 1 <= again.difficulty <= 10
        spacing = again


def test_whatever_clock_it_was_kept_by_it_is_the_same() -> None:
    first = space_out(None, MORNING)
    kept = first._replace(seen_at=first.seen_at.astimezone(UTC), due_at=first.due_at.astimezone(UTC))
    assert space_out(kept, first.due_at) == space_out(first, first.due_at)
