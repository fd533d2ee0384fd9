"""What the sky of a user shows, asked of the database in a fixed number of queries, however much there is."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from capture.models import User
from capture.services.page_links import key_path
from insights.core.pictures.constellation import Star
from insights.core.pictures.sky import MOST_LONE_STARS, SkyTopic
from insights.models import Idea, Topic
from insights.services.picture_rows import idea_star_age

LAST_IDEAS = 600
"""Ideas, the last placed, of which stars are drawn; a topic without any of them shows its sign alone."""


class Sky(NamedTuple):
    """What the tag `sky` draws: topics, and the keys of ideas without a topic."""

    topics: list[SkyTopic]
    lone: list[str]


def sky_of(user: User, sizes: Mapping[UUID | None, int]) -> Sky:
    """Return a user's topics as the sky shows them: not hidden, and with a place. sizes: of them all (`all_sizes`)."""
    placed, stars = Topic.objects.of(user).in_sight(), _last_stars(user)
    topics = [
        SkyTopic(str(key), name, key_path("topic", key), (x, y), tuple(stars[key]), sizes[key])
        for key, name, x, y in placed.values_list("pk", "name", "place_x", "place_y")
        if sizes.get(key) and x is not None and y is not None
    ]
    lone = Idea.objects.of(user).unsorted().not_let_go().order_by("-placed_at")
    keys = lone.values_list("pk", flat=True)[:MOST_LONE_STARS]
    return Sky(topics, [str(key) for key in keys])


def _last_stars(user: User) -> defaultdict[UUID, list[Star]]:
    """Return the last ideas of a user as stars, by topic."""
    now = timezone.now()
    last = Idea.objects.of(user).not_let_go().exclude(topic=None).order_by("-placed_at")[:LAST_IDEAS]
    stars: defaultdict[UUID, list[Star]] = defaultdict(list)
    for key, topic, placed_at, recorded_at in last.values_list(
        "pk", "topic", "placed_at", "transcript__memo__recorded_at"
    ):
        age = idea_star_age(recorded_at, now)
        stars[topic].append(Star(str(key), placed_at.timestamp(), age))
    return stars
