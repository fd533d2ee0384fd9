"""Where a memo was spoken. What the phone said stays as it came; what is shown is worked out anew each time.

A sit may be told of after the memos within it, and sleeping hours change; neither rewrites a memo.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from capture.core.dates.plausible import is_plausible
from capture.core.errors import Refusal
from capture.core.nights import Hours, clock_at, evening_of
from capture.models import Context, Memo, Sit, User

AS_IT_CAME = "as-it-came"
"""What a person chooses who takes their correction back."""


class Where(NamedTuple):
    """A memo's context, None where nothing tells of one; the evening in which its night began; who said so."""

    context: Context | None
    evening: date | None
    is_by_hand: bool


def context_of(by_hand: str | None, *, is_in_sit: bool, said: str, is_night: bool) -> Context | None:
    """Return the context that holds: what a person said, else a sit, else what the phone said, else the night.

    by_hand: None where nobody said, empty where it is none. said: empty where neither phone nor its default did.
    """
    if by_hand is not None:
        return Context(by_hand) if by_hand else None
    if is_in_sit:
        return Context.SIT
    if said:
        return Context(said)
    return Context.NIGHT if is_night else None


def where_spoken(memo: Memo) -> Where:
    """Return where a memo was spoken."""
    user = memo.user
    clock = clock_at(memo.recorded_at, memo.utc_offset, ZoneInfo(user.time_zone))
    context = context_of(
        memo.context_by_hand,
        is_in_sit=Sit.objects.filter(user=user).around(memo.recorded_at).exists(),
        said=memo.context,
        is_night=Hours(user.night_from, user.night_until).hold(clock),
    )
    evening = evening_of(clock) if context == Context.NIGHT else None
    return Where(context, evening, memo.context_by_hand is not None)


def contexts_of(user: User, memos: Sequence[Memo]) -> dict[UUID, Context | None]:
    """Return the contexts of some of a user's memos, by their keys: one query, however many they are."""
    if not memos:
        return {}
    moments = [memo.recorded_at for memo in memos]
    sits = list(Sit.objects.of(user).within_reach(min(moments), max(moments)))
    zone, night = ZoneInfo(user.time_zone), Hours(user.night_from, user.night_until)
    return {
        memo.pk: context_of(
            memo.context_by_hand,
            is_in_sit=any(sit.holds(memo.recorded_at) for sit in sits),
            said=memo.context,
            is_night=night.hold(clock_at(memo.recorded_at, memo.utc_offset, zone)),
        )
        for memo in memos
    }


def correct_date(memo: Memo, said: str) -> None:
    """Write when a person says that a memo was spoken, beside what was known before; empty puts that back.

    said: as a form says it, 2024-05-03T07:15, by the clock of the memo's user. Its night, its context and its place in
    lists follow. Raises Refusal where it is no date, before 2000, or over 14 hours ahead.
    """
    before = memo.date_as_came or {
        "recorded_at": memo.recorded_at.isoformat(),
        "utc_offset": memo.utc_offset,
        "date_assumed": memo.date_assumed,
    }
    if said:
        at = _clock_time(said, ZoneInfo(memo.user.time_zone))
        offset = at.utcoffset() or timedelta()
        memo.recorded_at, memo.utc_offset = at, int(offset.total_seconds() // 60)
        memo.date_assumed, memo.date_as_came = False, before
    else:
        memo.recorded_at = datetime.fromisoformat(before["recorded_at"])
        memo.utc_offset, memo.date_assumed = before["utc_offset"], before["date_assumed"]
        memo.date_as_came = None
    memo.save(update_fields=["recorded_at", "utc_offset", "date_assumed", "date_as_came"])


def _clock_time(said: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(said)
        aware = at.replace(tzinfo=zone) if at.tzinfo is None else at
        is_believed = is_plausible(aware.astimezone(UTC), timezone.now())
    except (ValueError, OverflowError) as error:
        raise Refusal("bad-date") from error
    if not is_believed:
        raise Refusal("bad-date")
    return aware


def correct_context(memo: Memo, said: str) -> None:
    """Keep what a person says of a memo's context beside what its phone said: empty for none, or AS_IT_CAME.

    Raises Refusal where it is no context.
    """
    if said not in {AS_IT_CAME, "", *Context.values}:
        raise Refusal("bad-context")
    memo.context_by_hand = None if said == AS_IT_CAME else said
    memo.save(update_fields=["context_by_hand"])
