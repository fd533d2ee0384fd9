"""What is written down of a long memo so far."""

from django.db import models

from transcription.core.hearing import HeardSlice
from transcription.core.words import from_rows
from transcription.models.transcripts import Transcript


class Slice(models.Model):
    """One stretch of a transcript under way, cut at pauses: a worker that is killed repeats at most one of them."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="slices")
    position = models.PositiveIntegerField()
    start = models.FloatField(help_text="seconds from the beginning of the audio")
    end = models.FloatField()
    words = models.JSONField(
        default=list, help_text="[[text, start, end, probability], ...], times as in the transcript"
    )
    warnings = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True)
    compute_seconds = models.FloatField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["transcript", "position"], name="slice_position")]

    def __str__(self) -> str:
        return f"{self.transcript_id}[{self.position}]"

    def heard(self) -> HeardSlice:
        """Return what was heard in it."""
        return HeardSlice(self.start, self.end, from_rows(self.words), self.language, self.warnings)
