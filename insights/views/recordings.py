"""All recordings by when they were spoken: the months there are, and the days of one of them."""

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import groupby
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models.functions import Substr
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from capture.models import AuthedRequest, Memo
from capture.services.recorded_months import next_month, recorded_months
from transcription.models import Transcript

RECORDINGS_SHOWN = 100
"""Recordings on one page of a month; the others are on the next."""
OPENING_CHARACTERS = 160
"""Of what was said in each, so much is shown."""


class Month(NamedTuple):
    """A month in which something was recorded. begin: its first day."""

    begin: date
    number: int


class Recording(NamedTuple):
    """A memo in the list: when it was spoken, how far it is written down, and how it begins."""

    memo: Memo
    spoken_at: datetime
    state: str
    opening: str


@login_required
@require_safe
def recordings_page(request: AuthedRequest) -> HttpResponse:
    """Show the months, and the recordings of the one that was asked for; else of the newest."""
    zone = timezone.get_current_timezone()
    mine = Memo.objects.of(request.user)
    months = [Month(*one) for one in recorded_months(request.user, zone)]
    shown = _asked_month(months, request.GET.get("month", ""))
    page: dict[str, object] = {
        "years": [(year, list(among)) for year, among in groupby(months, key=lambda month: month.begin.year)],
        "month": shown,
    }
    if shown:
        begin = datetime.combine(shown.begin, time(), tzinfo=zone)
        end = datetime.combine(next_month(shown.begin), time(), tzinfo=zone)
        memos = Paginator(mine.spoken_between(begin, end).newest_first(), RECORDINGS_SHOWN).get_page(
            request.GET.get("page")
        )
        page |= {"memos": memos, "days": _by_day(_recordings(memos))}
    return render(request, "insights/recordings.html", page)


def _asked_month(months: list[Month], asked: str) -> Month | None:
    newest = months[0] if months else None
    return next((month for month in months if f"{month.begin:%Y-%m}" == asked), newest)


def _recordings(memos: Page[Memo]) -> list[Recording]:
    heard = Transcript.objects.current().filter(memo__in=list(memos))
    rows = heard.values_list("memo", "state", Substr("text", 1, OPENING_CHARACTERS))
    known = {memo: (state, opening) for memo, state, opening in rows}
    return [
        Recording(memo, timezone.localtime(memo.recorded_at), *known.get(memo.pk, ("waiting", ""))) for memo in memos
    ]


def _by_day(recordings: Iterable[Recording]) -> list[tuple[date, list[Recording]]]:
    return [(day, list(among)) for day, among in groupby(recordings, key=lambda one: one.spoken_at.date())]
