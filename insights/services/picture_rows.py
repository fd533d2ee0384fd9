"""What the pictures of pages show, asked of the database in a fixed number of queries: sizes, weeks, stars."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils import timezone

from capture.core.nights import clock_at
from capture.models import User
from insights.core.pictures.constellation import Star, star_age
from insights.core.pictures.night_line import Burst
from insights.models import Idea, Topic

STARS_SHOWN = 150
"""Ideas of a topic that its own constellation shows, the newest."""
DAY_SECONDS = 24 * 3600


def idea_star_age(recorded_at: datetime, now: datetime) -> int:
    """Return the age of an idea's star (`star_age`) by when it was spoken."""
    return star_age((now - recorded_at).total_seconds() / DAY_SECONDS)


def set_topic_sizes(ideas: Iterable[Idea]) -> None:
    """Set `size` of the topics of ideas: how many each has, which is what their signs are drawn from."""
    set_sizes([idea.topic for idea in ideas if idea.topic])


def set_sizes(topics: Collection[Topic]) -> None:
    """Set `size` of topics: how many ideas each has, but for those that were let go."""
    ideas = Idea.objects.shown().not_let_go().filter(topic__in={topic.pk for topic in topics})
    counted = ideas.order_by().values_list("topic")
    sizes = dict(counted.annotate(Count("pk")))
    for topic in topics:
        topic.size = sizes.get(topic.pk, 0)  # type: ignore[attr-defined]


def ideas_a_week(user: User, weeks: int, topic: Topic | None = None) -> dict[UUID, list[int]]:
    """Return how many ideas each topic got in each of the last weeks, the oldest first, by the user's own calendar.

    topic: of this one alone. Topics that got none are left out.
    """
    first = _monday(timezone.localdate()) - timedelta(weeks=weeks - 1)
    zone = timezone.get_current_timezone()
    ideas = (
        Idea.objects.of(user)
        .not_let_go()
        .filter(transcript__memo__recorded_at__gte=datetime.combine(first, datetime.min.time(), tzinfo=zone))
    )
    placed = ideas.filter(topic=topic) if topic else ideas.exclude(topic=None)
    spoken = placed.annotate(week=TruncWeek("transcript__memo__recorded_at", tzinfo=zone)).order_by()
    counts: dict[UUID, list[int]] = defaultdict(lambda: [0] * weeks)
    for key, week, number in spoken.values_list("topic", "week").annotate(Count("pk")):
        place = (week.date() - first).days // 7
        if place < weeks:
            counts[key][place] += number
    return dict(counts)


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


def bursts_of(ideas: Iterable[Idea], user: User) -> dict[datetime, Burst]:
    """Return what the line of the night shows of each recording, by when it was spoken: its ideas one after another."""
    zone, found = ZoneInfo(user.time_zone), dict[datetime, Burst]()
    for idea in ideas:
        clock = clock_at(idea.memo.recorded_at, idea.memo.utc_offset, zone)
        before = found.get(clock, Burst(clock.hour + clock.minute / 60, 0.0))
        peaks = before.peaks + idea.span_peaks
        found[clock] = before._replace(seconds=before.seconds + idea.audio_end - idea.audio_start, peaks=peaks)
    return found
