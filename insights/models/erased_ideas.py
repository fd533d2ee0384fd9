"""Ideas that a person erased, while they can still be brought back."""

from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from capture.models import ErasedSpan, User
from insights.models.ideas import Idea


class ErasedIdeaQuerySet(models.QuerySet["ErasedIdea"]):
    """Questions asked of erased ideas."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's, but for those of recordings that are deleted."""
        return self.filter(idea__user_id=user.pk, span__memo__deleted_at=None)

    def past_undo(self, erased_before: datetime) -> Self:
        """Return those that can no longer be brought back, the first that was erased first."""
        return self.filter(erased_at__lt=erased_before).order_by("erased_at")


class ErasedIdea(models.Model):
    """An idea that is shown nowhere (`Idea.is_replaced`) and goes for good soon, with the words that were its."""

    idea = models.OneToOneField(Idea, models.CASCADE, primary_key=True, related_name="erased")
    span = models.OneToOneField(ErasedSpan, models.CASCADE, related_name="+")
    erased_at = models.DateTimeField()
    words = models.JSONField(
        help_text="by the keys of transcripts: what was taken out of each (transcription.services.taking_out)"
    )

    objects = ErasedIdeaQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)
