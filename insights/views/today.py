"""Today: what came in, by topic, and what is still being written down."""

from datetime import datetime, time, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from capture.models import AuthedRequest
from insights.models import Idea, by_topic
from insights.services import digests
from insights.services.onboarding import has_no_own_topics
from insights.services.place_ideas import memos_in_progress
from transcription.models import Transcript
from transcription.services.jobs import hearing_hindrance


@login_required
@require_safe
def today_page(request: AuthedRequest) -> HttpResponse:
    """Show what came in since the noon before this one: a night belongs to the evening it began in."""
    since = noon_before(timezone.localtime())
    ended = Transcript.objects.current().of(request.user).live()
    came_in = Idea.objects.of(request.user).came_in_since(since)
    shown = [idea for idea in came_in if idea.topic is None or not idea.topic.hidden]
    page = {
        "groups": by_topic(shown),
        "hidden": len(came_in) - len(shown),
        "unfinished": memos_in_progress(request.user),
        "silent": ended.silent().received_since(since),
        "failed": ended.failed(),
        "plan": digests.plan_of(request.user),
        "problem": hearing_hindrance(),
        "is_new_here": has_no_own_topics(request.user),
    }
    return render(request, "insights/today.html", page)


def noon_before(now: datetime) -> datetime:
    """Return the noon of the day before, by the same clock."""
    return datetime.combine(now.date() - timedelta(days=1), time(12), tzinfo=now.tzinfo)
