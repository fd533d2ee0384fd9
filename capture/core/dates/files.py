"""When an old file was recorded: by its name, by what the recording says of itself, or by the file's time."""

from datetime import UTC, date, datetime, time, timedelta
from typing import BinaryIO, Literal, NamedTuple
from zoneinfo import ZoneInfo

from capture.core.dates.containers import container_date
from capture.core.dates.parse import ParsedDate, parse_dates
from capture.core.dates.plausible import is_plausible

DatedBy = Literal["name", "container", "file"]
NOON = time(12)
FIRST_TIME = (0, 10)
"""Hour and minute from which on four digits are likelier a time than a number that counts."""
LONGEST_RECORDING = timedelta(hours=12)
"""A recorder sets the file's time at the end of a recording."""
CLOCKS_DIFFER = timedelta(hours=1)
"""A file's time may be in winter's time, and its name in summer's."""


class FileDate(NamedTuple):
    """A time in UTC, the offset in minutes of the clock it was read from (None: unknown), and where it was found."""

    at: datetime
    utc_offset: int | None
    dated_by: DatedBy


def date_of_open_file(stem: str, file: BinaryIO, modified: float, zone: ZoneInfo, now: datetime) -> FileDate:
    """Return when a file, open at its beginning, was recorded, by the most exact that tells of it.

    A name with a time goes first; a day alone gives way to the time inside. It is read only where that is needed.

    stem: its name without the suffix. modified: the file's time, in seconds since 1970. zone: of dates that do not say
    theirs. now: in UTC. Dates before 2000 or over 14 hours ahead are not believed; the file's time is given as it is.
    """
    by_name = _date_by_name(stem, modified, zone, now)
    if by_name and by_name.is_exact:
        return by_name.found
    said = container_date(file)
    inside = _plausible_date(said, "container", modified, zone, now) if said else None
    if by_name and not (said and said.time and inside and _is_near(said, by_name.day)):
        return by_name.found
    return inside or _date_by_time(modified, now)


class _ByName(NamedTuple):
    """The date of a name, the day that it says, and whether it says the time too."""

    found: FileDate
    day: date
    is_exact: bool


def _is_near(said: ParsedDate, day: date) -> bool:
    """Return whether what a recording says of itself may be of a day: in UTC it may be of the next, or of that before.

    What was converted later says when it was converted.
    """
    return abs((said.day - day).days) <= 1


def _date_by_name(stem: str, modified: float, zone: ZoneInfo, now: datetime) -> _ByName | None:
    for parsed in parse_dates(stem):
        one = parsed._replace(time=None) if _is_number(parsed, modified, zone) else parsed
        if found := _plausible_date(one, "name", modified, zone, now):
            return _ByName(found, one.day, one.time is not None)
    return None


def _is_number(said: ParsedDate, modified: float, zone: ZoneInfo) -> bool:
    """Return whether the digits that may be a time count files: the file's time tells, where it is of that day.

    Else they are the time, but for the first numbers that every new recorder gives.
    """
    if not (said.may_count and said.time):
        return False
    at = file_time(modified)
    written = at.astimezone(zone) if at else None
    if written is None or written.date() != said.day:
        return (said.time.hour, said.time.minute) < FIRST_TIME
    since = written - datetime.combine(said.day, said.time, zone)
    return not -CLOCKS_DIFFER <= since <= LONGEST_RECORDING


def _date_by_time(modified: float, now: datetime) -> FileDate:
    return FileDate(file_time(modified) or now, None, "file")


def file_time(modified: float) -> datetime | None:
    """Return a file's time, seconds since 1970, in UTC; or None where it lies outside of the calendar."""
    try:
        return datetime.fromtimestamp(modified, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _plausible_date(said: ParsedDate, by: DatedBy, modified: float, zone: ZoneInfo, now: datetime) -> FileDate | None:
    """Return a parsed date in UTC, or None where it is not plausible.

    An hour that came twice, as summer ended, is the first of the two; one that the clocks skipped is read by the
    offset before. A day without a time is the file's time if that is on the same day, else its noon.
    """
    at = datetime.combine(said.day, said.time or _time_of_day(said.day, modified, zone), said.zone or zone)
    in_utc = at.astimezone(UTC)
    if not is_plausible(in_utc, now):
        return None
    offset = None if said.zone is UTC else in_utc.astimezone(at.tzinfo).utcoffset()
    return FileDate(in_utc, None if offset is None else int(offset.total_seconds() // 60), by)


def _time_of_day(day: date, modified: float, zone: ZoneInfo) -> time:
    at = file_time(modified)
    local = at.astimezone(zone) if at else None
    return local.timetz().replace(tzinfo=None) if local and local.date() == day else NOON
