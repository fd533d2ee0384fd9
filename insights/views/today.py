"""Today: what came in, last night first and by topic, and what is still being written down."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from capture.models import AuthedRequest, Memo, User
from insights.models import EveningQuestion, Idea, by_topic
from insights.night_text import describe_night, describe_night_line
from insights.services import digests
from insights.services.evening_questions import QUESTION_CHARACTERS, answering_memos, questions_of, tonight
from insights.services.last_night import NightParts, asked_hour, line_zone, noon_before, split_by_night, spoken_order
from insights.services.onboarding import has_no_own_topics
from insights.services.picture_rows import bursts_of, set_topic_sizes
from insights.services.place_ideas import memos_in_progress
from transcription.models import Transcript
from transcription.services.jobs import hearing_hindrance

ANSWERS_SHOWN = 5
"""So many answers to the question stand under it one after another; more stand topic by topic."""
EVENING_HOUR = 18
"""From then on the question of the night is asked for."""


@login_required
@require_safe
def today_page(request: AuthedRequest) -> HttpResponse:
    """Show what came in since the noon before this one: a night belongs to the evening it began in."""
    now = timezone.localtime()
    since = noon_before(now)
    ended = Transcript.objects.current().of(request.user).live()
    came_in = Idea.objects.of(request.user).came_in_since(since).with_peaks().without_vectors()
    shown = [idea for idea in came_in if idea.topic is None or not idea.topic.hidden]
    set_topic_sizes(shown)
    parts = split_by_night(shown, request.user, now)
    on_line = parts.tonight or parts.last_night
    bursts = bursts_of(on_line, request.user)
    coming = tonight(request.user, now)
    questions = questions_of(request.user, {since.date(), coming})
    question = questions.get(since.date())
    on_line_asked = questions.get(coming) if parts.tonight else question
    answering = set(answering_memos([question])[question.pk]) if question else set()
    answers = [idea for idea in shown if idea.transcript.memo_id in answering]
    others = NightParts(*([one for one in part if one.transcript.memo_id not in answering] for part in parts))
    unfinished = memos_in_progress(request.user)
    page = {
        "now": now,
        "opening": describe_night(
            len(parts.last_night), len(parts.by_day), _count_topics(on_line or parts.by_day), len(parts.tonight)
        ),
        "bursts": list(bursts.values()),
        "night_label": describe_night_line(sorted(bursts), is_tonight=bool(parts.tonight)),
        "came_in": shown,
        "heard_seconds": sum(idea.seconds for idea in [*parts.last_night, *parts.tonight] or parts.by_day),
        "question": question,
        "is_morning": question is not None and coming > question.evening,
        "asked_hour": asked_hour(on_line_asked, line_zone(on_line, request.user)),
        "answers": sorted(answers, key=spoken_order) if len(answers) <= ANSWERS_SHOWN else [],
        "answers_by_topic": by_topic(answers) if len(answers) > ANSWERS_SHOWN else [],
        **_tonight_context(request.user, now, questions),
        "this_night": by_topic(others.tonight),
        "night": by_topic(others.last_night),
        "day": by_topic(others.by_day),
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


def _tonight_context(user: User, now: datetime, questions: Mapping[date, EveningQuestion]) -> dict[str, object]:
    """Return what Today shows of the night to come: its question, or where to ask it; nothing before the evening."""
    if not (now.hour >= EVENING_HOUR or now.hour < user.night_until):
        return {}
    evening = tonight(user, now)
    if evening == noon_before(now).date() and evening in questions:
        return {}  # it stands above already
    return {"is_evening": True, "tonight": questions.get(evening), "longest": QUESTION_CHARACTERS}


def _count_topics(ideas: Iterable[Idea]) -> int:
    return len({idea.topic_id for idea in ideas if idea.topic_id})
