"""What became of ideas: the list to act on, and what was let go."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from capture.models import AuthedRequest, User
from insights.act_text import acts_as_text
from insights.models import Idea, ReviewState
from insights.services.picture_rows import count_let_go
from insights.services.review import take_back, tick_act

MAX_ACTS = 100
"""On the list to act on."""
LET_GO_SHOWN = 40
"""Ideas on one page of what was let go; the others are on the next."""
EXPORTS = {"md": "text/markdown", "txt": "text/plain"}
"""Kinds of files by how their names end."""


@login_required
@require_safe
def act_list(request: AuthedRequest) -> HttpResponse:
    """Show what is to be acted on, and what was done."""
    states = list(ReviewState.objects.of(request.user).to_act_on()[:MAX_ACTS])
    ideas = (
        Idea.objects.of(request.user).with_memo().with_peaks().without_vectors().in_bulk([state.pk for state in states])
    )
    for state in states:
        state.idea = ideas[state.pk]
    page = {"states": states, "left": [state for state in states if state.done_at is None]}
    return render(request, "insights/acts.html", {**page, "text": acts_as_text(page["left"])})


def _shown_ideas(user: User, keys: list[UUID]) -> dict[UUID, Idea]:
    return Idea.objects.of(user).with_memo().with_peaks().without_vectors().in_bulk(keys)


@login_required
@require_safe
def act_export(request: AuthedRequest) -> HttpResponse:
    """Send the list as a file."""
    asked = request.GET.get("as", "")
    ending = asked if asked in EXPORTS else "txt"
    text = acts_as_text(ReviewState.objects.of(request.user).to_act_on(), is_markdown=ending == "md")
    name, kind = f"act.{ending}", EXPORTS[ending]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8", headers=headers)


@login_required
@require_POST
def act_tick(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Tick an idea on the list, or take the tick away."""
    tick_act(get_object_or_404(Idea.objects.of(request.user), pk=idea_id), is_done=request.POST.get("done") == "yes")
    return redirect("acts")


@login_required
@require_safe
def let_go_list(request: AuthedRequest) -> HttpResponse:
    """Show what was let go, the last first."""
    gone = ReviewState.objects.of(request.user).let_go().values_list("pk", flat=True)
    places = Paginator(range(count_let_go(request.user.pk)), LET_GO_SHOWN).get_page(request.GET.get("page"))
    keys = list(gone[max(0, places.start_index() - 1) : places.end_index()])
    ideas = _shown_ideas(request.user, keys)
    page = {"ideas": [ideas[key] for key in keys if key in ideas], "listed": places}
    return render(request, "insights/let_go.html", page)


@login_required
@require_POST
def idea_take_back(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Bring an idea back into sight that was let go."""
    take_back(get_object_or_404(Idea.objects.of(request.user), pk=idea_id))
    messages.success(request, _("It is back in its topic."))
    return redirect("let_go_list")
