"""Topics: all of them, one of them, and what no topic has yet."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from capture.models import AuthedRequest
from insights import services
from insights.models import Idea, Topic


@login_required
@require_safe
def topics(request: AuthedRequest) -> HttpResponse:
    """List a user's topics, those that grew last first."""
    unsorted_count = Idea.objects.of(request.user).unsorted().count()
    listed = Topic.objects.of(request.user).for_list()
    why = services.unsorted_because(request.user)
    return render(
        request, "insights/topics.html", {"topics": listed, "unsorted_count": unsorted_count, "unsorted_because": why}
    )


@login_required
@require_safe
def topic(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Show a topic's ideas, the newest first."""
    shown = get_object_or_404(Topic.objects.of(request.user), pk=topic_id)
    ideas = Idea.objects.of(request.user).filter(topic=shown).newest_first()
    return render(request, "insights/topic.html", {"topic": shown, "ideas": ideas})


@login_required
@require_safe
def unsorted(request: AuthedRequest) -> HttpResponse:
    """Show the ideas that wait for company."""
    ideas = Idea.objects.of(request.user).unsorted().newest_first()
    why = services.unsorted_because(request.user)
    return render(request, "insights/topic.html", {"topic": None, "ideas": ideas, "unsorted_because": why})


@login_required
@require_POST
def new(request: AuthedRequest) -> HttpResponse:
    """Make a topic of the user's own."""
    try:
        made = services.create_topic(request.user, request.POST.get("name", ""))
    except services.BadName as reason:
        messages.error(request, str(reason))
        return redirect("topics")
    return redirect("topic", made.pk)


@login_required
@require_POST
def rename(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Give a topic the user's own name."""
    renamed = get_object_or_404(Topic.objects.of(request.user), pk=topic_id)
    try:
        services.rename_topic(renamed, request.POST.get("name", ""))
    except services.BadName as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Renamed. The name is yours now; it will not change by itself."))
    return redirect("topic", topic_id)
