"""Words that a person erases: taken out of a transcript with what was made of them, and put back while that can be."""

import json
from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from transcription.core.taking_out import Gap, gap_of, warnings_left, words_left
from transcription.core.words import Word, from_rows, joined
from transcription.models import Edit, Transcript
from transcription.services import vocabulary
from transcription.signals import transcript_edited

TakenOut = dict[str, Any]
"""What was taken out of a transcript, as JSON keeps it: numbers and words, the warnings of before, and edits."""


class _ExactEncoder(DjangoJSONEncoder):
    """Keeps all digits of a moment."""

    def default(self, o: object) -> object:
        """Return what stands for something that JSON does not know."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def gap_in(taken: TakenOut) -> Gap:
    """Return where in its transcript it was."""
    return Gap(taken["numbers"], from_rows(taken["words"]))


def edited_texts(taken: TakenOut) -> list[str]:
    """Return what a person had written in the place of words that were taken out."""
    return [edit["fields"]["text"] for edit in json.loads(taken["edits"])]


def take_out(transcript: Transcript, numbers: Collection[int]) -> TakenOut:
    """Take words out of a transcript, with every edit that touches one, and return them; within a transaction.

    numbers: of the words. What is counted by other edits follows; the caller's own counts do not.
    """
    words = transcript.heard()
    gap = gap_of(words, numbers)
    edits = list(transcript.edits.all())
    going = [edit for edit in edits if not set(numbers).isdisjoint(range(edit.first, edit.last))]
    staying = [edit for edit in edits if edit not in going]
    taken = {
        "numbers": gap.numbers,
        "words": gap.words,
        "warnings": transcript.warnings,
        "edits": serializers.serialize("json", going, cls=_ExactEncoder),
    }
    user = transcript.memo.user
    vocabulary.lock_user(user)
    vocabulary.forget_taught_words(user, going)
    Edit.objects.filter(pk__in=[edit.pk for edit in going]).delete()
    for edit in staying:
        edit.first, edit.last = gap.number_after(edit.first), gap.number_after(edit.last - 1) + 1
    Edit.objects.bulk_update(staying, ["first", "last"])
    _rewrite(transcript, words_left(words, gap), warnings_left(transcript.warnings, gap))
    return taken


def put_back(transcript: Transcript, taken: TakenOut) -> None:
    """Undo `take_out`, within a transaction: the last that was taken out of a transcript comes back first."""
    gap = gap_in(taken)
    staying = list(transcript.edits.all())
    for edit in staying:
        edit.first, edit.last = gap.range_before(edit.first, edit.last)
    Edit.objects.bulk_update(staying, ["first", "last"])
    user = transcript.memo.user
    vocabulary.lock_user(user)
    keys = list[int]()
    for kept in serializers.deserialize("json", taken["edits"]):
        kept.save()
        keys.append(kept.object.pk)
    vocabulary.count_taught_words(user, Edit.objects.standing().filter(pk__in=keys))
    _rewrite(transcript, gap.fill(transcript.heard()), taken["warnings"])


def _rewrite(transcript: Transcript, words: list[Word], warnings: list[str]) -> None:
    """Write which words a transcript has. Where nobody seemed to speak, there are words and no text."""
    text = joined(words) if transcript.text else ""
    values: dict[str, Any] = {"text": text, "words": words, "warnings": warnings, "erased_at": timezone.now()}
    Transcript.objects.filter(pk=transcript.pk).update(**values)
    transcript.refresh_from_db()
    announce = partial(transcript_edited.send_robust, sender=Transcript, id=transcript.pk)
    transaction.on_commit(announce, robust=True)
