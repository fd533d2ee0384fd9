"""What a person said about ideas and topics, and what the machine asks them."""

import uuid
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from capture.models import User
from insights.models.ideas import Idea
from insights.models.topics import Topic


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Questions asked of corrections."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return what a user said."""
        return self.filter(user_id=user.pk)

    def standing(self) -> Self:
        """Return, in the order in which it was said, what was not undone."""
        undone = Correction.objects.filter(batch=OuterRef("batch"), kind=Correction.Kind.UNDONE)
        return self.filter(~Exists(undone)).order_by("pk")

    def undoable(self) -> Self:
        """Return what stands and can be undone: it is known how things were before."""
        return self.standing().filter(former__isnull=False)


class Correction(models.Model):
    """What a person said about ideas and topics, never changed. It binds all later placing (`services.user_index`).

    What was said by one click has one `batch`, and is undone together, by one more row of that batch.
    """

    class Kind(models.TextChoices):
        """What was said."""

        CREATED = "created"
        RENAMED = "renamed"
        MOVED = "moved"
        CONFIRMED = "confirmed"
        SPOKEN = "spoken"  # in the memo itself: "for the hand project"
        NOT_THIS = "not-this"
        MERGED = "merged"
        APART = "apart"
        WHOLE = "whole"
        SPLIT = "split"
        PARTED = "parted"  # an idea, of which this one is a part now
        JOINED = "joined"  # ideas, into this one
        EDGE_MOVED = "edge-moved"  # between this idea and its neighbour
        DELETED = "deleted"
        HIDDEN = "hidden"
        SHOWN = "shown"
        PINNED = "pinned"
        UNPINNED = "unpinned"
        UNDONE = "undone"

    user = models.ForeignKey(User, models.CASCADE)
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="corrections")
    idea = models.ForeignKey(Idea, models.CASCADE, null=True, related_name="corrections")
    from_topic = models.ForeignKey(Topic, models.SET_NULL, null=True, related_name="corrections_from")
    name = models.CharField(max_length=120, blank=True)
    batch = models.UUIDField(default=uuid.uuid4)
    former = models.JSONField(
        null=True, help_text="rows as they were, by table and key (services.undo); null: it cannot be undone"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["batch", "kind"], name="correction_batch")]
        constraints = [
            models.UniqueConstraint(fields=["batch"], condition=Q(kind="undone"), name="undone_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def was(self, table: str) -> dict[str, dict[str, Any] | None]:
        """Return what the rows of a table that it changed were before, by key; None for one that was not there."""
        rows: dict[str, dict[str, Any] | None] = (self.former or {}).get(table, {})
        return rows


EDGE_KINDS = (Correction.Kind.PARTED, Correction.Kind.JOINED, Correction.Kind.EDGE_MOVED)
"""What was said of which words belong to which idea."""


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Questions asked of proposals."""

    def open(self, user: User | AnonymousUser) -> Self:
        """Return what a user is asked, of topics that are there and not hidden."""
        there = {"merged_into": None, "deleted_at": None, "hidden": False}
        one = Q(**{f"topic__{name}": value for name, value in there.items()})
        other = Q(other=None) | Q(**{f"other__{name}": value for name, value in there.items()})
        asked = self.filter(one, other, user_id=user.pk, answer=Proposal.Answer.NONE)
        return asked.select_related("topic", "other").order_by("pk")


class Proposal(models.Model):
    """What the machine may not do by itself, and asks: to merge two topics, or to split one.

    Asked once: a "never" is a correction (APART, WHOLE), and it is not asked again.
    """

    class Answer(models.TextChoices):
        """What the person said to it."""

        NONE = ""
        YES = "yes"
        NEVER = "never"

    user = models.ForeignKey(User, models.CASCADE)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+", help_text="the older, which would stay")
    other = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="+", help_text="null: a split is asked")
    ideas = models.ManyToManyField(Idea, related_name="+", help_text="those that would get a topic of their own")
    name = models.CharField(max_length=120, blank=True, help_text="what the part that leaves might be called")
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(max_length=5, choices=Answer.choices, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "other"], name="proposed_merge"),
            models.UniqueConstraint(
                # What was split once may grow too wide again.
                fields=["topic"],
                name="proposed_split",
                condition=Q(other=None) & ~Q(answer="yes"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
