"""The words that a user says and the engine does not know: learned from corrections, seen to by hand."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from capture.models import User
from transcription.models import Edit, Vocabulary

MOST_PROMPT_WORDS = 60
MOST_PROMPT_BYTES = 480
"""What is told to the engine at most, with a comma and a space between: Whisper's prompt holds 223 tokens, and names
take one for two or three letters. What does not fit would be cut off by the engine, in the middle of a word."""


def hotwords(user: User) -> tuple[str, ...]:
    """Return the words that the engine is told of a user, the first ones first."""
    return fitting_words(Vocabulary.objects.of(user).in_use().values_list("word", flat=True)[:MOST_PROMPT_WORDS])


def fitting_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return as many of the first words as the engine's prompt has room for."""
    room, fitting = MOST_PROMPT_BYTES, []
    for word in words:
        room -= len(f"{word}, ".encode())
        if room < 0:
            break
        fitting.append(word)
    return tuple(fitting[:MOST_PROMPT_WORDS])


def lock_user(user: User) -> None:
    """Let nobody else change a user's edits and words until the transaction under way has ended."""
    User.objects.select_for_update().only("pk").get(pk=user.pk)


def count_taught_words(user: User, made: Iterable[Edit]) -> None:
    """Count the words that edits taught."""
    _adjust_counts(user, made, 1)


def uncount_taught_words(user: User, undone: Iterable[Edit]) -> None:
    """Take back what was counted for edits."""
    _adjust_counts(user, undone, -1)


def _adjust_counts(user: User, edits: Iterable[Edit], step: int) -> None:
    corrected = Counter(edit.taught for edit in edits if edit.taught)
    if not corrected:
        return
    known = _words_by_letters(user)
    for written, times in corrected.items():
        word = known.setdefault(written.casefold(), Vocabulary(user=user, word=written))
        word.corrections = max(word.corrections + step * times, 0)
        word.save()


def _words_by_letters(user: User) -> dict[str, Vocabulary]:
    """Return a user's words by their letters alone: a word is one, however its capitals are written."""
    return {word.word.casefold(): word for word in Vocabulary.objects.of(user)}


def add_word(user: User, written: str) -> Vocabulary:
    """Put a word in by hand, as it is written now; it is used at once, though it was taken out before."""
    with transaction.atomic():
        lock_user(user)
        word = _words_by_letters(user).get(written.casefold()) or Vocabulary(user=user)
        word.word, word.by_hand, word.left_out = written, True, False
        word.save()
    return word


def exclude_word(word: Vocabulary) -> None:
    """Leave a word out, however often it is corrected from now on."""
    _update_word(word, left_out=True)


def include_word(word: Vocabulary) -> None:
    """Use a word again that was taken out, or use one before it was corrected often enough."""
    _update_word(word, left_out=False, by_hand=True)


def _update_word(word: Vocabulary, **columns: bool) -> None:
    Vocabulary.objects.filter(pk=word.pk).update(**columns, changed_at=timezone.now())
