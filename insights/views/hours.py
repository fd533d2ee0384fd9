"""When ideas come: 24 hours around, one sentence, and the same as a table."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_safe

from capture.models import AuthedRequest
from insights.hours_text import describe_hours, hours_table
from insights.services.idea_hours import moments_since

WEEKS_SHOWN = 13


@login_required
@require_safe
def hours_page(request: AuthedRequest) -> HttpResponse:
    """Show at which hours a user's ideas came in the last weeks."""
    moments = moments_since(request.user, timezone.now() - timedelta(weeks=WEEKS_SHOWN))
    page = {
        "moments": moments,
        "said": describe_hours(moments),
        "rows": [(WEEKDAYS[day], numbers) for day, numbers in enumerate(hours_table(moments))],
        "night_from": request.user.night_from,
        "night_until": request.user.night_until,
    }
    return render(request, "insights/hours.html", page)
