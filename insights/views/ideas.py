"""One idea: where it belongs."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from capture.models import AuthedRequest
from insights.error_text import describe_problem
from insights.forms import back_address, find_own_topic
from insights.models import Idea, Topic
from insights.services.ideas import bar_idea, confirm_idea, move_idea, move_to_new_topic
from insights.services.index_cache import request_index_file
from insights.services.index_rows import NotAtHand
from insights.services.picture_rows import set_topic_sizes
from insights.services.suggestions import suggestions
from insights.services.topics import BadName

NO_TOPIC = "none"
"""What a form sends where an idea is to be in no topic."""

LOOK_AGAIN_SECONDS = (1, 1, 2, 4, 8, 15, 30, 60, 60, 60)
"""After which a page looks again for suggestions, where a worker has to make the index ready. Then it gives them up."""


class NothingChosen(Exception):
    """The form says nothing of where the idea is to be."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def idea_move(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Ask where an idea belongs, the likeliest first, and put it there."""
    idea = get_object_or_404(Idea.objects.of(request.user).with_memo().with_peaks(), pk=idea_id)
    if request.method == "POST":
        try:
            _put_where_asked(request, idea)
        except (BadName, NothingChosen) as reason:
            said = _("Choose a topic, or name a new one.")
            messages.error(request, describe_problem(reason.message) if isinstance(reason, BadName) else said)
            again = reverse("move_idea", args=[idea.pk])
            return HttpResponseClientRedirect(again) if request.htmx else redirect(again)  # type: ignore[attr-defined]
        return _render_idea(request, idea, _("Moved."))
    page = _suggested(request, idea) | {"topics": Topic.objects.of(request.user).for_list()}
    return render(request, "insights/move_form.html" if request.htmx else "insights/move.html", page)  # type: ignore[attr-defined]


@login_required
@require_safe
def idea_suggested(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Show the likeliest topics of an idea, where the page did not wait for them."""
    idea = get_object_or_404(Idea.objects.of(request.user).with_memo(), pk=idea_id)
    return render(request, "insights/suggested.html", _suggested(request, idea))


def _suggested(request: AuthedRequest, idea: Idea) -> dict[str, Any]:
    """Return what a page shows of an idea's likeliest topics; or when it looks again, and how often it did then."""
    page = {"idea": idea, "back": request.GET.get("back", "")}
    try:
        likeliest = [one.topic for one in suggestions(idea) if one.topic != idea.topic]
    except NotAtHand:
        request_index_file(idea.user)
        after = dict(enumerate(LOOK_AGAIN_SECONDS))
        looks = {str(number): number for number in (*after, len(after))}.get(request.GET.get("asked", ""), 0)
        return page | ({"later": after[looks], "asked": looks + 1} if looks in after else {"is_missing": True})
    return page | {"suggested": [topic for topic in likeliest if topic is not None and not topic.hidden]}


@login_required
@require_POST
def idea_not_here(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Take an idea out of the topic in which it was shown, for ever."""
    idea = get_object_or_404(Idea.objects.of(request.user).with_memo().with_peaks(), pk=idea_id)
    if request.POST.get("topic", str(idea.topic_id)) != str(idea.topic_id):
        return _render_idea(request, idea, _("It was moved meanwhile. Nothing is changed."))
    bar_idea(idea)
    return _render_idea(request, idea, _("Taken out. It will not come back there by itself."))


def _put_where_asked(request: AuthedRequest, idea: Idea) -> None:
    """Do what the form asks: a new topic, another one, none, or the same, which confirms it.

    Raises BadName, or NothingChosen.
    """
    if name := request.POST.get("new", "").strip():
        move_to_new_topic(idea, name)
    elif (chosen := _chosen_topic(request)) is not None and chosen == idea.topic:
        confirm_idea(idea)
    else:
        move_idea(idea, chosen)


def _render_idea(request: AuthedRequest, idea: Idea, said: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        set_topic_sizes([idea])
        here = request.htmx.current_url_abs_path or reverse("unsorted")  # type: ignore[attr-defined]
        return render(request, "insights/idea.html", {"idea": idea, "show_topic": True, "here": here})
    messages.success(request, said)
    return redirect(back_address(request, idea))


def _chosen_topic(request: AuthedRequest) -> Topic | None:
    asked = request.POST.get("topic")
    if not asked:
        raise NothingChosen
    return None if asked == NO_TOPIC else find_own_topic(request, asked)
