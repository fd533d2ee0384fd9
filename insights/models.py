"""Ideas, the topics they stand in, what a person said about that, and the morning e-mail."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Max, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from capture.models import Memo, User
from insights.kinds import Kind
from transcription.models import Transcript


class Author(models.TextChoices):
    """Who said so. What a person said binds the machine."""

    MACHINE = "machine"
    PERSON = "person"


class Arrangement(models.Model):
    """How often a user's ideas and topics were arranged: whoever computed on an older count computes again."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True)
    version = models.PositiveIntegerField(default=0)
    vector_model = models.CharField(
        max_length=100, blank=True, help_text="whose vectors serve: ideas are compared by no others"
    )

    def __str__(self) -> str:
        return f"{self.user_id}@{self.version}"


class TopicQuerySet(models.QuerySet["Topic"]):
    """Questions asked of topics."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's topics; not those that were merged into another or deleted."""
        return self.filter(user_id=user.pk, merged_into=None, deleted_at=None)

    def of_a_person(self) -> Self:
        """Return topics that a person made or named."""
        return self.filter(named_by=Author.PERSON)

    def for_list(self) -> Self:
        """Return topics with `size` and `latest`, newest first; the machine's own without ideas are left out."""
        visible = Q(ideas__transcript__memo__deleted_at=None)
        counted = self.annotate(
            size=Count("ideas", filter=visible),
            latest=Max("ideas__transcript__memo__recorded_at", filter=visible),
        )
        return counted.filter(Q(size__gt=0) | Q(named_by=Author.PERSON)).order_by("-latest", "name")


class Topic(models.Model):
    """What several ideas are about. Its id never changes; its name changes only until a person gives one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="topics")
    name = models.CharField(max_length=120)
    named_by = models.CharField(max_length=7, choices=Author.choices, default=Author.MACHINE)
    sentence = models.CharField(max_length=500, blank=True, help_text="what the person said of it when they made it")
    merged_into = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True)
    named_size = models.PositiveIntegerField(default=0, help_text="ideas in it when the machine last named it")
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


class IdeaQuerySet(models.QuerySet["Idea"]):
    """Questions asked of ideas."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's ideas that are to be seen."""
        return self.filter(user_id=user.pk).shown()

    def shown(self) -> Self:
        """Return ideas of memos that are not deleted.

        Those of a transcript that is no longer current are a person's, or stay until the new one's are placed.
        """
        return self.filter(transcript__memo__deleted_at=None)

    def with_memo(self) -> Self:
        """Return ideas with all that showing them takes."""
        return self.select_related("topic", "transcript__memo").prefetch_related("transcript__edits")

    def in_order(self) -> Self:
        """Return ideas in the order in which they were spoken."""
        return self.with_memo().order_by("transcript__memo__recorded_at", "audio_start", "position")

    def newest_first(self) -> Self:
        """Return ideas by when they were spoken, the last one first."""
        return self.with_memo().order_by("-transcript__memo__recorded_at", "audio_start", "position")

    def with_vectors_of(self, model: str) -> Self:
        """Return ideas that have a vector of a model (see Idea.vector_of)."""
        return self.filter(Q(vector_model=model) | Q(other_model=model))

    def unsorted(self) -> Self:
        """Return ideas that wait for company."""
        return self.filter(topic=None)

    def of_kind(self, kind: Kind) -> Self:
        """Return tasks, questions, or thoughts."""
        return self.filter(kind=kind)

    def came_in_since(self, since: datetime) -> Self:
        """Return ideas of live memos received since then, grouped by topic, in the order they were spoken."""
        live = self.filter(transcript__memo__received_at__gte=since, transcript__memo__archive=False)
        return live.with_memo().order_by("topic__name", "transcript__memo__recorded_at", "audio_start", "position")

    def for_digest(self, since: datetime, until: datetime) -> Self:
        """Return what was placed after one moment and up to another, grouped by topic, in the order it was spoken."""
        fresh = self.filter(placed_at__gt=since, placed_at__lte=until, transcript__memo__archive=False)
        return fresh.with_memo().order_by("topic__name", "transcript__memo__recorded_at", "audio_start", "position")


class Idea(models.Model):
    """One idea: a span of a transcript's text, anchored to the span of audio in which it was spoken."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="ideas")
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="ideas")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    text_start = models.PositiveIntegerField(help_text="characters, in the transcript's text")
    text_end = models.PositiveIntegerField()
    audio_start = models.FloatField(help_text="seconds")
    audio_end = models.FloatField()
    kind = models.CharField(
        max_length=8, choices=[(kind.value, kind.value) for kind in Kind], default=Kind.THOUGHT.value
    )
    vector = models.BinaryField(help_text="float32, unit length; empty where no model knows the language yet")
    vector_model = models.CharField(max_length=100, blank=True)
    # A second one, so that the old serves while the new are made (services.embedding_anew).
    other_vector = models.BinaryField(default=b"")
    other_model = models.CharField(max_length=100, blank=True)
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, related_name="ideas")
    placed_by = models.CharField(max_length=7, choices=Author.choices, default=Author.MACHINE)
    placed_at = models.DateTimeField()

    objects = IdeaQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transcript", "position"], name="idea_position")]
        indexes = [models.Index(fields=["user", "placed_at"], name="idea_placed")]

    def __str__(self) -> str:
        return str(self.id)

    def vector_of(self, model: str) -> bytes:
        """Return its vector of a model, which it has."""
        return bytes(self.vector if self.vector_model == model else self.other_vector)

    @property
    def memo(self) -> Memo:
        """The memo in which it was spoken."""
        return self.transcript.memo

    @property
    def said(self) -> str:
        """What a person has for it, where they changed what was heard: the words, not the span, are another then."""
        said = self.transcript.said(self.text_start, self.text_end)
        return self.text if said is None else said


class AllKnown(models.Model):
    """A transcript that brings no ideas: what is said in it stands in ideas of an earlier one that a person touched."""

    transcript = models.OneToOneField(Transcript, models.CASCADE, primary_key=True, related_name="all_known")

    def __str__(self) -> str:
        return str(self.transcript_id)


def by_topic(ideas: Iterable[Idea]) -> list[tuple[Topic | None, list[Idea]]]:
    """Return runs of ideas under their topics, the unsorted last. ideas: ordered by topic."""
    groups = [(topic, list(among)) for topic, among in groupby(ideas, key=lambda idea: idea.topic)]
    return sorted(groups, key=lambda group: group[0] is None)


class Correction(models.Model):
    """What a person said about ideas and topics, never changed. It binds all later placing (`services.maps`)."""

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
        SPLIT = "split"
        DELETED = "deleted"

    user = models.ForeignKey(User, models.CASCADE)
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="corrections")
    idea = models.ForeignKey(Idea, models.CASCADE, null=True, related_name="corrections")
    from_topic = models.ForeignKey(Topic, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


def _unsubscribe_token() -> str:
    return secrets.token_urlsafe(24)


class DigestPlan(models.Model):
    """Whether, when and how a user wants the e-mail. There is none until they turn it on."""

    class Style(models.TextChoices):
        """How much of what was said may leave the machine."""

        WORDS = "words", _("the words themselves")
        LINKS = "links", _("links only")

    user = models.OneToOneField(User, models.CASCADE, related_name="digest_plan")
    enabled = models.BooleanField(default=False)
    hour = models.PositiveSmallIntegerField(default=7, help_text="of the user's own clock")
    style = models.CharField(max_length=5, choices=Style.choices, default=Style.LINKS)
    since = models.DateTimeField(null=True, help_text="when it was turned on, or its hour changed")
    unsubscribe_token = models.CharField(max_length=64, unique=True, default=_unsubscribe_token)

    def __str__(self) -> str:
        return str(self.pk)


class Digest(models.Model):
    """One day's e-mail, or that there was nothing to say. Unique by day: never two.

    SENDING is written before the mail server is spoken to. One found in it after a crash is not sent again, for it
    may have gone out; its ideas stand in the next one, for it may not.
    """

    class State(models.TextChoices):
        """How far it came."""

        SENDING = "sending"
        SENT = "sent"
        EMPTY = "empty"
        FAILED = "failed"

    user = models.ForeignKey(User, models.CASCADE, related_name="digests")
    day = models.DateField(help_text="the user's own")
    state = models.CharField(max_length=7, choices=State.choices)
    covers_until = models.DateTimeField(help_text="ideas placed up to then are in it")
    tried_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=1)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="digest_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"
