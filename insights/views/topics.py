"""Topics: all of them, one of them, and what no topic has yet."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from capture.core.nights import Hours
from capture.models import AuthedRequest, User
from insights.core.classify import IdeaKind
from insights.correction_text import describe_batch
from insights.error_text import describe_problem
from insights.forms import find_own_topic
from insights.models import Idea, Proposal, Topic
from insights.models.review import PACES
from insights.services.embedders import sentence_model_problem
from insights.services.onboarding import FIRST_TOPICS, create_first_topics, has_no_own_topics
from insights.services.picture_rows import all_sizes, idea_star_age, ideas_a_week, kind_sizes, topic_stars
from insights.services.reembed import has_ideas_without_vectors
from insights.services.sky import sky_of
from insights.services.topics import (
    BadName,
    create_topic,
    delete_topic,
    delete_topic_with_ideas,
    hide_topic,
    keep_apart,
    merge_topics,
    pin_topic,
    recordings_of_topic,
    rename_topic,
    restore_topic_with_ideas,
    split_topic,
)
from insights.services.undo import last_corrections
from insights.topic_text import describe_newest

PROPOSALS_SHOWN = 3
"""Proposals that are shown; the next ones when these are answered."""

TOPICS_SHOWN = 40
"""Topics on one page of their list; the others are on the next."""

IDEAS_SHOWN = 25
"""Ideas on one page of a topic; the others are on the next."""

TOOLS = ("rename", "merge", "split")

WEEKS_IN_LIST, WEEKS_ON_PAGE = 18, 24
"""Weeks of which the bars beside a topic's name, and on its own page, show how many ideas came."""


@login_required
@require_safe
def topic_list(request: AuthedRequest) -> HttpResponse:
    """List a user's topics, the pinned first, then those that grew last; the hidden ones on asking only."""
    is_asked = "hidden" in request.GET
    topics = Topic.objects.of(request.user)
    listed = Paginator(topics.filter(hidden=is_asked).for_list(), TOPICS_SHOWN).get_page(request.GET.get("page"))
    sizes = all_sizes(request.user.pk)
    weekly = ideas_a_week(WEEKS_IN_LIST, [topic.pk for topic in listed])
    none = [0] * WEEKS_IN_LIST
    page = {
        "topics": [
            (
                topic,
                sizes.get(topic.pk, 0),
                weekly.get(topic.pk, none),
                *_newest_of(topic.latest, request.user),  # type: ignore[attr-defined]
            )
            for topic in listed
        ],
        "listed": listed,
        "sky": None if is_asked else sky_of(request.user, sizes),
        "hidden_count": topics.filter(hidden=True).in_use().count(),
        "hidden": is_asked,
        "unsorted_count": sizes.get(None, 0),
        "unsorted_because": _unsorted_reason(request),
        "proposals": Proposal.objects.open(request.user).prefetch_related("ideas__transcript__edits")[:PROPOSALS_SHOWN],
        "firsts": range(1, FIRST_TOPICS + 1) if has_no_own_topics(request.user) else None,
        **_undo_context(request),
    }
    return render(request, "insights/topics.html", page)


def _newest_of(latest: datetime | None, user: User) -> tuple[str, bool]:
    """Return in words when a topic got its newest idea, and whether its star is lit. latest: when that was spoken."""
    if latest is None:
        return "", False
    now = timezone.localtime()
    said = describe_newest(timezone.localtime(latest), now, Hours(user.night_from, user.night_until))
    return said, idea_star_age(latest, now) == 0


def _undo_context(request: AuthedRequest) -> dict[str, object]:
    said = last_corrections(request.user)
    return {"last": said[-1], "last_said": describe_batch(said)} if said else {}


@login_required
@require_safe
def topic_page(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Show a topic's ideas, the newest first."""
    shown = get_object_or_404(Topic.objects.of(request.user), pk=topic_id)
    page = {
        "topic": shown,
        "stars": topic_stars(shown),
        "weeks": ideas_a_week(WEEKS_ON_PAGE, [shown.pk]).get(shown.pk, [0] * WEEKS_ON_PAGE),
        "paces": PACES,
        **_undo_context(request),
        **_idea_context(request, shown),
    }
    return render(request, "insights/topic.html", page)


@login_required
@require_safe
def topic_change(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Show one of the tools by which a topic is changed: the one that was asked for, else its name."""
    topic = find_own_topic(request, topic_id)
    asked = request.GET.get("tool", "")
    page: dict[str, object] = {"topic": topic, "tool": asked if asked in TOOLS else TOOLS[0]}
    if asked == "merge":
        page["others"] = Topic.objects.of(request.user).exclude(pk=topic.pk).in_sight().in_use().order_by("name")
    if asked == "split":
        ideas = Idea.objects.of(request.user).filter(topic=topic).not_let_go().newest_first()
        page["ideas"] = Paginator(ideas, IDEAS_SHOWN).get_page(request.GET.get("page"))
    return render(request, "insights/topic_change.html", page)


@login_required
@require_safe
def unsorted_page(request: AuthedRequest) -> HttpResponse:
    """Show the ideas that wait for company."""
    page = {
        "topic": None,
        "is_to_place": True,
        "unsorted_because": _unsorted_reason(request),
        **_idea_context(request, None),
    }
    return render(request, "insights/topic.html", page)


def _unsorted_reason(request: AuthedRequest) -> str | None:
    """Return why some ideas cannot be sorted yet, in a sentence, or None."""
    if not has_ideas_without_vectors(request.user):
        return None
    said = _("Some ideas wait because they are spoken in another language than English.")
    problem = sentence_model_problem()
    return f"{said} {describe_problem(problem) if problem else _('They are sorted within minutes.')}"


def _idea_context(request: AuthedRequest, topic: Topic | None) -> dict[str, object]:
    """Return a page of a topic's ideas, or the unsorted, of the kind that was asked for, and what kinds there are."""
    asked = next((kind for kind in IdeaKind if kind == request.GET.get("kind")), None)
    sizes = kind_sizes(request.user.pk, topic.pk if topic else None)
    kinds = [(kind, name) for kind, name in _kind_names() if kind is None or kind in sizes]
    ideas = Idea.objects.of(request.user).filter(topic=topic).not_let_go()
    chosen = ideas.of_kind(asked) if asked else ideas
    size = sum(sizes.values())
    shown = Paginator(range(sizes.get(asked, 0) if asked else size), IDEAS_SHOWN).get_page(request.GET.get("page"))
    # Only the keys of all are put in order: each idea comes with its words and its recording.
    keys = chosen.newest_keys(shown.start_index(), shown.end_index())
    rows = Idea.objects.filter(pk__in=keys).with_memo().with_peaks().without_vectors().in_bulk()
    shown.object_list = [rows[key] for key in keys if key in rows]  # type: ignore[misc]
    return {
        "ideas": shown,
        "size": size,
        "kinds": kinds if len(sizes) > 1 else [],
        "kind": asked,
    }


def _kind_names() -> list[tuple[IdeaKind | None, str]]:
    return [
        (None, _("All")),
        (IdeaKind.THOUGHT, _("Thoughts")),
        (IdeaKind.TASK, _("Tasks")),
        (IdeaKind.QUESTION, _("Questions")),
    ]


@login_required
@require_POST
def topic_new(request: AuthedRequest) -> HttpResponse:
    """Make a topic of the user's own."""
    try:
        made = create_topic(request.user, request.POST.get("name", ""), request.POST.get("sentence", ""))
    except BadName as reason:
        messages.error(request, describe_problem(reason.message))
        return redirect("topics")
    return redirect("topic", made.pk)


@login_required
@require_POST
def topic_first(request: AuthedRequest) -> HttpResponse:
    """Make the topics of somebody who begins: up to five things on their mind."""
    made = create_first_topics(request.user, request.POST.getlist("name"), request.POST.getlist("sentence"))
    for problem in made.problems:
        messages.error(request, describe_problem(problem))
    if made.number:
        said = ngettext("One topic is made.", "%(made)d topics are made.", made.number) % {"made": made.number}
        messages.success(request, said)
    return redirect("topics")


@login_required
@require_POST
def topic_rename(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Give a topic the user's own name."""
    renamed = get_object_or_404(Topic.objects.of(request.user), pk=topic_id)
    try:
        rename_topic(renamed, request.POST.get("name", ""), request.POST.get("sentence"))
    except BadName as reason:
        messages.error(request, describe_problem(reason.message))
    else:
        messages.success(request, _("Renamed. The name is yours now; it will not change by itself."))
    return redirect("topic", topic_id)


@login_required
@require_POST
def topic_merge(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Merge a topic into another, or record that they never are."""
    kept, other = (find_own_topic(request, asked) for asked in (topic_id, request.POST.get("other")))
    if kept != other and "never" in request.POST:
        keep_apart(kept, other)
        messages.success(request, _("They stay apart, and you will not be asked."))
    elif kept != other:
        merge_topics(kept, other)
        messages.success(request, _("They are one topic now."))
    return redirect("topic", topic_id)


@login_required
@require_POST
def topic_split(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Put some of a topic's ideas into one of their own."""
    wide = find_own_topic(request, topic_id)
    leaving = _chosen_ideas(wide, request.POST.getlist("idea"))
    if not leaving:
        messages.error(request, _("Choose the ideas that are to get a topic of their own."))
        return redirect("topic", topic_id)
    try:
        made = split_topic(wide, leaving, request.POST.get("name", ""))
    except BadName as reason:
        messages.error(request, describe_problem(reason.message))
        return redirect("topic", topic_id)
    return redirect("topic", made.pk)


def _chosen_ideas(topic: Topic, asked: list[str]) -> list[Idea]:
    there = {str(idea.pk): idea for idea in Idea.objects.of(topic.user).filter(topic=topic).only("pk")}
    return [there[key] for key in dict.fromkeys(asked) if key in there]


@login_required
@require_POST
def topic_hide(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Hide a topic, or show it again."""
    hide_topic(find_own_topic(request, topic_id), hidden="yes" in request.POST)
    return redirect("topic", topic_id)


@login_required
@require_POST
def topic_pin(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Pin a topic, or unpin it."""
    pin_topic(find_own_topic(request, topic_id), pinned="yes" in request.POST)
    return redirect("topic", topic_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def topic_delete(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Ask whether a topic is to go; on POST take it away, and leave its ideas unsorted or take them along, as asked."""
    topic = find_own_topic(request, topic_id)
    if request.method != "POST":
        going = recordings_of_topic(topic)
        kept = Idea.objects.of(request.user).filter(topic=topic).exclude(transcript__memo__in=going.values("pk"))
        minutes = settings.UNDO_SECONDS // 60
        page = {"topic": topic, "recordings": going.count(), "kept": kept.count(), "minutes": minutes}
        return render(request, "insights/delete_topic.html", page)
    if request.POST.get("ideas") == "delete":
        delete_topic_with_ideas(topic)
        return render(request, "insights/deleted_topic.html", {"topic": topic, "minutes": settings.UNDO_SECONDS // 60})
    delete_topic(topic)
    messages.success(request, _("Deleted. Its ideas are kept, to be placed."))
    return redirect("topics")


@login_required
@require_POST
def topic_restore(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Bring back what was deleted with a topic."""
    gone = get_object_or_404(Topic, user=request.user, pk=topic_id, deleted_at__isnull=False)
    if restore_topic_with_ideas(gone):
        messages.success(request, _("The topic is back, and its recordings."))
        return redirect("topic", topic_id)
    messages.success(request, _("The recordings are back, their ideas to be placed."))
    return redirect("unsorted")
