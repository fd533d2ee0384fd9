"""The topics that ideas stand in."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Lower

from capture.models import User
from insights.core.pictures.constellation import SIGN_POINTS
from insights.core.review.choices import TopicPace
from insights.models.arrangement import Author
from insights.models.ideas import Idea


class TopicQuerySet(models.QuerySet["Topic"]):
    """Questions asked of topics."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's topics; not those that were merged into another or deleted."""
        return self.filter(user_id=user.pk).live()

    def live(self) -> Self:
        """Return topics that are neither merged into another nor deleted."""
        return self.filter(merged_into=None, deleted_at=None)

    def forgettable(self) -> Self:
        """Return the machine's topics that hold no idea, and of which nothing was ever said."""
        unsaid = Q(corrections=None) & Q(corrections_from=None)
        return self.live().filter(unsaid, named_by=Author.MACHINE, ideas=None)

    def erasable(self, cutoff: datetime) -> Self:
        """Return topics that were deleted before a moment, and hold back no idea that is still there."""
        deleted = self.filter(deleted_at__lte=cutoff, ideas=None)
        return deleted.exclude(Exists(Idea.objects.filter(corrections__topic=OuterRef("pk"))))

    def in_sight(self) -> Self:
        """Return topics that are not hidden."""
        return self.filter(hidden=False)

    def of_a_person(self) -> Self:
        """Return topics that a person made or named."""
        return self.filter(named_by=Author.PERSON)

    def in_use(self) -> Self:
        """Return topics without the machine's own that hold no idea to be seen; pinned ones stay."""
        seen = Idea.objects.shown().not_let_go().filter(topic=OuterRef("pk"))
        return self.filter(Q(named_by=Author.PERSON) | Q(pinned=True) | Q(Exists(seen)))

    def without_place(self) -> Self:
        """Return topics that hold an idea to be seen, and have no place in the sky yet."""
        seen = Idea.objects.shown().filter(topic=OuterRef("pk"))
        return self.live().filter(Exists(seen), place_x=None).order_by("created_at", "pk")

    def sign_sizes(self) -> dict[uuid.UUID, int]:
        """Return how many ideas of each topic its sign shows: those to be seen, no more than it has points."""
        seen = Idea.objects.shown().not_let_go().filter(topic=OuterRef("pk")).order_by()
        full = seen.values_list(Value(SIGN_POINTS))[SIGN_POINTS - 1 : SIGN_POINTS]
        counted = seen.values("topic").annotate(number=Count("*")).values("number")
        return dict(self.values_list("pk", Coalesce(Subquery(full), Subquery(counted), 0)))

    def for_list(self) -> Self:
        """Return topics in use, the pinned first, then the newest.

        `latest`: when the idea was spoken that came last, of those not imported where there are any: found by an index,
        without a look at all that came before.
        """
        seen = Idea.objects.shown().not_let_go().filter(topic=OuterRef("pk")).order_by("-placed_at")
        spoken_at = seen.values("transcript__memo__recorded_at")
        latest = Coalesce(Subquery(spoken_at.filter(transcript__archive=False)[:1]), Subquery(spoken_at[:1]))
        return self.in_use().annotate(latest=latest).order_by("-pinned", F("latest").desc(nulls_last=True), "name")


class Topic(models.Model):
    """What several ideas are about. Its id never changes; its name changes only until a person gives one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="topics")
    name = models.CharField(max_length=120)
    named_by = models.CharField(max_length=7, choices=Author.choices, default=Author.MACHINE)
    sentence = models.CharField(max_length=500, blank=True, help_text="what the person said of it when they made it")
    merged_into = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True)
    hidden = models.BooleanField(default=False, help_text="shown only on asking; it gets ideas as before")
    pinned = models.BooleanField(default=False, help_text="stands first")
    place_x = models.FloatField(null=True, help_text="in the sky, from the left, 0 to 1: chosen once, never moved")
    place_y = models.FloatField(null=True, help_text="from the top")
    named_size = models.PositiveIntegerField(default=0, help_text="ideas in it when the machine last named it")
    review_pace = models.CharField(
        max_length=6,
        choices=[(pace.value, pace.value) for pace in TopicPace],
        default=TopicPace.USUAL.value,
        help_text="how often its ideas come back in reviews",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user", Lower("name"), name="topic_name", condition=Q(merged_into=None, deleted_at=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


def by_topic(ideas: Iterable[Idea]) -> list[tuple[Topic | None, list[Idea]]]:
    """Return runs of ideas under their topics, the unsorted last. ideas: ordered by topic."""
    groups = [(topic, list(among)) for topic, among in groupby(ideas, key=lambda idea: idea.topic)]
    return sorted(groups, key=lambda group: group[0] is None)
