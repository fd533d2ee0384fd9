"""A review: begun or taken up again, decided idea by idea, undone to its beginning, and ended.

All that is decided is written once, whatever is sent twice, and from however many pages: a decision is known by the
nonce of the page that it was sent from, and one stands for an idea in a review.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from capture.models import User
from insights.core.review.choices import Decision, Dial, TopicPace
from insights.core.review.queue import Candidate, first_ideas, first_seconds
from insights.core.review.schedule import Spacing, space_out
from insights.models import (
    EDGE_KINDS,
    Correction,
    Idea,
    ReviewDecision,
    ReviewPlan,
    ReviewSession,
    ReviewState,
    ReviewTurn,
    Topic,
    WebhookEvent,
)
from insights.services.correction_log import new_batch
from insights.services.ideas import confirm_idea, move_idea, move_to_new_topic
from insights.services.review_queue import ReviewScope, plan_of_reviews, review_queue
from insights.services.undo import undo_batch
from insights.services.webhooks import record_event

USUAL_IDEAS = 10
"""How many are met where nobody said."""
MAX_IDEAS, MAX_MINUTES = 100, 60
RESUME_DELAY = timedelta(hours=24)
"""How long a review that was interrupted is taken up again: after that another night was spoken."""
STATE_FIELDS = ("decision", "seen_at", "due_at", "stability", "difficulty", "spaced_at", "done_at")
MOMENTS = ("seen_at", "due_at", "spaced_at", "done_at")


class ReviewAmount(NamedTuple):
    """How much is asked for: so many ideas, or, where there is no such number, so many minutes."""

    ideas: int | None = USUAL_IDEAS
    minutes: int | None = None

    def of_queue(self, queue: list[Candidate]) -> list[Candidate]:
        """Return as much of a queue as is asked for."""
        if self.minutes is not None:
            return first_seconds(queue, 60 * min(self.minutes, MAX_MINUTES))[:MAX_IDEAS]
        return first_ideas(queue, min(self.ideas or USUAL_IDEAS, MAX_IDEAS))


class TopicChoice(NamedTuple):
    """What is said, in the same click, of where the idea belongs: a topic, or the name of one."""

    topic: Topic | None = None
    name: str = ""


class ReviewOver(Exception):
    """The review was ended, on another page perhaps."""


class DecisionMade(NamedTuple):
    """What stands of an idea. is_ours: not where another page decided it before."""

    made: ReviewDecision
    is_ours: bool


def open_review(user: User) -> ReviewSession | None:
    """Return the review that a user is in the middle of, or None."""
    session = ReviewSession.objects.of(user).open().first()
    if session is None or session.touched_at < timezone.now() - RESUME_DELAY:
        return None
    return session if session.turns.undecided().exists() else None


def begin_or_resume(
    user: User,
    amount: ReviewAmount = ReviewAmount(),  # noqa: B008 - it is a tuple
    scope: ReviewScope = ReviewScope(),  # noqa: B008 - it is a tuple
) -> ReviewSession | None:
    """Begin a review, or take up the one that was interrupted. Returns None where there is nothing to meet.

    scope: for one topic or day alone; a review that is open is ended then.
    """
    try:
        with transaction.atomic():
            session = open_review(user)
            if session is not None and not any(scope):
                return session
            end_review(user)
            return _begin_review(user, amount, scope)
    except IntegrityError:  # another page was faster
        return open_review(user)


def _begin_review(user: User, amount: ReviewAmount, scope: ReviewScope) -> ReviewSession | None:
    now = timezone.now()
    chosen = amount.of_queue(review_queue(user, now, scope))
    if not chosen:
        return None
    session = ReviewSession.objects.create(
        user=user,
        began_at=now,
        touched_at=now,
        asked_ideas=None if amount.minutes else amount.ideas,
        asked_minutes=amount.minutes,
    )
    ReviewTurn.objects.bulk_create(
        ReviewTurn(session=session, idea_id=one.key, position=position, part=one.part)
        for position, one in enumerate(chosen)
    )
    return session


def decide(turn: ReviewTurn, decision: Decision, nonce: UUID, choice: TopicChoice | None = None) -> DecisionMade:
    """Record what becomes of an idea, with what is said of its topic; the last one ends the review.

    nonce: of the page from which it was sent. Raises ReviewOver, and BadName, with nothing written, where its topic
    cannot be as asked.
    """
    with transaction.atomic():
        session = _lock_session(turn.session_id)
        standing = session.decisions.filter(idea=turn.idea_id, undone_at=None).first()
        sent = session.decisions.filter(nonce=nonce).first()
        if sent is not None or standing is not None:
            return DecisionMade(sent or standing, is_ours=sent is not None)  # type: ignore[arg-type]
        if session.ended_at is not None:
            raise ReviewOver
        idea = Idea.objects.select_related("user", "topic").get(pk=turn.idea_id)
        made = ReviewDecision.objects.create(
            session=session,
            idea=idea,
            decision=decision,
            nonce=nonce,
            decided_at=timezone.now(),
            former=_state_of(idea.pk),
            batch=_apply_choice(idea, choice) if choice else None,
        )
        _write_state(idea, decision, made.decided_at)
        session.touched_at = made.decided_at
        if not session.turns.undecided().exists():
            session.ended_at = made.decided_at
        session.save(update_fields=["touched_at", "ended_at"])
    return DecisionMade(made, is_ours=True)


def decide_heard(idea: Idea, decision: Decision, nonce: UUID) -> ReviewDecision | None:
    """Record what becomes of an idea that was listened to: in the open review where it waits there, else by itself.

    Returns None, with nothing changed, where that is so already, or it is on the list to act on.
    """
    with transaction.atomic():
        idea = Idea.objects.select_for_update(of=("self",)).select_related("user", "topic").get(pk=idea.pk)
        session = open_review(idea.user)
        turn = session.turns.undecided().filter(idea=idea).first() if session else None
        if turn is not None:
            return decide(turn, decision, nonce).made
        sent = ReviewDecision.objects.of(idea.user).filter(nonce=nonce, idea=idea).first()
        state = ReviewState.objects.filter(idea=idea).first()
        is_settled = state is not None and (
            state.decision == decision or (state.decision == Decision.ACT and not state.done_at)
        )
        if sent is not None or is_settled:
            return sent
        now = timezone.now()
        alone = ReviewSession.objects.create(user=idea.user, began_at=now, touched_at=now, ended_at=now, asked_ideas=1)
        made = ReviewDecision.objects.create(
            session=alone, idea=idea, decision=decision, nonce=nonce, decided_at=now, former=_state_of(idea.pk)
        )
        _write_state(idea, decision, now)
    return made


def _lock_session(key: UUID) -> ReviewSession:
    """Return a review as it is; others who decide in it wait until the transaction ends."""
    return ReviewSession.objects.select_for_update().get(pk=key)


def _apply_choice(idea: Idea, choice: TopicChoice) -> UUID:
    """Write where a person says that an idea belongs. Returns the batch of that. Raises BadName."""
    batch = new_batch(idea.user_id)
    topic = choice.topic or _topic_named(idea.user, choice.name)
    if topic is None:
        move_to_new_topic(idea, choice.name, batch=batch)
    elif topic == idea.topic:
        confirm_idea(idea, batch=batch)
    else:
        move_idea(idea, topic, batch=batch)
    return batch.batch


def _topic_named(user: User, name: str) -> Topic | None:
    """Return the topic of a name, as Unicode compares them, or None."""
    plain = " ".join(name.split()).casefold()
    return next((topic for topic in Topic.objects.of(user) if topic.name.casefold() == plain), None)


def _write_state(idea: Idea, decision: Decision, now: datetime) -> None:
    before = ReviewState.objects.filter(idea=idea).first()
    values: dict[str, Any] = {"user": idea.user, "decision": decision, "seen_at": now, "due_at": None, "done_at": None}
    if decision == Decision.LATER:
        spacing = later_spacing(idea, before, now)
        known = {"stability": spacing.stability, "difficulty": spacing.difficulty, "spaced_at": spacing.seen_at}
        values |= {"due_at": spacing.due_at, **known}
    ReviewState.objects.update_or_create(idea=idea, defaults=values)
    if decision == Decision.ACT:
        record_event(idea.user_id, WebhookEvent.IDEA_ACTED_ON, idea=idea.pk)


def later_spacing(idea: Idea, before: ReviewState | None, now: datetime) -> Spacing:
    """Return when an idea would come back that is put off now. before: its state so far."""
    pace = TopicPace(idea.topic.review_pace) if idea.topic else TopicPace.USUAL
    here = now.astimezone(ZoneInfo(idea.user.time_zone))
    return space_out(before.spacing if before else None, here, Dial(plan_of_reviews(idea.user).dial), pace)


def _state_of(idea: UUID) -> dict[str, Any] | None:
    """Return what became of an idea so far as JSON keeps it, or None."""
    was = ReviewState.objects.filter(pk=idea).values(*STATE_FIELDS).first()
    if was is None:
        return None
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in was.items()}


def undo_decision(user: User, key: int) -> bool:
    """Take back what a user decided last: idea, topic and review are as they were before.

    Its topic stays where something else was said of topics since. Returns False, with nothing changed, where something
    was decided after it, or it is undone already.
    """
    with transaction.atomic():
        made = ReviewDecision.objects.of(user).filter(pk=key).first()
        if made is None:
            return False
        session = _lock_session(made.session_id)
        last = ReviewDecision.objects.of(user).standing().last()
        if last is None or last.pk != key:
            return False
        made.undone_at = timezone.now()
        made.save(update_fields=["undone_at"])
        _restore_state(user, made.idea_id, made.former)
        if made.batch is not None:
            undo_batch(user, made.batch)
        session.touched_at = made.undone_at
        if not ReviewSession.objects.of(user).open().exists():
            session.ended_at = None
        session.save(update_fields=["touched_at", "ended_at"])
    return True


def last_edge_change(session: ReviewSession) -> Correction | None:
    """Return what was said last of which words belong to which idea, if nothing was decided or said since.

    Only what was said since the review was begun: it is undone to there.
    """
    last = Correction.objects.filter(user=session.user_id).undoable().last()
    if last is None or last.kind not in EDGE_KINDS or last.at < session.began_at:
        return None
    return None if session.decisions.standing().filter(decided_at__gt=last.at).exists() else last


def undo_edge_change(user: User, batch: UUID) -> bool:
    """Take back what was said in a review of which words belong to which idea: the ideas are met as before.

    Returns False, with nothing changed, where something else was said or decided since.
    """
    with transaction.atomic():
        session = ReviewSession.objects.of(user).select_for_update().order_by("began_at").last()
        last = last_edge_change(session) if session else None
        return last is not None and last.batch == batch and undo_batch(user, batch)


def _restore_state(user: User, idea: UUID, former: dict[str, Any] | None) -> None:
    if former is None:
        ReviewState.objects.filter(pk=idea).delete()
        return
    moments = {name: datetime.fromisoformat(former[name]) for name in MOMENTS if former[name]}
    ReviewState.objects.update_or_create(idea_id=idea, defaults={"user": user, **former, **moments})


def end_review(user: User) -> None:
    """End the review that a user is in the middle of, if there is one: what is undecided is as it was."""
    ReviewSession.objects.of(user).open().update(ended_at=timezone.now())


def set_dial(user: User, dial: Dial) -> None:
    """Write how soon ideas come back that a user puts off from now on."""
    ReviewPlan.objects.update_or_create(user=user, defaults={"dial": dial})


def set_topic_pace(topic: Topic, pace: TopicPace) -> None:
    """Write how often the ideas of a topic come back that are put off from now on."""
    Topic.objects.filter(pk=topic.pk).update(review_pace=pace)


def let_rest(user: User) -> None:
    """Let all that came in so far and was never met rest; it comes back by schedule."""
    ReviewPlan.objects.update_or_create(user=user, defaults={"rested_before": timezone.now()})


def take_back(idea: Idea) -> None:
    """Keep an idea that was let go: it is in sight again."""
    ReviewState.objects.filter(idea=idea, decision=Decision.LET_GO).update(decision=Decision.KEEP)


def tick_act(idea: Idea, *, is_done: bool) -> None:
    """Write that what an idea asks for is done, or is not."""
    state = ReviewState.objects.filter(idea=idea, decision=Decision.ACT)
    if is_done:
        state.filter(done_at=None).update(done_at=timezone.now())
    else:
        state.update(done_at=None)
