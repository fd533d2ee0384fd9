"""Dates as recorders write them into names and tags."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

_TIME = r"""(?P<hour>\d\d|\d(?=[-.:h]))(?P<parts>[-_.:h\ ]?)(?P<minute>\d\d)(?:(?P=parts)(?P<second>\d\d))?(?!\d)
    (?:[.,]\d{1,9})?\ ?(?P<half>[AP]M\b)?(?P<zone>(?:Z|[+-](?:0\d|1[0-4]):?(?:00|15|30|45))(?![0-9A-Z]))?"""
_LONG = re.compile(
    rf"""(?<!\d)(?P<year>20\d\d)(?P<sep>[-_.:\ ]?)(?P<month>\d\d)(?P=sep)(?P<day>\d\d)
    (?:(?P<between>T|[-_.,\ ]{{1,3}}(?:at\ )?|(?=(?:\d{{4}}|\d{{6}})(?!\d))){_TIME}|(?!\d))""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_SHORT_TIME = r"(?P<hour>\d\d)(?P<parts>[-_.:h]?)(?P<minute>\d\d)(?P=parts)(?P<second>\d\d)(?!\d)"
_SHORT = re.compile(
    rf"(?<!\d)(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:[-_]|\ {{1,3}}){_SHORT_TIME}", re.VERBOSE | re.ASCII
)
_SHORT_MINUTE = re.compile(
    r"""(?<!\d)(?P<year>0[5-9]|[1-9]\d)(?P<month>\d\d)(?P<day>\d\d)[-_\ ]
    (?P<hour>\d\d)(?P<parts>[-_.:h]?)(?P<minute>\d\d)(?!\d)""",
    re.VERBOSE | re.ASCII,
)
"""Four digits behind so short a date are the time (Sony) or a number that counts (Olympus). Six before them that begin
with 00 to 04 count too: recorders that write names like these are younger."""
_SHORT_PARTED = re.compile(
    r"""(?<![\d][-_])(?<!\d)(?P<year>\d\d)(?P<sep>[-_])(?P<month>\d\d)(?P=sep)(?P<day>\d\d)(?:[-_T]|\ {1,3})
    (?P<hour>\d\d)(?P<parts>[-_.:h]?)(?P<minute>\d\d)(?:(?P=parts)(?P<second>\d\d))?(?!\d)""",
    re.VERBOSE | re.ASCII,
)
_UNPADDED = re.compile(
    r"""(?<!\d)(?P<year>20\d\d)(?P<sep>[-_./])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)
    (?:[-_T,\ ]{1,3}(?:at\ )?(?P<hour>\d{1,2})(?P<parts>[-_.:h])(?P<minute>\d{1,2})
    (?:(?P=parts)(?P<second>\d{1,2}))?(?!\d)\ ?(?P<half>[AP]M\b)?)?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_MILLISECONDS = re.compile(
    r"""(?<!\d)(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)[-_T\ ]?
    (?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)\d{3}(?!\d)""",
    re.VERBOSE | re.ASCII,
)
_EASTERN = re.compile(
    r"""(?<!\d)(?P<year>20\d\d)\s{0,3}[年년]\s{0,3}(?P<month>\d{1,2})\s{0,3}[月월]\s{0,3}(?P<day>\d{1,2})\s{0,3}[日号號일]
    (?:[\s_,-]{0,3}(?:[(\uff08]?[月火水木金土日一二三四五六월화수목금토일]?[曜요]?[日일]?[)\uff09]?[\s_-]{0,3})?
    (?P<half>上午|下午|午前|午後|오전|오후)?\s{0,3}
    (?P<hour>\d{1,2})\s{0,3}[時时点點시:.\-_]\s{0,3}(?P<minute>\d{1,2})\s{0,3}[分분:.\-_]?\s{0,3}(?:(?P<second>\d{1,2})\s{0,3}[秒초]?)?)?""",
    re.VERBOSE,
)
"""Chinese, Japanese and Korean: year, month and day, each with its sign, and the half of the day before the hour.

So many blanks and no more between them: repeated without end, they took the third power of a tag's length.
"""
_AFTERNOON = {"PM", "下午", "午後", "오후"}
_EPOCH = re.compile(r"[A-Z_ -]{0,100}(?P<seconds>1\d{9})(?:\d{3})?", re.IGNORECASE | re.ASCII)


class ParsedDate(NamedTuple):
    """A date as it stands somewhere: its time of day and its zone may be missing."""

    day: date
    time: time | None
    zone: timezone | None
    may_count: bool = False
    """Whether the digits of its time may as well be a number that counts."""


def parse_dates(text: str) -> Iterator[ParsedDate]:
    """Yield the dates in a name or a tag that there are in the calendar, the likeliest first.

    Known are year, month, day in this order, with and without separators and followed by a time or not, and names
    that are seconds or milliseconds since 1970; the year without its century only where a time follows. Days that stand
    before months are not guessed at.
    """
    for pattern in (_MILLISECONDS, _LONG, _EASTERN, _UNPADDED, _SHORT, _SHORT_MINUTE, _SHORT_PARTED):
        for match in pattern.finditer(text):
            found = match.groupdict()
            with suppress(ValueError):  # there is no such day
                one = _parsed_date(found)
                if pattern is _SHORT_PARTED and (one.time is None or found["day"] > found["year"]):
                    continue  # it may as well begin with the day, and be of a later year
                yield one._replace(may_count=pattern is _SHORT_MINUTE and not found["parts"])
    if epoch := _EPOCH.fullmatch(text):
        at = datetime.fromtimestamp(int(epoch["seconds"]), UTC)
        yield ParsedDate(at.date(), at.time(), UTC)


def _parsed_date(found: dict[str, str | None]) -> ParsedDate:
    """Return a date from what was matched. Raises ValueError where there is no such day."""
    day = date(int(found["year"] or 0) % 2000 + 2000, int(found["month"] or 0), int(found["day"] or 0))
    if found["hour"] is None:
        return ParsedDate(day, None, None)
    hour = int(found["hour"])
    if half := found.get("half"):
        hour = hour % 12 + (12 if half.upper() in _AFTERNOON else 0)
    try:
        at = time(hour, int(found["minute"] or 0), int(found.get("second") or 0))
    except ValueError:  # a number that counts stands behind the day
        return ParsedDate(day, None, None)
    return ParsedDate(day, at, _parsed_zone(found.get("zone"), found.get("between")))


def _parsed_zone(zone: str | None, between: str | None) -> timezone | None:
    """Return the zone behind a time. `-0400` is one only where a T stands before: else it may count something."""
    if not zone:
        return None
    if zone in {"Z", "z"}:
        return UTC
    if zone[0] == "-" and between not in {"T", "t"}:
        return None
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return timezone(-offset if zone[0] == "-" else offset)
