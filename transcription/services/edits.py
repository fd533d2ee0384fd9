"""Edit transcripts: heard words are never rewritten, edits are saved beside them."""

import uuid
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from capture.models import User
from transcription.core.edit_script import Replacement, changes_to, standing_changes, text_of, text_pieces
from transcription.core.tokens import capitalized_as, taught_word, word_parts
from transcription.core.words import Word, joined
from transcription.models import Edit, Transcript
from transcription.services import vocabulary
from transcription.services.occurrences import WordPlace, place_of_words, same_words_elsewhere
from transcription.signals import transcript_edited

MAX_KEY_DIGITS = 18


class ShownChange(NamedTuple):
    """One change as it is told: what was heard, what a person has instead, and the seconds of its audio."""

    heard: str
    text: str
    start: float
    end: float


class EditStep(NamedTuple):
    """What was changed at once in a transcript, and in how many places of other memos with it."""

    batch: UUID
    made_at: datetime
    undone_at: datetime | None
    changed: list[ShownChange]
    elsewhere: int


class ChangedMeanwhile(Exception):
    """The same words were changed since the person saw them; text: as it stands now, with this person's words in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def edit_text(transcript: Transcript, text: str, *, by: User, seen: Collection[int] | None = None) -> int:
    """Save edits that make a transcript's text this one. Returns how many places that changed.

    seen: the keys of the edits that stood in the text that was changed; those that stand now, if None. What else was
    changed or undone since stands as well. Raises ChangedMeanwhile where that is of the same words.
    """
    wanted = text.replace("\r\n", "\n").strip()

    def edits() -> list[Edit]:
        words, now = transcript.heard(), transcript.changes()
        if seen is None:
            return list(_edits(transcript, changes_to(wanted, words, now), by))
        before = [edit.change() for edit in transcript.edits.all() if edit.pk in seen]
        made = list(_edits(transcript, changes_to(wanted, words, before), by))
        since = set(standing_changes(before)) ^ set(standing_changes(now))
        if any(edit.first < other.last and other.first < edit.last for edit in made for other in since):
            mine = [edit.change() for edit in made]
            raise ChangedMeanwhile(text_of(text_pieces(words, [*now, *mine])))
        return made

    return _save_unless_changed(edits, by)


def standing_keys(transcript: Transcript) -> str:
    """Return the keys of the edits that stand now, as a form keeps them (`edit_keys`): never the empty text."""
    return " ".join(map(str, transcript.edits.standing().values_list("pk", flat=True))) or " "


def edit_keys(told: str | None) -> set[int] | None:
    """Return the keys of edits that a form says its text was shown with, or None where it says nothing of them."""
    return None if told is None else {int(key) for key in told.split() if key.isdigit() and len(key) <= MAX_KEY_DIGITS}


def correct_word(at: WordPlace, written: str, also: Collection[str], *, by: User) -> int:
    """Save a correction of a word, and of its other occurrences that have these keys, as one change.

    Each keeps its own punctuation. Written as nothing, it is taken out. Returns how many places that changed.
    """

    def edits() -> list[Edit]:
        here = place_of_words(at.transcript, at.first, at.last)
        if here is None:
            return []
        changes = {here.transcript: [_corrected(here, written, here)]}
        for there in same_words_elsewhere(here, by, also) if also else []:
            changes.setdefault(there.transcript, []).append(_corrected(there, written, here))
        return [edit for transcript, here in changes.items() for edit in _edits(transcript, here, by)]

    return _save_unless_changed(edits, by)


def _corrected(there: WordPlace, written: str, first: WordPlace) -> Replacement:
    before, core, after = word_parts(there.stood)
    text = f"{before}{capitalized_as(written, first.core, core)}{after}" if written else ""
    return Replacement(there.first, there.last, text)


def _edits(transcript: Transcript, changes: Iterable[Replacement], by: User) -> Iterator[Edit]:
    """Yield what is to be kept of changes: those that change something; a word is counted once."""
    heard, shown = transcript.heard(), transcript.pieces()
    firsts = [piece.first for piece in shown]
    counted: set[str] = set()
    for first, last, text in changes:
        stood = text_of(shown[bisect_left(firsts, first) : bisect_left(firsts, last)])
        if text == stood:
            continue
        word = taught_word([word.text for word in heard[first:last]], stood, text)
        is_new = word.casefold() not in counted
        counted.add(word.casefold())
        yield Edit(transcript=transcript, first=first, last=last, text=text, by=by, taught=word if is_new else "")


def _save_unless_changed(edits: Callable[[], list[Edit]], by: User) -> int:
    """Save edits that are computed outside of the transaction; compute them anew if the user edited meanwhile."""
    while True:
        before = _changed_so_far(by)
        made = edits()
        with transaction.atomic():
            vocabulary.lock_user(by)
            if _changed_so_far(by) == before:
                return _save_edits(made, by)


def _changed_so_far(user: User) -> dict[str, int | None]:
    return Edit.objects.filter(by=user).aggregate(last=Max("pk"), undone=Count("undone_at"))


def _save_edits(made: list[Edit], by: User) -> int:
    batch = uuid.uuid4()
    for edit in made:
        edit.batch = batch
    Edit.objects.bulk_create(made)
    vocabulary.count_taught_words(by, made)
    _announce_on_commit(made)
    return len(made)


def _announce_on_commit(edits: Iterable[Edit]) -> None:
    """Announce, once the transaction is over, each transcript that edits or their undoing changed."""
    for transcript_id in dict.fromkeys(edit.transcript_id for edit in edits):
        transaction.on_commit(partial(transcript_edited.send_robust, sender=Transcript, id=transcript_id), robust=True)


def undo_edits(user: User, batch: UUID) -> int:
    """Undo all edits of one click, in every memo. Returns how many they were."""
    with transaction.atomic():
        vocabulary.lock_user(user)
        made = list(Edit.objects.standing().filter(by=user, batch=batch))
        Edit.objects.filter(pk__in=[edit.pk for edit in made]).update(undone_at=timezone.now())
        vocabulary.uncount_taught_words(user, made)
        _announce_on_commit(made)
    return len(made)


def edit_steps(transcript: Transcript) -> list[EditStep]:
    """Return what was changed in a transcript, undone or not, the last first."""
    words = transcript.heard()
    made = transcript.edits.order_by("-made_at", "-pk")
    with_it = (
        Edit.objects.of(transcript.memo.user).exclude(transcript=transcript).filter(batch__in=made.values("batch"))
    )
    elsewhere = dict(with_it.order_by().values_list("batch").annotate(Count("pk")))
    return [
        EditStep(
            batch,
            edits[0].made_at,
            edits[0].undone_at,
            [_shown_change(edit, words) for edit in edits],
            elsewhere.get(batch, 0),
        )
        for batch, edits in (
            (batch, sorted(among, key=lambda edit: edit.first))
            for batch, among in groupby(made, key=lambda edit: edit.batch)
        )
    ]


def _shown_change(edit: Edit, words: list[Word]) -> ShownChange:
    heard = words[edit.first : edit.last]
    return ShownChange(joined(heard).strip(), edit.text.strip(), heard[0].start, heard[-1].end)
