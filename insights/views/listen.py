"""Listen: a night, a day or a topic in its speaker's own voice, one idea after another, with an end."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from capture.models import AuthedRequest
from capture.services.byte_ranges import serve_file
from insights.core.pictures.listen_line import LineName, LinePart
from insights.core.review.choices import Decision
from insights.forms import find_evening
from insights.listen_text import describe_listening
from insights.models import Idea, ReviewState, Topic
from insights.services.last_night import split_by_night
from insights.services.listening import (
    SOUND_TYPE,
    Listening,
    ideas_of_day,
    ideas_of_night,
    ideas_of_topic,
    last_evening,
    listening_of,
)
from insights.services.review import ReviewOver, decide_heard

LAST_NIGHTS = 2
"""The night that ended last, and the one that has begun since."""
HEARD_DECISIONS = (Decision.KEEP, Decision.LATER)


@login_required
@require_safe
def listen_page(request: AuthedRequest) -> HttpResponse:
    """Show what was said last night, to be listened to; where that is nothing, what was said by day."""
    evening = last_evening(request.user)
    at_night = ideas_of_night(request.user, evening, LAST_NIGHTS)
    ideas = at_night or ideas_of_day(request.user, evening)
    sound = reverse("listen_night" if at_night else "listen_day", args=[evening.isoformat()])
    parts = split_by_night(at_night, request.user, timezone.localtime())
    if parts.last_night:
        said = _("Last night, in your voice")
    else:
        said = _("Tonight, in your voice") if parts.tonight else _("Since yesterday, in your voice")
    return _render_listening(
        request, ideas, sound, {"said": said, "is_night": bool(parts.last_night), "back": reverse("today")}
    )


@login_required
@require_safe
def topic_listen_page(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Show the last ideas of a topic, to be listened to."""
    topic = get_object_or_404(Topic.objects.of(request.user), pk=topic_id)
    sound = reverse("topic_sound", args=[topic.pk])
    back = reverse("topic", args=[topic.pk])
    said = _("%(topic)s, in your voice") % {"topic": topic.name}
    return _render_listening(request, ideas_of_topic(topic), sound, {"said": said, "back": back})


def _skips_pauses(request: AuthedRequest) -> bool:
    """Return whether the browser's cookie says so (`listening.js`)."""
    return request.COOKIES.get("pauses") == "skip"


def _render_listening(
    request: AuthedRequest, ideas: Sequence[Idea], sound: str, page: dict[str, object]
) -> HttpResponse:
    skips_pauses = _skips_pauses(request)
    listening = listening_of(ideas, skips_pauses=skips_pauses)
    context = {**page, "groups": _shown_groups(listening), "is_empty": not ideas, "nonce": uuid4()}
    if listening.sound is not None:
        context |= {
            "sound": f"{sound}?version={listening.sound.version}{'&pauses=skip' if skips_pauses else ''}",
            "seconds": listening.sound.seconds,
            "label": describe_listening(len(ideas), len(listening.groups)),
            "parts": [
                LinePart(one.span.begin, one.span.end, one.idea.span_peaks) for one in listening.heard if one.span
            ],
            "names": [
                LineName(first.span.begin, topic.name if topic else _("To place"))
                for topic, (first, *_others) in listening.groups
                if first.span
            ],
            "bells": listening.bells,
        }
    return render(request, "insights/listen.html", context)


def _shown_groups(listening: Listening) -> list[tuple[Topic | None, list[dict[str, object]]]]:
    keys = [one.idea.pk for one in listening.heard]
    decided = dict(ReviewState.objects.filter(idea__in=keys).values_list("idea", "decision"))
    return [
        (topic, [{"heard": one, "nonce": uuid4(), "decided": decided.get(one.idea.pk, "")} for one in ideas])
        for topic, ideas in listening.groups
    ]


@login_required
@require_safe
def night_sound(request: AuthedRequest, evening: str) -> HttpResponseBase:
    """Play the night that began on an evening, and the one after it where the first is the last that ended."""
    return _serve_sound(request, ideas_of_night(request.user, find_evening(evening), LAST_NIGHTS))


@login_required
@require_safe
def day_sound(request: AuthedRequest, evening: str) -> HttpResponseBase:
    """Play what came in by day since the noon of a day."""
    return _serve_sound(request, ideas_of_day(request.user, find_evening(evening)))


@login_required
@require_safe
def topic_sound(request: AuthedRequest, topic_id: UUID) -> HttpResponseBase:
    """Play the last ideas of a topic."""
    topic = get_object_or_404(Topic.objects.of(request.user), pk=topic_id)
    return _serve_sound(request, ideas_of_topic(topic))


def _serve_sound(request: AuthedRequest, ideas: Sequence[Idea]) -> HttpResponseBase:
    """Send the sound, or a part of it; 410 where it is another than the page has, whose words would not fit."""
    sound = listening_of(ideas, skips_pauses=request.GET.get("pauses") == "skip").sound
    if sound is None:
        raise Http404
    if request.GET.get("version", sound.version) != sound.version:
        return HttpResponse(status=410)
    return serve_file(request, sound, SOUND_TYPE, f'"{sound.version}"')


@login_required
@require_POST
def listen_decide(request: AuthedRequest) -> HttpResponse:
    """Keep an idea that was heard, or put it off for later; told in JSON where a script asks."""
    try:
        idea = Idea.objects.of(request.user).filter(pk=UUID(request.POST.get("idea", ""))).first()
        decision, nonce = Decision(request.POST.get("decision", "")), UUID(request.POST.get("nonce", ""))
    except ValueError:
        return HttpResponse(status=400)
    if idea is None or decision not in HEARD_DECISIONS:
        raise Http404
    with suppress(ReviewOver):  # the review in which it waited ended just now: the next press decides it by itself
        decide_heard(idea, decision, nonce)
    state = ReviewState.objects.filter(idea=idea).values_list("decision", flat=True).first()
    if "script" in request.POST:
        return JsonResponse({"decision": state or ""})
    said = {Decision.KEEP: _("Kept."), Decision.LATER: _("It comes back later.")}
    if state == decision:
        messages.success(request, said[decision])
    else:
        messages.info(request, _("It stays as it was decided before."))
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if back.startswith("/") and is_ours else "listen")
