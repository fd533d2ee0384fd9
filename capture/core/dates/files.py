"""When an old file was recorded: by its name, by what the recording says of itself, or by the file's time."""

import os
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple
from zoneinfo import ZoneInfo

from capture.core.dates.containers import recorded
from capture.core.dates.parse import Written, written
from capture.core.dates.plausible import is_believable

DatedBy = Literal["name", "container", "file"]
NOON = time(12)


class Found(NamedTuple):
    """A time in UTC, the offset in minutes of the clock it was read from (None: unknown), and where it was found."""

    at: datetime
    utc_offset: int | None
    dated_by: DatedBy


def found(path: Path, modified: float, zone: ZoneInfo, now: datetime) -> Found:
    """Return when a file was recorded; it is opened only where its name does not say so, and never waited for.

    modified: the file's time, in seconds since 1970. zone: of dates that do not say theirs. now: in UTC.
    Dates before 2000 or over a day ahead are not believed; the file's time, being the last, is told as it is.
    """
    if by_name := _by_name(path.stem, modified, zone, now):
        return by_name
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            return found_in(path.stem, file, modified, zone, now)
    except OSError:
        return _by_file(modified, now)


def found_in(stem: str, file: BinaryIO, modified: float, zone: ZoneInfo, now: datetime) -> Found:
    """Return the same of a file that is open, at its beginning; stem: its name without the suffix."""
    if by_name := _by_name(stem, modified, zone, now):
        return by_name
    said = recorded(file)
    return (_dated(said, "container", modified, zone, now) if said else None) or _by_file(modified, now)


def _by_name(stem: str, modified: float, zone: ZoneInfo, now: datetime) -> Found | None:
    dates = (_dated(one, "name", modified, zone, now) for one in written(stem))
    return next((one for one in dates if one), None)


def _by_file(modified: float, now: datetime) -> Found:
    return Found(moment(modified) or now, None, "file")


def moment(modified: float) -> datetime | None:
    """Return a file's time, seconds since 1970, in UTC; or None where it lies outside of the calendar."""
    try:
        return datetime.fromtimestamp(modified, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _dated(said: Written, by: DatedBy, modified: float, zone: ZoneInfo, now: datetime) -> Found | None:
    """Return when that was, or None where it is not believed.

    An hour that came twice, as summer ended, is the first of the two; one that the clocks skipped is read by the
    offset before. A day without a time is the file's time if that is on the same day, else its noon.
    """
    at = datetime.combine(said.day, said.time or _time_on(said.day, modified, zone), said.zone or zone)
    in_utc = at.astimezone(UTC)
    if not is_believable(in_utc, now):
        return None
    offset = None if said.zone is UTC else in_utc.astimezone(at.tzinfo).utcoffset()
    return Found(in_utc, None if offset is None else int(offset.total_seconds() // 60), by)


def _time_on(day: date, modified: float, zone: ZoneInfo) -> time:
    at = moment(modified)
    local = at.astimezone(zone) if at else None
    return local.timetz().replace(tzinfo=None) if local and local.date() == day else NOON


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)
