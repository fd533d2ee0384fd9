"""One idea: where it belongs."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from capture.models import AuthedRequest
from insights import services
from insights.models import Idea, Topic


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Ask where an idea belongs, and put it there."""
    idea = get_object_or_404(Idea.objects.of(request.user).with_memo(), pk=idea_id)
    if request.method == "POST":
        services.move_idea(idea, _chosen(request))
        if request.htmx:  # type: ignore[attr-defined]
            return render(request, "insights/idea.html", {"idea": idea, "show_topic": True})
        messages.success(request, _("Moved."))
        return redirect(_back(request, idea))
    topics = Topic.objects.of(request.user).for_list()
    page = {"idea": idea, "topics": topics, "back": request.GET.get("back", "")}
    return render(request, "insights/move_form.html" if request.htmx else "insights/move.html", page)  # type: ignore[attr-defined]


def _chosen(request: AuthedRequest) -> Topic | None:
    if not (asked := request.POST.get("topic")):
        return None
    try:
        return get_object_or_404(Topic.objects.of(request.user), pk=asked)
    except ValidationError as error:
        raise Http404 from error


def _back(request: AuthedRequest, idea: Idea) -> str:
    asked = request.POST.get("back", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else reverse("memo", args=[idea.transcript.memo_id])
