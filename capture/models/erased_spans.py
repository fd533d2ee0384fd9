"""Stretches of recordings that people erased: silent wherever they are played, and then in the files too."""

from typing import Self

from django.db import models

from capture.models.memos import Memo


class ErasedSpanQuerySet(models.QuerySet["ErasedSpan"]):
    """Questions asked of erased stretches."""

    def final(self) -> Self:
        """Return those that nobody can bring back: what is left of them goes."""
        return self.filter(is_final=True)


class ErasedSpan(models.Model):
    """A stretch of a recording that is not to be heard any more. The row goes when the last byte of it went.

    While there is one, its memo's `original_gone_at` is set: the playback copy is all there is.
    """

    memo = models.ForeignKey(Memo, models.CASCADE, related_name="erased_spans")
    start = models.FloatField(help_text="seconds")
    end = models.FloatField()
    packets = models.JSONField(
        null=True,
        help_text="[[offset, bytes], ...] of the playback copy; null: it cannot be silenced in it, and all of it goes",
    )
    had_original = models.BooleanField(help_text="whether the recording as it came is there, should it be brought back")
    was_unseen = models.BooleanField(
        default=False, help_text="whether its bytes were never here (`UnseenOriginal`), should it be brought back"
    )
    is_final = models.BooleanField(default=False, help_text="nobody can bring it back")

    objects = ErasedSpanQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)
