"""Reviews: which ideas a person meets in one, what they decided, and when ideas come back."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from capture.models import User
from insights.core.review.choices import Decision, Dial, TopicPace
from insights.core.review.schedule import Spacing
from insights.models.ideas import Idea

DECISIONS = [
    (Decision.KEEP.value, _("Keep")),
    (Decision.LATER.value, _("Later")),
    (Decision.ACT.value, _("Act")),
    (Decision.LET_GO.value, _("Let go")),
]
DIALS = [
    (Dial.SOONER.value, _("sooner")),
    (Dial.USUAL.value, _("usual")),
    (Dial.EVENTUALLY.value, _("eventually")),
]
PACES = [
    (TopicPace.USUAL.value, _("as often as for others")),
    (TopicPace.SELDOM.value, _("less often")),
    (TopicPace.RARELY.value, _("seldom")),
]


class ReviewPlan(models.Model):
    """How a user wants to be asked. There is none until they say so."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="review_plan")
    dial = models.CharField(max_length=10, choices=DIALS, default=Dial.USUAL.value)
    rested_before = models.DateTimeField(
        null=True, help_text="what came in before and was never met rests: many came in at once, and were let rest"
    )

    def __str__(self) -> str:
        return str(self.pk)


class ReviewSessionQuerySet(models.QuerySet["ReviewSession"]):
    """Questions asked of reviews."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's reviews."""
        return self.filter(user_id=user.pk)

    def open(self) -> Self:
        """Return reviews that were begun and not ended."""
        return self.filter(ended_at=None)

    def ended(self) -> Self:
        """Return reviews that ended, the last one first."""
        return self.filter(ended_at__isnull=False).order_by("-ended_at")


class ReviewSession(models.Model):
    """One review: a few ideas, chosen when it was begun, and an end. A user has at most one that is open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="reviews")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(help_text="when something was decided last, or it was begun")
    asked_ideas = models.PositiveSmallIntegerField(null=True, help_text="how many were asked for; null: so much time")
    asked_minutes = models.PositiveSmallIntegerField(null=True)

    objects = ReviewSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="review_open"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ReviewTurnQuerySet(models.QuerySet["ReviewTurn"]):
    """Questions asked of the ideas of a review."""

    def shown(self) -> Self:
        """Return those whose ideas are to be seen, in the order in which they are met."""
        seen = self.filter(idea__transcript__memo__deleted_at=None, idea__is_replaced=False)
        return seen.order_by("position", "idea__audio_start", "pk")

    def undecided(self) -> Self:
        """Return those of which nothing is decided yet, or no longer."""
        decided = ReviewDecision.objects.standing().filter(session=OuterRef("session"), idea=OuterRef("idea"))
        return self.shown().filter(~Exists(decided))


class ReviewTurn(models.Model):
    """One idea of a review, at its place, which it shares with what it was parted from."""

    session = models.ForeignKey(ReviewSession, models.CASCADE, related_name="turns")
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    part = models.PositiveSmallIntegerField(help_text="why it is in it (core.review.queue.QueuePart)")

    objects = ReviewTurnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "idea"], name="review_turn_idea"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReviewDecisionQuerySet(models.QuerySet["ReviewDecision"]):
    """Questions asked of what was decided."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return what a user decided."""
        return self.filter(session__user_id=user.pk)

    def standing(self) -> Self:
        """Return what was not undone, in the order in which it was decided."""
        return self.filter(undone_at=None).order_by("pk")

    def of_shown_ideas(self) -> Self:
        """Return what was decided of ideas that hold their words still."""
        return self.filter(idea__is_replaced=False)


class ReviewDecision(models.Model):
    """What was decided of an idea in a review, in which one stands for it; one that is undone stays as a row."""

    session = models.ForeignKey(ReviewSession, models.CASCADE, related_name="decisions")
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="review_decisions")
    decision = models.CharField(max_length=6, choices=DECISIONS)
    nonce = models.UUIDField(help_text="made with the page from which it was sent: what is sent twice is done once")
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    former = models.JSONField(null=True, help_text="the idea's state as it was before; null: it had none")
    batch = models.UUIDField(null=True, help_text="of the corrections that the same click made: its topic")

    objects = ReviewDecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "idea"], condition=Q(undone_at=None), name="review_decided_once"
            ),
            models.UniqueConstraint(fields=["session", "nonce"], name="review_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.pk}"


class ReviewStateQuerySet(models.QuerySet["ReviewState"]):
    """Questions asked of what became of ideas."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return what became of a user's ideas that are to be seen."""
        return self.filter(user_id=user.pk, idea__transcript__memo__deleted_at=None, idea__is_replaced=False)

    def due(self, now: datetime) -> Self:
        """Return ideas that were put off and are back, the longest back first."""
        return self.filter(decision=Decision.LATER, due_at__lte=now).order_by("due_at")

    def to_act_on(self) -> Self:
        """Return the list to act on: what is still to be done first, then what was done last."""
        listed = self.filter(decision=Decision.ACT).select_related("idea__topic", "idea__transcript__memo")
        return listed.prefetch_related("idea__transcript__edits").order_by(
            models.F("done_at").desc(nulls_first=True), "seen_at", "pk"
        )

    def let_go(self) -> Self:
        """Return ideas that were let go, the last one first."""
        return self.filter(decision=Decision.LET_GO).order_by("-seen_at", "pk")


class ReviewState(models.Model):
    """What became of an idea that was met. An idea without one was never met.

    stability, difficulty: what FSRS knows of one that was put off, kept when something else is decided.
    """

    idea = models.OneToOneField(Idea, models.CASCADE, primary_key=True, related_name="review_state")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    decision = models.CharField(max_length=6, choices=DECISIONS)
    seen_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="when it comes back; null: it does not")
    stability = models.FloatField(null=True, help_text="days")
    difficulty = models.FloatField(null=True, help_text="in [1, 10]")
    spaced_at = models.DateTimeField(null=True, help_text="when it was put off last")
    done_at = models.DateTimeField(null=True, help_text="when it was ticked on the list to act on")

    objects = ReviewStateQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "decision", "due_at"], name="review_due"),
            # What was let go last, and the keys of all that was, are read off this alone.
            models.Index(fields=["user", "decision", "-seen_at", "idea"], name="review_seen"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.pk}"

    @property
    def spacing(self) -> Spacing | None:
        """What FSRS knows of it, or None where it was never put off."""
        if self.stability is None or self.difficulty is None or self.spaced_at is None:
            return None
        return Spacing(self.stability, self.difficulty, self.spaced_at, self.due_at or self.spaced_at)
