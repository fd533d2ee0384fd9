"""Where else a word was heard: in the same user's memos, whatever its capitals and the punctuation around it."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from capture.models import User
from transcription.core.edit_script import Piece, text_of
from transcription.core.tokens import comparable, word_parts
from transcription.core.warnings.marks import MarkedText, mark_pieces
from transcription.core.words import Word
from transcription.models import Transcript, TranscriptQuerySet

MAX_OFFERED_PLACES = 100
MAX_SOUGHT_WORDS = 3
"""Words that are looked for elsewhere: a longer run is a sentence, and was said once."""
MAX_READ_WORDS = 500_000
"""Words of a user's last memos that are looked through: a short word is in nearly all of them."""
CONTEXT_WORDS = 6
"""Words shown before and after."""
AROUND_SECONDS = 0.3
"""Seconds played before and after: a word's times are right to some 0.15 s, and one that is cut off is misheard."""


class WordPlace(NamedTuple):
    """A few words of a transcript: as they were heard, as they stand, and what is around them.

    first, last: as in an Edit. start, end: seconds of their audio, with a little around it to hear them well by.
    """

    transcript: Transcript
    first: int
    last: int
    heard: tuple[str, ...]
    stood: str
    start: float
    end: float
    pieces_before: tuple[Piece, ...]
    pieces_after: tuple[Piece, ...]

    @property
    def before(self) -> str:
        """Return what stands before it."""
        return text_of(self.pieces_before)

    @property
    def after(self) -> str:
        """Return what stands after it."""
        return text_of(self.pieces_after)

    @property
    def marked_before(self) -> list[MarkedText]:
        """Return what stands before it, cut where doubt begins and ends."""
        return mark_pieces(self.pieces_before, self.transcript.doubtful())

    @property
    def marked_after(self) -> list[MarkedText]:
        """Return what stands after it, likewise."""
        return mark_pieces(self.pieces_after, self.transcript.doubtful())

    @property
    def core(self) -> str:
        """Return what stands there, without the punctuation around it."""
        return word_parts(self.stood).core

    @property
    def next(self) -> int | None:
        """Return the end of these words and the next one together, or None where that would be too many."""
        is_last = self.last == len(self.transcript.words)
        return None if is_last or self.last - self.first >= MAX_SOUGHT_WORDS else self.last + 1

    @property
    def key(self) -> str:
        """Return what tells it from other places, in a form."""
        return f"{self.transcript.pk}:{self.first}"


def place_of_words(transcript: Transcript, first: int, last: int) -> WordPlace | None:
    """Return the place of these words, and of those that were changed together with them; None where there is none."""
    words, shown = transcript.heard(), transcript.pieces()
    if not first < last <= len(words):
        return None
    touched = [number for number, piece in enumerate(shown) if piece.last > first and piece.first < last]
    return _place_of_pieces(transcript, words, shown, touched[0], touched[-1] + 1)


def _place_of_pieces(transcript: Transcript, words: list[Word], shown: list[Piece], begin: int, end: int) -> WordPlace:
    here = shown[begin:end]
    first, last = here[0].first, here[-1].last
    return WordPlace(
        transcript,
        first,
        last,
        tuple(word.text for word in words[first:last]),
        text_of(here),
        max(here[0].start - AROUND_SECONDS, 0.0),
        min(here[-1].end + AROUND_SECONDS, transcript.audio_seconds or here[-1].end),
        tuple(shown[max(begin - CONTEXT_WORDS, 0) : begin]),
        tuple(shown[end : end + CONTEXT_WORDS]),
    )


def same_words_elsewhere(of: WordPlace, user: User, keys: Collection[str] | None = None) -> list[WordPlace]:
    """Return where else a user said the same and nothing was changed, the last memo first. keys: these places alone."""
    sought = [comparable(text) for text in of.heard]
    if len(sought) > MAX_SOUGHT_WORDS or not any(sought):
        return []
    spoken = Transcript.objects.current().of(user).ready()
    if keys is not None:
        spoken = spoken.filter(pk__in=_transcripts(keys))
    spoken = _holding(max(sought, key=len), spoken).select_related("memo").prefetch_related("edits")
    newest_first = _within_reach(spoken.order_by("-memo__recorded_at", "pk").iterator(chunk_size=MAX_OFFERED_PLACES))
    found = (there for transcript in newest_first for there in _within(transcript, sought))
    wanted = (there for there in found if not _places_overlap(there, of) and (keys is None or there.key in keys))
    return list(islice(wanted, MAX_OFFERED_PLACES))


def _within_reach(spoken: Iterator[Transcript]) -> Iterator[Transcript]:
    """Yield the first transcripts, of so many words together as are looked through while a page waits."""
    words = 0
    for transcript in spoken:
        words += len(transcript.words)
        if words > MAX_READ_WORDS:
            return
        yield transcript


def _transcripts(keys: Collection[str]) -> Iterator[UUID]:
    for key in keys:
        with suppress(ValueError):
            yield UUID(key.partition(":")[0])


def _holding(word: str, spoken: TranscriptQuerySet) -> TranscriptQuerySet:
    """Leave out transcripts in which a word cannot be; which of the others hold it is seen from their words.

    SQLite knows the capitals of ASCII alone, so that the usual ways to write a word are all asked for.
    """
    ways = Q(text__icontains=word)
    for way in {word.capitalize(), word.title(), word.upper()}:
        ways |= Q(text__contains=way)
    return spoken.filter(ways)


def _within(transcript: Transcript, sought: list[str]) -> Iterator[WordPlace]:
    words = transcript.heard()
    heard = [comparable(word.text) for word in words]
    here = [first for first in range(len(heard)) if heard[first : first + len(sought)] == sought]
    if not here:
        return
    shown = transcript.pieces()
    unchanged = {piece.first: number for number, piece in enumerate(shown) if not piece.is_changed}
    for first in here:
        if all(number in unchanged for number in range(first, first + len(sought))):
            begin = unchanged[first]
            yield _place_of_pieces(transcript, words, shown, begin, begin + len(sought))


def _places_overlap(one: WordPlace, other: WordPlace) -> bool:
    return one.transcript == other.transcript and one.first < other.last and other.first < one.last
