"""What was heard in memos: the tables of audio to words."""

from transcription.models.edits import Edit, Vocabulary
from transcription.models.slices import Slice
from transcription.models.transcripts import State, Transcript, TranscriptQuerySet

__all__ = ["Edit", "Slice", "State", "Transcript", "TranscriptQuerySet", "Vocabulary"]
