"""What is near to a topic, an idea or a recording: a page fetches it once it is shown, for it may take a moment."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from capture.models import AuthedRequest, Memo
from insights.forms import find_own_topic
from insights.models import Idea
from insights.services.index_cache import request_index_file
from insights.services.index_rows import NotAtHand
from insights.services.picture_rows import set_sizes
from insights.services.related_ideas import RelatedIdea, related_to_idea, related_to_memo
from insights.services.related_topics import RelatedTopic, related_topics

LOOK_AGAIN_SECONDS = (1, 1, 2, 4, 8, 15, 30)
"""After which the page looks again, where a worker has to make the index ready; then no more."""


@login_required
@require_safe
def near_page(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Show the topics that are near to one, and why; as a part of its page, or by themselves."""
    topic = find_own_topic(request, topic_id)
    is_fragment = bool(request.htmx)  # type: ignore[attr-defined]

    def find() -> list[RelatedTopic]:
        near = related_topics(topic)
        set_sizes([one.topic for one in near])
        return near

    page = {"topic": topic, "is_fragment": is_fragment, **_near_or_later(request, find)}
    return render(request, "insights/near.html" if is_fragment else "insights/near_page.html", page)


@login_required
@require_safe
def near_ideas_page(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Show the ideas that are near to one, and why; as a part of a page, or by themselves."""
    idea = get_object_or_404(Idea.objects.of(request.user).with_memo(), pk=idea_id)
    return _render_near(request, idea, lambda: related_to_idea(idea))


@login_required
@require_safe
def near_memo_page(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Show the ideas of other recordings that are near to one recording's, and why."""
    memo = get_object_or_404(Memo.objects.of(request.user), pk=memo_id)
    first = Idea.objects.of(request.user).filter(transcript__memo=memo).with_memo().in_order().first()
    return _render_near(request, first, lambda: related_to_memo(memo))


def _render_near(request: AuthedRequest, of: Idea | None, find: Callable[[], list[RelatedIdea]]) -> HttpResponse:
    is_fragment = bool(request.htmx)  # type: ignore[attr-defined]
    page = {"of": of, "is_fragment": is_fragment, "here": request.path, **_near_or_later(request, find)}
    return render(request, "insights/near_ideas.html" if is_fragment else "insights/near_ideas_page.html", page)


def _near_or_later(request: AuthedRequest, find: Callable[[], Sequence[object]]) -> dict[str, object]:
    """Return what is near; or when the page looks again, where a worker has to make the index ready first."""
    try:
        return {"near": find()}
    except NotAtHand:
        request_index_file(request.user)
    asked = _asked(request)
    return {"later": LOOK_AGAIN_SECONDS[asked], "asked": asked + 1} if asked < len(LOOK_AGAIN_SECONDS) else {}


def _asked(request: AuthedRequest) -> int:
    """Return how often the page looked already."""
    said = request.GET.get("asked", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 1 else 0
