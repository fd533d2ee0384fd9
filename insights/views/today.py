"""Today: what came in, last night first and by topic, and what is still being written down."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from capture.core.nights import Hours, clock_at, evening_of
from capture.models import AuthedRequest, Memo, User
from insights.core.pictures.night_line import Burst
from insights.models import Idea, by_topic
from insights.night_text import describe_night, describe_night_line
from insights.services import digests
from insights.services.onboarding import has_no_own_topics
from insights.services.picture_rows import set_topic_sizes
from insights.services.place_ideas import memos_in_progress
from transcription.models import Transcript
from transcription.services.jobs import hearing_hindrance


@login_required
@require_safe
def today_page(request: AuthedRequest) -> HttpResponse:
    """Show what came in since the noon before this one: a night belongs to the evening it began in."""
    now = timezone.localtime()
    since = noon_before(now)
    ended = Transcript.objects.current().of(request.user).live()
    came_in = Idea.objects.of(request.user).came_in_since(since).with_peaks()
    shown = [idea for idea in came_in if idea.topic is None or not idea.topic.hidden]
    set_topic_sizes(shown)
    at_night, by_day = _split_by_night(shown, request.user, now)
    bursts = _bursts(at_night, request.user)
    unfinished = memos_in_progress(request.user)
    page = {
        "now": now,
        "opening": describe_night(len(at_night), len(by_day), _count_topics(at_night or by_day)),
        "bursts": list(bursts.values()),
        "night_label": describe_night_line(sorted(bursts)),
        "night": by_topic(at_night),
        "day": by_topic(by_day),
        "hidden": len(came_in) - len(shown),
        "unfinished": unfinished,
        "silent": ended.silent().received_since(since),
        "failed": ended.failed(),
        "plan": digests.plan_of(request.user),
        "problem": hearing_hindrance(),
        "is_new_here": has_no_own_topics(request.user),
        "is_first_day": not shown and not Memo.objects.of(request.user).exists(),
    }
    return render(request, "insights/today.html", page)


def noon_before(now: datetime) -> datetime:
    """Return the noon of the day before, by the same clock."""
    return datetime.combine(now.date() - timedelta(days=1), time(12), tzinfo=now.tzinfo)


def _split_by_night(ideas: Iterable[Idea], user: User, now: datetime) -> tuple[list[Idea], list[Idea]]:
    """Return the ideas of the night that ended last, and the others, each in the order in which they came."""
    hours, zone = Hours(user.night_from, user.night_until), ZoneInfo(user.time_zone)
    last_evening = noon_before(now).date()
    at_night, by_day = list[Idea](), list[Idea]()
    for idea in ideas:
        clock = clock_at(idea.memo.recorded_at, idea.memo.utc_offset, zone)
        is_last_night = hours.hold(clock) and evening_of(clock) >= last_evening
        (at_night if is_last_night else by_day).append(idea)
    return at_night, by_day


def _bursts(ideas: Iterable[Idea], user: User) -> dict[datetime, Burst]:
    """Return what the line of the night shows of each recording, by when it was spoken: its ideas one after another."""
    zone, found = ZoneInfo(user.time_zone), dict[datetime, Burst]()
    for idea in ideas:
        clock = clock_at(idea.memo.recorded_at, idea.memo.utc_offset, zone)
        before = found.get(clock, Burst(clock.hour + clock.minute / 60, 0.0))
        peaks = before.peaks + bytes(getattr(idea, "span_peaks", None) or b"")
        found[clock] = before._replace(seconds=before.seconds + idea.audio_end - idea.audio_start, peaks=peaks)
    return found


def _count_topics(ideas: Iterable[Idea]) -> int:
    return len({idea.topic_id for idea in ideas if idea.topic_id})
