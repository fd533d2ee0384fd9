"""The question of the night: asked in the evening, answered or carried over in the morning."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from capture.models import User
from transcription.models import Transcript


class EveningQuestionQuerySet(models.QuerySet["EveningQuestion"]):
    """Questions asked of evening questions."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's questions, but for those whose recording is deleted; `said` needs no query more."""
        shown = Q(transcript=None) | Q(transcript__memo__deleted_at=None)
        found = self.filter(shown, user_id=user.pk).select_related("user", "transcript", "carried_from")
        return found.prefetch_related("transcript__edits")

    def of_evenings(self, evenings: Collection[date]) -> Self:
        """Return the questions of the nights that began in these evenings."""
        return self.filter(evening__in=evenings)

    def newest_first(self) -> Self:
        """Return questions by their evenings, the last one first."""
        return self.order_by("-evening")


class EveningQuestion(models.Model):
    """What a person takes to sleep. There is one for each night at most."""

    class Outcome(models.TextChoices):
        """What became of it in the morning."""

        ANSWERED = "answered", _("answered")
        CARRIED = "carried", _("carried over")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="evening_questions")
    evening = models.DateField(help_text="the day whose evening its night begins in")
    text = models.TextField(help_text="as it was typed, or heard")
    transcript = models.ForeignKey(
        Transcript, models.CASCADE, null=True, related_name="evening_questions", help_text="where it was spoken"
    )
    text_start = models.PositiveIntegerField(null=True, help_text="characters, in the transcript's text")
    text_end = models.PositiveIntegerField(null=True)
    carried_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="carried_to",
        help_text="the night before in which it was asked",
    )
    asked_at = models.DateTimeField()
    utc_offset = models.SmallIntegerField(null=True, help_text="of the phone that it was spoken to, in minutes")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    settled_at = models.DateTimeField(null=True)
    change = models.PositiveIntegerField(default=1, help_text="grows with each: a page says which one it shows")
    former = models.JSONField(
        null=True, help_text="how it was before the last change; empty: it was not there; null: nothing to undo"
    )

    objects = EveningQuestionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "evening"], name="question_evening")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def said(self) -> str:
        """What is asked, as its person has it by now, beginning with a capital letter."""
        said = None
        if self.transcript is not None and self.text_start is not None and self.text_end is not None:
            said = self.transcript.said(self.text_start, self.text_end)
        text = (self.text if said is None else said).strip()
        return text[:1].upper() + text[1:]

    @property
    def shown(self) -> str:
        """Which question, and which change of it, a page shows: it sends that along."""
        return f"{self.pk}.{self.change}"


class NoQuestion(models.Model):
    """A transcript that begins as a question of the night, and of which its person said that it asks none."""

    transcript = models.OneToOneField(Transcript, models.CASCADE, primary_key=True, related_name="no_question")

    def __str__(self) -> str:
        return str(self.transcript_id)
