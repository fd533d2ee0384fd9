"""Which ideas a user would meet in a review now, and what may be chosen where many came in at once."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from capture.models import Memo, User
from insights.core.review.choices import TopicPace
from insights.core.review.queue import Candidate, QueuePart, meeting_seconds, ordered
from insights.core.review.schedule import NEW_DAYS, rested_since
from insights.models import Idea, IdeaQuerySet, ReviewPlan, ReviewState, Topic
from insights.services.evening_questions import answering_memos, question_of

MAX_NEW_IDEAS, MAX_RETURNING_IDEAS = 500, 200
"""How many are looked at: no review is that long."""
MANY_IDEAS = 20
"""From so many on that nobody met, it is offered to meet them by day or by topic, or to let them rest."""
MAX_COUNTED_IDEAS = 2000
"""The last ones that nobody met, whose days and topics are counted."""
MAX_LOOKED_AT_IDEAS = 3000
"""The last ones that came, among which those are looked for that nobody met."""
MAX_OFFERED = 8
"""Days and topics that are offered."""


class ReviewScope(NamedTuple):
    """What a review is about, where it is not about everything: one topic, or the ideas spoken on one day."""

    topic: Topic | None = None
    day: date | None = None


class ReviewOffer(NamedTuple):
    """What might be met. new, returning: how many ideas. days, topics: the last ones, each with its unmet ideas."""

    new: int
    returning: int
    days: list[tuple[date, int]]
    topics: list[tuple[Topic, int]]


def plan_of_reviews(user: User) -> ReviewPlan:
    """Return how a user wants to be asked, or how everybody begins: not saved then."""
    return ReviewPlan.objects.filter(user=user).first() or ReviewPlan(user=user)


def review_queue(user: User, now: datetime, scope: ReviewScope = ReviewScope()) -> list[Candidate]:  # noqa: B008 - it is a tuple
    """Return the ideas that a user would meet now, in order. scope: where only some are asked for."""
    here = now.astimezone(ZoneInfo(user.time_zone))
    ideas = Idea.objects.of(user).in_sight()
    if scope.day is not None:
        return ordered(_candidates(user, _spoken_on(ideas, scope.day, here), QueuePart.NEW, here))
    if scope.topic is not None:
        ideas = ideas.filter(topic=scope.topic)
        new = _candidates(user, ideas.never_met(), QueuePart.NEW, here)
        return ordered([*new, *_candidates(user, _put_off(ideas, now), QueuePart.RETURNING, here)])
    returning = (*_candidates(user, _put_off(ideas, now), QueuePart.RETURNING, here), *_rested_candidates(ideas, here))
    return ordered([*_candidates(user, _new_ideas(user, ideas, now), QueuePart.NEW, here), *returning])


def _new_ideas(user: User, ideas: IdeaQuerySet, now: datetime) -> IdeaQuerySet:
    oldest = now - timedelta(days=NEW_DAYS)
    since = max(oldest, plan_of_reviews(user).rested_before or oldest)
    return ideas.never_met().filter(placed_at__gt=since, transcript__memo__archive=False)


def _put_off(ideas: IdeaQuerySet, now: datetime) -> IdeaQuerySet:
    """Return ideas that were put off and are back."""
    return ideas.filter(pk__in=ReviewState.objects.due(now).order_by().values("idea"))


def _rested(ideas: IdeaQuerySet, now: datetime) -> IdeaQuerySet:
    """Return ideas that nobody met while they were new, and that are back from their rest."""
    long_ago = Q(topic=None, placed_at__lte=rested_since(now, TopicPace.USUAL))
    for pace in TopicPace:
        long_ago |= Q(topic__review_pace=pace, placed_at__lte=rested_since(now, pace))
    return ideas.never_met().filter(long_ago)


def _spoken_on(ideas: IdeaQuerySet, day: date, now: datetime) -> IdeaQuerySet:
    begin = datetime.combine(day, time(), tzinfo=now.tzinfo)
    memos = Memo.objects.filter(recorded_at__gte=begin, recorded_at__lt=begin + timedelta(days=1))
    return ideas.never_met().filter(transcript__memo__in=memos)


def _candidates(user: User, ideas: IdeaQuerySet, part: QueuePart, now: datetime) -> Iterator[Candidate]:
    """Yield ideas as candidates; new ones of last night as such, and those that answer its question."""
    answers = _answers_of_last_night(user, now) if part is QueuePart.NEW else frozenset()
    last_noon = datetime.combine(now.date() - timedelta(days=1), time(12), tzinfo=now.tzinfo)
    returning = part is QueuePart.RETURNING
    at, most = ("review_state__due_at", MAX_RETURNING_IDEAS) if returning else ("spoken_at", MAX_NEW_IDEAS)
    spoken = ideas.annotate(spoken_at=F("transcript__memo__recorded_at")).order_by(at if returning else "-spoken_at")
    fields = ("pk", "topic", at, "text", "audio_start", "audio_end", "transcript__memo")
    for key, topic, when, text, start, end, memo in spoken.values_list(*fields)[:most]:
        is_of_last_night = part is QueuePart.NEW and when >= last_noon
        moment = when if returning else when + timedelta(seconds=start)
        found = QueuePart.LAST_NIGHT if is_of_last_night else part
        found = QueuePart.ANSWER if memo in answers else found
        yield Candidate(key, found, topic, moment, meeting_seconds(text, end - start))


def _answers_of_last_night(user: User, now: datetime) -> frozenset[UUID]:
    """Return the memos that were said to the question of last night. now: by the user's clock."""
    question = question_of(user, now.date() - timedelta(days=1))
    return frozenset(answering_memos([question])[question.pk]) if question else frozenset()


def _rested_candidates(ideas: IdeaQuerySet, now: datetime) -> Iterator[Candidate]:
    rested = _rested(ideas, now).order_by("placed_at")
    for key, topic, placed_at, text, start, end in rested.values_list(
        "pk", "topic", "placed_at", "text", "audio_start", "audio_end"
    )[:MAX_RETURNING_IDEAS]:
        yield Candidate(key, QueuePart.RETURNING, topic, placed_at, meeting_seconds(text, end - start))


def review_offer(user: User, now: datetime) -> ReviewOffer:
    """Return what a user might meet now, and by which days and topics, where many ideas were never met."""
    ideas = Idea.objects.of(user).in_sight()
    new = _new_ideas(user, ideas, now)[:MAX_NEW_IDEAS].count()
    returning = sum(back[:MAX_RETURNING_IDEAS].count() for back in (_put_off(ideas, now), _rested(ideas, now)))
    unmet = ideas.never_met().order_by("-placed_at")
    # Asked for first: of a moment that it does not know, PostgreSQL thinks that most ideas came after it.
    placed = Idea.objects.filter(user=user).order_by("-placed_at").values_list("placed_at", flat=True)
    for edge in placed[MAX_LOOKED_AT_IDEAS - 1 : MAX_LOOKED_AT_IDEAS]:
        unmet = unmet.filter(placed_at__gte=edge)
    found = list(unmet.values_list("topic", "transcript__memo__recorded_at")[:MAX_COUNTED_IDEAS])
    if len(found) < MANY_IDEAS:
        return ReviewOffer(new, returning, [], [])
    zone = ZoneInfo(user.time_zone)
    days = Counter(at.astimezone(zone).date() for _topic, at in found)
    numbers = Counter(topic for topic, _at in found if topic is not None).most_common(MAX_OFFERED)
    topics = Topic.objects.of(user).in_bulk([key for key, _number in numbers])
    return ReviewOffer(
        new,
        returning,
        sorted(days.items(), reverse=True)[:MAX_OFFERED],
        [(topics[key], number) for key, number in numbers if key in topics],
    )
