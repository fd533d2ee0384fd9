"""The vocabulary of a user: words that the engine does not know, learned from corrections or added by hand."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from capture.models import User
from transcription.models import Edit, Vocabulary

MAX_PROMPT_WORDS = 60
MAX_PROMPT_BYTES = 480
"""What is told to the engine at most, with a comma and a space between: Whisper's prompt holds 223 tokens, and names
take one for two or three letters. What does not fit would be cut off by the engine, in the middle of a word."""

MAX_VOCABULARY_WORDS = 10_000
"""Words that corrections teach a vocabulary at most: each correction reads them all."""
WRITTEN_ROWS = 500


def hotwords(user: User) -> tuple[str, ...]:
    """Return the words that the engine is told of a user, the first ones first."""
    return fitting_words(Vocabulary.objects.of(user).in_use().values_list("word", flat=True)[:MAX_PROMPT_WORDS])


def fitting_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return as many of the first words as the engine's prompt has room for."""
    room, fitting = MAX_PROMPT_BYTES, []
    for word in words:
        room -= len(f"{word}, ".encode())
        if room < 0:
            break
        fitting.append(word)
    return tuple(fitting[:MAX_PROMPT_WORDS])


def lock_user(user: User) -> None:
    """Lock a user's row, so that nobody else changes their edits and words until the transaction ends."""
    User.objects.select_for_update().only("pk").get(pk=user.pk)


def count_taught_words(user: User, made: Iterable[Edit]) -> None:
    """Increase the counts of the words that edits taught."""
    _adjust_counts(user, made, 1)


def uncount_taught_words(user: User, undone: Iterable[Edit]) -> None:
    """Decrease the counts of the words that undone edits taught."""
    _adjust_counts(user, undone, -1)


def forget_taught_words(user: User, gone: Iterable[Edit]) -> None:
    """Uncount what edits taught that are deleted, and delete words that nothing else tells of."""
    edits = list(gone)
    uncount_taught_words(user, [edit for edit in edits if edit.undone_at is None])
    taught = [edit.taught for edit in edits if edit.taught]
    Vocabulary.objects.of(user).filter(word__in=taught, corrections=0, by_hand=False, left_out=False).delete()


def _adjust_counts(user: User, edits: Iterable[Edit], step: int) -> None:
    corrected = Counter(edit.taught for edit in edits if edit.taught)
    if not corrected:
        return
    known = _words_by_letters(user)
    room = max(MAX_VOCABULARY_WORDS - len(known), 0)
    new: dict[str, Vocabulary] = {}
    changed: dict[str, Vocabulary] = {}
    for written, times in corrected.items():
        letters = written.casefold()
        word = known.get(letters) or new.get(letters)
        if word is None and len(new) < room:
            word = new[letters] = Vocabulary(user=user, word=written)
        if word is not None:
            word.corrections = max(word.corrections + step * times, 0)
            word.changed_at = timezone.now()
            if letters in known:
                changed[letters] = word
    Vocabulary.objects.bulk_create(new.values(), batch_size=WRITTEN_ROWS)
    Vocabulary.objects.bulk_update(changed.values(), ["corrections", "changed_at"], batch_size=WRITTEN_ROWS)


def _words_by_letters(user: User) -> dict[str, Vocabulary]:
    """Return a user's words by their letters alone: a word is one, however its capitals are written."""
    return {word.word.casefold(): word for word in Vocabulary.objects.of(user)}


def add_vocabulary_word(user: User, written: str) -> Vocabulary:
    """Add a word by hand, in this spelling; it is used at once, even if it was excluded before."""
    with transaction.atomic():
        lock_user(user)
        word = _words_by_letters(user).get(written.casefold()) or Vocabulary(user=user)
        word.word, word.by_hand, word.left_out = written, True, False
        word.save()
    return word


def exclude_word(word: Vocabulary) -> None:
    """Exclude a word, however often it is corrected from now on."""
    _update_word(word, left_out=True)


def include_word(word: Vocabulary) -> None:
    """Include a word that was excluded, or one that was not corrected often enough yet."""
    _update_word(word, left_out=False, by_hand=True)


def _update_word(word: Vocabulary, **columns: bool) -> None:
    Vocabulary.objects.filter(pk=word.pk).update(**columns, changed_at=timezone.now())
