"""A review: one idea at a time, what becomes of it, and the end."""

from collections import Counter
from datetime import date
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from capture.core.nights import clock_at
from capture.models import AuthedRequest
from capture.services.contexts import where_spoken
from insights.core.review.choices import Decision, Dial, TopicPace
from insights.core.review.queue import QueuePart
from insights.correction_text import describe_batch
from insights.error_text import describe_problem
from insights.forms import find_own_topic
from insights.models import Idea, IdeaQuerySet, ReviewDecision, ReviewSession, ReviewState, ReviewTurn, Topic
from insights.models.review import DIALS
from insights.review_text import (
    BEFORE,
    ELSEWHERE,
    describe_acts,
    describe_decisions,
    describe_moment,
    describe_offer,
    describe_wait,
)
from insights.services.evening_questions import question_answered_by
from insights.services.idea_edges import neighbours_of
from insights.services.index_cache import request_index_file
from insights.services.index_rows import NotAtHand
from insights.services.picture_rows import bursts_of, set_topic_sizes
from insights.services.review import (
    ReviewAmount,
    ReviewOver,
    TopicChoice,
    begin_or_resume,
    decide,
    end_review,
    last_edge_change,
    later_spacing,
    let_rest,
    open_review,
    set_dial,
    set_topic_pace,
    undo_decision,
    undo_edge_change,
)
from insights.services.review_queue import ReviewScope, plan_of_reviews, review_offer
from insights.services.suggestions import suggestions
from insights.services.topics import BadName

DOTS_AT_MOST = 12
"""Ideas that are shown as points; where there are more, a line shows how far it is."""
LONG_WORDS = 60
"""From so many on, words are set smaller."""
SUGGESTED = 3
KEY_DIGITS = 18
OF_LAST_NIGHT = (QueuePart.ANSWER, QueuePart.LAST_NIGHT)
LOOK_AGAIN_SECONDS = (1, 1, 2, 4, 8, 15, 30)
"""After which the page looks again for suggestions, where a worker has to make the index ready; then no more."""


@login_required
@require_safe
def review_page(request: AuthedRequest) -> HttpResponse:
    """Show the idea that is to be decided next; where no review is open, ask how much is wanted."""
    session = open_review(request.user)
    turn = session.turns.undecided().select_related("idea__topic", "idea__user").first() if session else None
    if session is None or turn is None:
        plan = plan_of_reviews(request.user)
        offer = review_offer(request.user, timezone.now())
        said = describe_offer(offer.new, offer.returning)
        page = {"offer": offer, "said": said, "dial": plan.dial, "dials": DIALS}
        return render(request, "insights/review_start.html", page)
    return render(request, "insights/review.html", _turn_context(request, session, turn))


def _turn_context(request: AuthedRequest, session: ReviewSession, turn: ReviewTurn) -> dict[str, object]:
    idea = Idea.objects.of(request.user).with_memo().with_peaks().get(pk=turn.idea_id)
    total = session.turns.shown().count()
    number = total - session.turns.undecided().count() + 1
    set_topic_sizes([idea])
    made = session.decisions.standing().last()
    changed = last_edge_change(session)
    now = timezone.now()
    spacing = later_spacing(idea, ReviewState.objects.filter(idea=idea).first(), now)
    return {
        "turn": turn,
        "idea": idea,
        "nonce": uuid4(),
        "number": number,
        "total": total,
        "dots": range(1, total + 1) if total <= DOTS_AT_MOST else None,
        "moment": _moment_of(idea),
        "is_back": turn.part == QueuePart.RETURNING,
        "is_answer": turn.part == QueuePart.ANSWER,
        "question": question_answered_by(idea.memo) if turn.part == QueuePart.ANSWER else None,
        "is_long": len(idea.said.split()) > LONG_WORDS,
        **_suggested_topics(request, idea),
        "topics": Topic.objects.of(request.user).in_sight().in_use().order_by("name"),
        "wait": describe_wait(spacing.wait_days()),
        "made": made,
        "changed": changed,
        "before": describe_batch([changed]) if changed else BEFORE[Decision(made.decision)] if made else "",
        "neighbours": neighbours_of(idea),
        "dial": plan_of_reviews(request.user).dial,
        "dials": DIALS,
    }


def _moment_of(idea: Idea) -> str:
    zone = ZoneInfo(idea.user.time_zone)
    clock = clock_at(idea.memo.recorded_at, idea.memo.utc_offset, zone)
    return describe_moment(clock, where_spoken(idea.memo).evening, timezone.now().astimezone(zone).date())


def _suggested_topics(request: AuthedRequest, idea: Idea) -> dict[str, object]:
    """Return the likeliest other topics; or in how many seconds to look again, where a worker makes the index ready.

    asked: how often the page will have looked then.
    """
    try:
        likeliest = (one.topic for one in suggestions(idea) if one.topic != idea.topic)
        return {"suggested": [topic for topic in likeliest if topic is not None and not topic.hidden][:SUGGESTED]}
    except NotAtHand:
        request_index_file(request.user)
    asked = _number(request.GET.get("asked", "")) or 0
    return {"later": LOOK_AGAIN_SECONDS[asked], "asked": asked + 1} if asked < len(LOOK_AGAIN_SECONDS) else {}


@login_required
@require_POST
def review_begin(request: AuthedRequest) -> HttpResponse:
    """Begin a review of as many ideas or minutes as were asked for, or take up the one that is open."""
    minutes, ideas = (_number(request.POST.get(name, "")) for name in ("minutes", "ideas"))
    amount = ReviewAmount(None, minutes) if minutes else ReviewAmount(ideas) if ideas else ReviewAmount()
    topic = find_own_topic(request, asked) if (asked := request.POST.get("topic")) else None
    begin_or_resume(request.user, amount, ReviewScope(topic, _day(request)))
    return redirect("review")


def _number(asked: str) -> int | None:
    """Return a number or a row's key that a page sent, or None where it is none, or none that a row can have."""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= KEY_DIGITS else None


def _day(request: AuthedRequest) -> date | None:
    try:
        return date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return None


@login_required
@require_POST
def review_decide(request: AuthedRequest) -> HttpResponse:
    """Record what becomes of the idea that was shown, and where it belongs if that was said."""
    turn = _asked_turn(request)
    try:
        decision, nonce = Decision(request.POST.get("decision", "")), UUID(request.POST.get("nonce", ""))
    except ValueError:
        messages.error(request, _("Choose what becomes of it: nothing is decided yet."))
        return redirect("review")
    if turn is None:
        messages.error(request, _("That idea is not there any more."))
        return redirect("review")
    try:
        made = decide(turn, decision, nonce, _topic_choice(request))
    except BadName as reason:
        messages.error(request, f"{describe_problem(reason.message)} {_('Nothing is decided yet.')}")
        return redirect("review")
    except ReviewOver:
        messages.error(request, _("This review was ended on another page. The idea is as it was."))
        return redirect("review")
    if not made.is_ours:
        messages.info(request, ELSEWHERE[Decision(made.made.decision)])
    return redirect("review" if open_review(request.user) else "review_end")


def _asked_turn(request: AuthedRequest) -> ReviewTurn | None:
    asked = _number(request.POST.get("turn", ""))
    own = ReviewTurn.objects.shown().filter(session__user=request.user)
    return own.filter(pk=asked).first() if asked is not None else None


def _topic_choice(request: AuthedRequest) -> TopicChoice | None:
    """Return what is said of the topic: a typed name goes before a chosen topic. Raises BadName."""
    if name := request.POST.get("new", "").strip():
        return TopicChoice(name=name)
    if not (asked := request.POST.get("topic")):
        return None
    try:
        topic = Topic.objects.of(request.user).filter(pk=UUID(asked)).first()
    except ValueError:
        topic = None
    if topic is None:
        raise BadName("topic_gone")
    return TopicChoice(topic)


@login_required
@require_POST
def review_undo(request: AuthedRequest) -> HttpResponse:
    """Take back what was decided or changed last, if it still is what was shown."""
    key, batch = _number(request.POST.get("made", "")), _batch(request)
    is_undone = key is not None and undo_decision(request.user, key)
    is_undone = is_undone or (batch is not None and undo_edge_change(request.user, batch))
    if not is_undone:
        messages.error(request, _("Something was decided since, or it is undone already."))
    return redirect("review" if open_review(request.user) else "review_end")


def _batch(request: AuthedRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("batch", ""))
    except ValueError:
        return None


@login_required
@require_POST
def review_stop(request: AuthedRequest) -> HttpResponse:
    """End the review here: what is undecided is as it was."""
    end_review(request.user)
    return redirect("review_end")


@login_required
@require_safe
def review_end(request: AuthedRequest) -> HttpResponse:
    """Say what was decided in the review that ended last, and close."""
    session = ReviewSession.objects.of(request.user).ended().first()
    made = list(session.decisions.standing().of_shown_ideas().select_related("idea")) if session else []
    if session is None or not made or open_review(request.user):
        return redirect("today" if not open_review(request.user) else "review")
    counts = Counter(Decision(one.decision) for one in made)
    keys = [one.idea_id for one in made if one.decision == Decision.ACT]
    acts = Idea.objects.of(request.user).filter(pk__in=keys).with_memo().in_order()
    last_night = _met_last_night(session)
    last = ReviewDecision.objects.of(request.user).standing().last()
    page = {
        "is_last_night": bool(last_night),
        "said": describe_decisions(counts),
        "acts": acts,
        "acts_said": describe_acts(len(acts)) if acts else "",
        "made": last if last in made else None,
        "bursts": list(bursts_of(last_night, request.user).values()),
    }
    return render(request, "insights/review_end.html", page)


def _met_last_night(session: ReviewSession) -> IdeaQuerySet:
    """Return the ideas of last night that were met, for the line at the foot."""
    turns = session.turns.shown().filter(part__in=OF_LAST_NIGHT)
    return Idea.objects.filter(pk__in=turns.values("idea")).with_memo().with_peaks().in_order()


@login_required
@require_POST
def review_dial(request: AuthedRequest) -> HttpResponse:
    """Set how soon ideas come back that are put off."""
    try:
        set_dial(request.user, Dial(request.POST.get("dial", "")))
    except ValueError:
        messages.error(request, _("Choose sooner, usual or eventually."))
    return redirect("review")


@login_required
@require_POST
def review_rest(request: AuthedRequest) -> HttpResponse:
    """Let all rest that nobody met yet."""
    let_rest(request.user)
    messages.success(request, _("It rests, and comes back a little at a time."))
    return redirect("review")


@login_required
@require_POST
def topic_pace(request: AuthedRequest, topic_id: UUID) -> HttpResponse:
    """Set how often the ideas of a topic come back."""
    topic = find_own_topic(request, topic_id)
    try:
        set_topic_pace(topic, TopicPace(request.POST.get("pace", "")))
    except ValueError:
        messages.error(request, _("Choose usual, seldom or rarely."))
    return redirect("review") if "review" in request.POST else redirect("topic", topic.pk)
