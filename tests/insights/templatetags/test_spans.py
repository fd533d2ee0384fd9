"""What stands beside an idea: when it was spoken, by the clock of where it was."""

from datetime import UTC, datetime, timedelta, timezone

from insights.templatetags.spans import format_spoken


def test_one_moment_is_told_by_each_clock() -> None:
    here = datetime(2024, 11, 26, 2, 12, tzinfo=UTC)
    there = here.astimezone(timezone(timedelta(hours=1)))
    assert format_spoken(here) == "Tue 26 Nov 2024, 2:12"
    assert format_spoken(there) == "Tue 26 Nov 2024, 3:12"
