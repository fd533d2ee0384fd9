"""An idea made of a span of a transcript, and which of the transcript's words an idea holds."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from insights.core.segmentation.split import Span, span_of_words
from insights.models import Idea
from transcription.core.warnings.marks import mark_text, spans_of
from transcription.core.warnings.spans import doubtful_words
from transcription.core.words import Word
from transcription.models import Transcript


class WordRange(NamedTuple):
    """The words first..end (exclusive) of a transcript, counted from 0."""

    first: int
    end: int

    def span_in(self, words: Sequence[Word]) -> Span:
        """Return the characters and the seconds of these words. words: all of the transcript."""
        return span_of_words(words, self.first, self.end)


def idea_of_span(transcript: Transcript, words: Sequence[Word], position: int, span: Span) -> Idea:
    """Return a new idea, not saved, that holds a span of a transcript: without a kind, a vector, or a topic.

    words: all of the transcript.
    """
    text = transcript.text[span.text_start : span.text_end]
    doubtful = doubtful_words(transcript.warnings)
    marked = mark_text(words, (), doubtful, span.text_start, span.text_end) if doubtful else ()
    idea = Idea(
        user_id=transcript.memo.user_id,
        transcript=transcript,
        position=position,
        text=text,
        **span._asdict(),
        doubtful=spans_of(marked),
        vector=b"",
    )
    idea.judge_doubtful()
    return idea


def word_ends(words: Sequence[Word]) -> list[int]:
    """Return where in its text each word of a transcript ends."""
    return list(accumulate(len(word.text) for word in words))


def words_of_idea(idea: Idea, ends: Sequence[int]) -> WordRange:
    """Return which of its transcript's words an idea holds. ends: of all these (`word_ends`)."""
    if not ends:
        return WordRange(0, 0)
    # A word begins where the one before it ends.
    return WordRange(bisect_right(ends, idea.text_start), 1 + bisect_left(ends, idea.text_end, 0, len(ends) - 1))
