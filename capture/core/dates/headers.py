"""When a memo was spoken, as far as its sender knew."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from capture.core.dates.plausible import is_plausible
from capture.core.errors import Refusal

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


class SpokenAt(NamedTuple):
    """A time in UTC, the sender's offset in minutes, and whether it is only the time of arrival."""

    at: datetime
    utc_offset: int | None
    assumed: bool


def parse_spoken_at(sent: str | None, received_at: datetime) -> SpokenAt:
    """Return when a memo was spoken. sent: RFC 3339 with offset, or None.

    A date that is missing, before 2000 or over 14 hours ahead is a phone that forgot it: the time of arrival stands in.
    Raises Refusal where it cannot be read.
    """
    if not sent:
        return SpokenAt(received_at, None, assumed=True)
    if not _RFC3339.fullmatch(sent):
        raise Refusal("bad-date")
    try:
        at = datetime.fromisoformat(sent.upper())
        in_utc = at.astimezone(UTC)
    except OverflowError:
        return SpokenAt(received_at, None, assumed=True)
    except ValueError as error:
        raise Refusal("bad-date") from error
    offset = at.utcoffset() or timedelta()
    # Z says when, and not what the phone's own clock showed (RFC 9557, section 2.2).
    minutes = None if sent[-1] in "Zz" else int(offset.total_seconds() // 60)
    if is_plausible(in_utc, received_at):
        return SpokenAt(in_utc, minutes, assumed=False)
    return SpokenAt(received_at, minutes, assumed=True)
