"""Sits: when, how long, and what came up; a retreat as one page."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from capture.core.retreats import SitDays
from capture.models import AuthedRequest
from insights.services.sits import sit_days, sits_on

SIT_DAYS_SHOWN = 30
"""Days with sits on one page; a retreat counts as one."""


@login_required
@require_safe
def sits_page(request: AuthedRequest) -> HttpResponse:
    """Show the sits, the last one first; or those of the retreat that was asked for, in order."""
    days = sit_days(request.user)
    if asked := request.GET.get("retreat"):
        shown = _asked_days(days, asked)
        found = sits_on(request.user, [shown])[shown]
        return render(request, "insights/retreat.html", {"days": shown, "sat": found})
    pages = Paginator(days, SIT_DAYS_SHOWN).get_page(request.GET.get("page"))
    single = [one for one in pages if not one.is_retreat]
    sat = sits_on(request.user, single)
    return render(request, "insights/sits.html", {"pages": pages, "days": [(one, sat.get(one)) for one in pages]})


def _asked_days(days: list[SitDays], asked: str) -> SitDays:
    try:
        first = date.fromisoformat(asked)
    except ValueError as error:
        raise Http404 from error
    for one in days:
        if one.first == first:
            return one
    raise Http404
