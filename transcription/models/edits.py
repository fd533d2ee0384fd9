"""What people corrected in a transcript, beside the words that were heard, which stay."""

import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from capture.models import User
from transcription.core.edit_script import Replacement
from transcription.models.transcripts import Transcript

USED_FROM_CORRECTIONS = 2
"""Corrections from which on a word is told to the engine: one may be a slip."""


class EditQuerySet(models.QuerySet["Edit"]):
    """Questions asked of edits."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's edits, but for those of memos that are deleted."""
        return self.filter(by_id=user.pk, transcript__memo__deleted_at=None)

    def standing(self) -> Self:
        """Return those that were not undone."""
        return self.filter(undone_at=None)


class Edit(models.Model):
    """Words first..last (exclusive) of a transcript, counted from 0, as a person has them instead; a history.

    What one click changed has one `batch`, and is undone together.
    """

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="edits")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    batch = models.UUIDField(default=uuid.uuid4)
    by = models.ForeignKey(User, models.CASCADE, related_name="edits")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    taught = models.CharField(
        max_length=100, blank=True, help_text="the word of the vocabulary that it was counted for"
    )

    objects = EditQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["batch"], name="edit_batch")]

    def __str__(self) -> str:
        return f"{self.transcript_id}[{self.first}:{self.last}]"

    def change(self) -> Replacement:
        """Return what it changes."""
        return Replacement(self.first, self.last, self.text)


class VocabularyQuerySet(models.QuerySet["Vocabulary"]):
    """Questions asked of words."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's words."""
        return self.filter(user_id=user.pk)

    def in_use(self) -> Self:
        """Return what is told to the engine: by hand first, then the most often corrected, then the latest."""
        used = self.filter(Q(by_hand=True) | Q(corrections__gte=USED_FROM_CORRECTIONS), left_out=False)
        return used.order_by("-by_hand", "-corrections", "-changed_at", "pk")

    def not_yet(self) -> Self:
        """Return what was not corrected often enough to be told."""
        return self.filter(by_hand=False, corrections__range=(1, USED_FROM_CORRECTIONS - 1), left_out=False)

    def left_out(self) -> Self:
        """Return what the user does not want to be told."""
        return self.filter(left_out=True)


class Vocabulary(models.Model):
    """A word that one user says and Whisper does not know: a name, mostly. Used from its second correction on."""

    user = models.ForeignKey(User, models.CASCADE, related_name="vocabulary")
    word = models.CharField(max_length=100)
    corrections = models.PositiveIntegerField(default=0)
    by_hand = models.BooleanField(default=False, help_text="put in by the user: used at once")
    left_out = models.BooleanField(default=False, help_text="taken out by the user: not used, however often corrected")
    changed_at = models.DateTimeField(auto_now=True)

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        ordering = ["word"]
        constraints = [models.UniqueConstraint(fields=["user", "word"], name="vocabulary_word")]

    def __str__(self) -> str:
        return str(self.pk)
