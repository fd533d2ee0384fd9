"""Addresses of a person's own that are told what happens here, and what each was told."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from capture.models import Memo, User
from insights.models.ideas import Idea
from transcription.models import Transcript, TranscriptQuerySet

UNTOLD_DAYS = 7
"""How long back it is looked for words that were not told."""
LONG_HEARD_DAYS = 30
"""How long ago a recording may have come that is written down only now."""


class WebhookEvent(models.TextChoices):
    """What is told."""

    TRANSCRIPT_READY = "transcript.ready", _("A recording is written down")
    IDEAS_PLACED = "ideas.placed", _("Ideas found their topics")
    IDEA_ACTED_ON = "idea.acted_on", _("You put an idea on the list to act on")
    TEST = "test", _("A test")


TOLD_EVENTS = [(event.value, event.label) for event in WebhookEvent if event != WebhookEvent.TEST]
"""What a person chooses from."""


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    """Questions asked of addresses."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's."""
        return self.filter(user_id=user.pk)

    def told(self) -> Self:
        """Return those that are told something: on, and of an open account."""
        return self.filter(off="", user__is_active=True)

    def due(self, now: datetime) -> Self:
        """Return those for which something is due and to which nobody is sending; the one that rested longest first."""
        waiting = WebhookDelivery.objects.due(now).filter(endpoint=OuterRef("pk"))
        free = Q(lease=None) | Q(lease__lt=now)
        return self.told().filter(free, Exists(waiting), rests_until__lte=now).order_by("rests_until", "pk")


class WebhookEndpoint(models.Model):
    """An address of a user's. One message at a time is on its way to it, by lease and fence.

    Its secret is made from its id and the data folder's key (`services.webhooks.secret_key_of`) and stored nowhere.
    """

    class Off(models.TextChoices):
        """Why it is told nothing."""

        ON = ""
        PERSON = "person", _("You switched it off.")
        FAILING = "failing", _("It took nothing for five days, so it is switched off.")
        GONE = "gone", _("It said that it is gone for good, so it is switched off.")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list, help_text="what it is told (WebhookEvent)")
    with_words = models.BooleanField(default=False, help_text="whether words and names go with the ids")
    created_at = models.DateTimeField()
    told_from = models.DateTimeField(help_text="when it was switched on last: what happened before is not told")
    off = models.CharField(max_length=7, choices=Off.choices, blank=True)
    failing_since = models.DateTimeField(null=True, help_text="since when it takes nothing")
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    rests_until = models.DateTimeField(help_text="until when it is left alone")
    lease = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["off", "rests_until"], name="webhook_rest")]

    def __str__(self) -> str:
        return str(self.pk)

    def untold_transcripts(self, now: datetime) -> TranscriptQuerySet:
        """Return what was written down since it was switched on, and is not told: no old recordings, nothing again."""
        since = max(self.told_from, now - timedelta(days=UNTOLD_DAYS))
        late = Memo.objects.filter(user=self.user_id, received_at__gte=since - timedelta(days=LONG_HEARD_DAYS))
        told = WebhookDelivery.objects.filter(
            endpoint=self, event=WebhookEvent.TRANSCRIPT_READY, transcript=OuterRef("pk")
        )
        fresh = Transcript.objects.current().ready().live().filter(memo__in=late.values("pk"), again=False)
        return fresh.filter(~Exists(told), finished_at__gte=since)


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Questions asked of messages."""

    def due(self, now: datetime) -> Self:
        """Return what is to be sent by now, the oldest first."""
        return self.filter(state=WebhookDelivery.State.WAITING, due_at__lte=now).order_by("created_at", "pk")

    def for_list(self) -> Self:
        """Return what was told or is to be, the newest first."""
        return self.exclude(state=WebhookDelivery.State.DROPPED).order_by("-created_at", "-pk")


class WebhookDelivery(models.Model):
    """One message to one address: what it is about. What it says is made from the rows when it is sent, never kept."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting"
        TAKEN = "taken"
        GIVEN_UP = "given-up"
        DROPPED = "dropped"  # what it was about is gone or hidden

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=20, choices=WebhookEvent.choices)
    transcript = models.ForeignKey(Transcript, models.CASCADE, null=True, related_name="+")
    idea = models.ForeignKey(Idea, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=20, blank=True, help_text="why it was not taken: a code")
    status = models.PositiveSmallIntegerField(null=True, help_text="of the last answer")

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["endpoint", "state", "due_at"], name="webhook_due"),
            models.Index(fields=["endpoint", "tried_at"], name="webhook_tried"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "transcript"],
                condition=Q(event=WebhookEvent.TRANSCRIPT_READY.value),
                name="webhook_words_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def message_id(self) -> str:
        """Its webhook-id: the same however often it is sent."""
        return f"msg_{self.pk.hex}"
