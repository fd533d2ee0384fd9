"""What people corrected in a transcript, beside the words that were heard, which stay."""

import uuid

from django.db import models

from capture.models import User
from transcription.models.transcripts import Transcript


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

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["batch"], name="edit_batch")]

    def __str__(self) -> str:
        return f"{self.transcript_id}[{self.first}:{self.last}]"


class Vocabulary(models.Model):
    """A word that one user says and Whisper does not know: a name, mostly. Used from its second correction on."""

    user = models.ForeignKey(User, models.CASCADE, related_name="vocabulary")
    word = models.CharField(max_length=100)
    corrections = models.PositiveIntegerField(default=0)
    by_hand = models.BooleanField(default=False, help_text="put in by the user: used at once")
    left_out = models.BooleanField(default=False, help_text="taken out by the user: not used, however often corrected")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["word"]
        constraints = [models.UniqueConstraint(fields=["user", "word"], name="vocabulary_word")]

    def __str__(self) -> str:
        return str(self.pk)
