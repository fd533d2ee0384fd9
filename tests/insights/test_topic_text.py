"""The list of topics says when something came to each, as one says it in the morning."""

from datetime import UTC, datetime

import pytest

from capture.core.nights import Hours
from insights.topic_text import describe_newest

NOW = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)
NIGHT = Hours(22, 6)


@pytest.mark.parametrize(
    ("day", "hour", "sentence"),
    [
        ("2026-11-28", 3, "newest last night"),
        ("2026-11-27", 23, "newest last night"),
        ("2026-11-28", 7, "newest today"),
        ("2026-11-27", 13, "newest yesterday"),
        ("2026-11-27", 3, "newest yesterday"),
        ("2026-11-26", 23, "newest on Thursday"),
        ("2026-11-22", 9, "newest on Sunday"),
        ("2026-11-21", 9, "newest on 21 November"),
        ("2026-11-30", 9, "newest on 30 November"),
        ("2019-03-12", 23, "newest on 12 March 2019"),
    ],
)
def test_the_newest_is_told_by_night_day_or_date(day: str, hour: int, sentence: str) -> None:
    spoken = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)
    assert describe_newest(spoken, NOW, NIGHT) == sentence
