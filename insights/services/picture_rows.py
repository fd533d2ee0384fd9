"""What the pictures of pages show, asked of the database in a fixed number of queries: sizes, weeks, stars."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Func, IntegerField, QuerySet
from django.utils import timezone

from capture.core.nights import clock_at
from capture.models import Memo, User
from insights.core.pictures.constellation import Star, star_age
from insights.core.pictures.night_line import Burst
from insights.models import Idea, IdeaQuerySet, ReviewState, Topic
from insights.services.last_night import hour_of, line_zone
from transcription.models import Transcript

STARS_SHOWN = 150
"""Ideas of a topic that its own constellation shows, the newest."""
DAY_SECONDS = 24 * 3600


class SlotNumber(Func):
    """Between which bounds a moment lies, which are in order: 0 from the first to the second, -1 before the first.

    A `CASE`, as of Django's, but for what it takes to put each of its conditions together.
    """

    output_field = IntegerField()

    def __init__(self, moment: str, bounds: tuple[datetime, ...]) -> None:
        super().__init__(moment)
        self.bounds = bounds

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_options: Any) -> Any:
        """Return the expression and its parameters."""
        moment, named = compiler.compile(self.source_expressions[0])
        cases = " ".join(f"WHEN {moment} < %s THEN {number - 1}" for number in range(len(self.bounds)))
        bounds = [connection.ops.adapt_datetimefield_value(bound) for bound in self.bounds]
        params = [param for bound in bounds for param in (*named, bound)]
        return f"CASE {cases} ELSE {len(bounds) - 1} END", params


def idea_star_age(recorded_at: datetime, now: datetime) -> int:
    """Return the age of an idea's star (`star_age`) by when it was spoken."""
    return star_age((now - recorded_at).total_seconds() / DAY_SECONDS)


def set_topic_sizes(ideas: Iterable[Idea]) -> None:
    """Set `size` of the topics of ideas, as `set_sizes` does."""
    set_sizes([idea.topic for idea in ideas if idea.topic])


def set_sizes(topics: Collection[Topic]) -> None:
    """Set `size` of topics: how many ideas their signs show."""
    sizes = Topic.objects.filter(pk__in={topic.pk for topic in topics}).sign_sizes()
    for topic in topics:
        topic.size = sizes.get(topic.pk, 0)  # type: ignore[attr-defined]


def all_sizes(user: int) -> dict[UUID | None, int]:
    """Return how many ideas are to be seen in each topic of a user, and unsorted: under None. user: their key."""
    return _count_seen(Idea.objects.filter(user=user), user, "topic")


def topic_sizes(user: int, topics: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many ideas are to be seen in each of a user's topics. user, topics: their keys.

    All are counted on an index alone; the few that are out of sight are found by what hides them.
    """
    return _count_seen(Idea.objects.filter(topic__in=topics), user, "topic")


def kind_sizes(user: int, topic: UUID | None) -> dict[str, int]:
    """Return how many ideas of each kind are to be seen in a user's topic, or unsorted. user, topic: their keys."""
    return _count_seen(Idea.objects.filter(user=user, topic=topic), user, "kind")


def count_let_go(user: int) -> int:
    """Return how many ideas a user let go that are still there. user: their key."""
    let_go = Idea.objects.filter(user=user, pk__in=_keys_let_go(user)).unreplaced()
    return let_go.exclude(pk__in=_keys_deleted(user)).count()


def _count_seen(ideas: IdeaQuerySet, user: int, by: str) -> dict[Any, int]:
    """Return how many of a user's ideas are to be seen, by a column of theirs."""
    standing = ideas.unreplaced().order_by().values_list(by)
    # A union of keys: for one of two conditions PostgreSQL would look at all that stands.
    out_of_sight = standing.filter(pk__in=_keys_let_go(user).union(_keys_deleted(user)))
    all_of_them, hidden = (dict(some.annotate(number=Count("*"))) for some in (standing, out_of_sight))
    seen = {key: number - hidden.get(key, 0) for key, number in all_of_them.items()}
    return {key: number for key, number in seen.items() if number}


def _keys_let_go(user: int) -> QuerySet[Any, Any]:
    return ReviewState.objects.filter(user=user).let_go().order_by().values("idea")


def _keys_deleted(user: int) -> QuerySet[Any, Any]:
    """Return the keys of ideas whose recordings are deleted, and can still be brought back."""
    deleted = Transcript.objects.filter(memo__in=Memo.objects.filter(user=user, deleted_at__isnull=False))
    return Idea.objects.filter(transcript__in=deleted.values("pk")).values("pk")


def ideas_a_week(weeks: int, topics: Collection[UUID]) -> dict[UUID, list[int]]:
    """Return how many ideas each topic got in each of the last weeks, the oldest first, by the calendar here.

    topics: keys of one user's. Those that got none are left out.
    """
    first, zone = _monday(timezone.localdate()) - timedelta(weeks=weeks - 1), timezone.get_current_timezone()
    mondays = [datetime.combine(first + timedelta(weeks=n), time(), tzinfo=zone) for n in range(weeks + 1)]
    # Nothing is placed a day before it is spoken, whatever the phone's clock says: these are found by an index.
    late = Idea.objects.filter(topic__in=topics, placed_at__gte=mondays[0] - timedelta(days=1)).shown().not_let_go()
    found: dict[UUID, list[int]] = {}
    for key, week, number in _count_by_week(late, mondays):
        if key and 0 <= week < weeks:
            found.setdefault(key, [0] * weeks)[week] = number
    return found


def _count_by_week(ideas: IdeaQuerySet, mondays: Sequence[datetime]) -> Iterable[tuple[UUID | None, int, int]]:
    """Return how many ideas each topic got from one Monday to the next: topic, week, number; -1 before the first."""
    # Cut by the bounds themselves: SQLite would cut each time to its week by a function of Python.
    week = SlotNumber("transcript__memo__recorded_at", tuple(mondays))
    return ideas.order_by().annotate(week=week).values_list("topic", "week").annotate(number=Count("*"))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def topic_stars(topic: Topic) -> list[Star]:
    """Return the newest ideas of a topic as stars."""
    now = timezone.now()
    newest = Idea.objects.shown().not_let_go().filter(topic=topic).order_by("-placed_at")[:STARS_SHOWN]
    rows = newest.values_list("pk", "placed_at", "transcript__memo__recorded_at")
    return [
        Star(str(key), placed_at.timestamp(), idea_star_age(recorded_at, now)) for key, placed_at, recorded_at in rows
    ]


def bursts_of(ideas: Collection[Idea], user: User) -> dict[datetime, Burst]:
    """Return what the line of the night shows of each recording, by when it was spoken: its ideas one after another.

    All stand on the line by its one clock (`line_zone`); when it was spoken is by the recording's own.
    """
    zone, found = ZoneInfo(user.time_zone), dict[datetime, Burst]()
    drawn_by = line_zone(ideas, user)
    for idea in ideas:
        clock = clock_at(idea.memo.recorded_at, idea.memo.utc_offset, zone)
        before = found.get(clock, Burst(hour_of(clock.astimezone(drawn_by)), 0.0))
        peaks = before.peaks + idea.span_peaks
        found[clock] = before._replace(seconds=before.seconds + idea.seconds, peaks=peaks)
    return found
