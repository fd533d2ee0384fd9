"""The first run: after the first log-in three short pages, each of which can be skipped."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from capture.models import AuthedRequest, User
from capture.services.devices import create_pairing_code, is_for_this_machine, pairing_link, qr_svg
from config.forms import Beginning, browser_languages
from insights.error_text import describe_problem
from insights.services import digests
from insights.services.onboarding import FIRST_TOPICS, create_first_topics

STEPS = ("welcome", "welcome_topics", "welcome_phone")
STEP_DISTANCE, FIRST_X = 20, 9


class StepMark(NamedTuple):
    """A point of the line that shows how far one is. x: where it stands."""

    x: int
    is_done: bool
    is_here: bool


def is_first_log_in(user: User) -> bool:
    """Return whether somebody has not been asked yet: they chose no language, and recorded nothing."""
    return not user.languages and not user.memos.exists()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: AuthedRequest) -> HttpResponse:
    """Ask for languages, the night, the zone and the e-mail."""
    form = Beginning(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        if get_language() != settings.LANGUAGE_CODE:  # which mails would be in otherwise
            form.instance.page_language = get_language()
        form.save()
        if form.cleaned_data["wants_mail"] and request.user.email:
            plan = digests.plan_of(request.user)
            digests.save_plan(request.user, enabled=True, hour=plan.hour, style=plan.style)
        return redirect("welcome_topics")
    page = {"form": form, "preset": browser_languages(request.headers.get("Accept-Language", ""))}
    return _render_step(request, "welcome", page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def welcome_topics(request: AuthedRequest) -> HttpResponse:
    """Ask what is on their mind: up to five things, which become topics."""
    if request.method == "POST":
        made = create_first_topics(request.user, request.POST.getlist("name"), request.POST.getlist("sentence"))
        for problem in made.problems:
            messages.error(request, describe_problem(problem))
        return redirect("welcome_topics" if made.problems else "welcome_phone")
    return _render_step(request, "welcome_topics", {"numbers": range(1, FIRST_TOPICS + 1)})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome_phone(request: AuthedRequest) -> HttpResponse:
    """Offer to pair a phone; the code is made when it is asked for."""
    page: dict[str, object] = {"is_here_alone": is_for_this_machine()}
    if request.method == "POST":
        code = create_pairing_code(request.user)
        link = pairing_link(code)
        page |= {"code": code, "link": link, "picture": qr_svg(link)}
    return _render_step(request, "welcome_phone", page)


def _render_step(request: AuthedRequest, step: str, page: dict[str, object]) -> HttpResponse:
    number = STEPS.index(step)
    return render(request, f"{step}.html", {**page, "step": number + 1, "steps": len(STEPS), "places": _marks(number)})


def _marks(here: int) -> Sequence[StepMark]:
    return [StepMark(FIRST_X + STEP_DISTANCE * place, place < here, place == here) for place in range(len(STEPS))]
