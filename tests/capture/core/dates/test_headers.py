"""When a memo was spoken: what phones send, and what they send when they have forgotten the date."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.core.dates.headers import SpokenAt, parse_spoken_at
from capture.core.dates.plausible import EARLIEST, MAX_AHEAD
from capture.core.errors import Refusal

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59)


@given(st.datetimes(EARLIEST.replace(tzinfo=None), (NOW + MAX_AHEAD).replace(tzinfo=None)), OFFSETS)
def test_a_date_in_range_is_kept_with_its_offset(at: datetime, offset: int) -> None:
    said = at.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=offset)))
    assert parse_spoken_at(said.isoformat(), NOW) == SpokenAt(at.replace(tzinfo=UTC), offset, assumed=False)


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)), OFFSETS)
def test_a_date_out_of_range_is_a_forgotten_one(at: datetime, offset: int) -> None:
    found = parse_spoken_at(at.astimezone(timezone(timedelta(minutes=offset))).isoformat(), NOW)
    assert found == SpokenAt(at, offset, False) if EARLIEST <= at <= NOW + MAX_AHEAD else SpokenAt(NOW, offset, True)


@given(st.text() | st.from_regex(r"\A\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?\Z"))
def test_whatever_is_sent_is_a_date_or_a_refusal(sent: str) -> None:
    try:
        found = parse_spoken_at(sent, NOW)
    except Refusal:
        return
    assert EARLIEST <= found.at <= NOW + MAX_AHEAD
    assert found.at.tzinfo is UTC
    assert found.utc_offset is None or abs(found.utc_offset) < 24 * 60


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (None, SpokenAt(NOW, None, assumed=True)),
        ("", SpokenAt(NOW, None, assumed=True)),
        ("1999-12-31T23:59:59Z", SpokenAt(NOW, None, assumed=True)),
        ("1970-01-01T01:00:00+01:00", SpokenAt(NOW, 60, assumed=True)),
        ("2026-11-25T06:00:01Z", SpokenAt(NOW, None, assumed=True)),
        ("2026-11-24T20:00:00Z", SpokenAt(NOW + MAX_AHEAD, None, assumed=False)),
        ("2026-11-24T20:00:00+00:00", SpokenAt(NOW + MAX_AHEAD, 0, assumed=False)),
        ("2026-11-25T06:00:00Z", SpokenAt(NOW, None, assumed=True)),
        ("2026-11-24t03:12:00.5z", SpokenAt(datetime(2026, 11, 24, 3, 12, 0, 500_000, UTC), None, assumed=False)),
        ("2026-11-24 03:12:00-05:30", SpokenAt(datetime(2026, 11, 24, 8, 42, tzinfo=UTC), -330, assumed=False)),
        ("0001-01-01T00:00:00+10:00", SpokenAt(NOW, None, assumed=True)),
    ],
)
def test_dates_as_they_come(sent: str | None, expected: SpokenAt) -> None:
    assert parse_spoken_at(sent, NOW) == expected


@pytest.mark.parametrize(
    "sent",
    [
        "2026-11-24",
        "2026-11-24T03:12:00",
        "2026-11-24T03:12+01:00",
        "2026-13-24T03:12:00Z",
        "2026-02-30T03:12:00Z",
        "2026-11-24T25:12:00Z",
        "2026-11-24T03:12:00+25:00",
        "1764000000",
        "Tue, 24 Nov 2026 03:12:00 GMT",
    ],
)
def test_what_is_no_date_is_refused(sent: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_spoken_at(sent, NOW)
    assert (refused.value.status, refused.value.code) == (400, "bad-date")
