"""Words that may not have been said, and a person who says that they were."""

import uuid
from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.db.models import F

from capture.models import User
from transcription.core.words import joined
from transcription.models import Edit, State, Transcript
from transcription.services.vocabulary import lock_user
from transcription.signals import transcript_edited, transcript_ready


def keep_words(transcript: Transcript, first: int, last: int, *, by: User) -> bool:
    """Record that a person says that words first..last (exclusive) were said as heard. Returns whether that was new.

    It is an edit that changes nothing, beside the words like any other, and can be undone. A recording that ended as
    "no speech" has all its words from then on, and goes to its ideas.
    """
    with transaction.atomic():
        lock_user(by)
        shown = Transcript.objects.current().filter(pk=transcript.pk, state__in=[State.READY, State.NO_SPEECH]).first()
        made = list(_keeping_edits(shown, first, last, by)) if shown else []
        if shown is None or not made:
            return False
        silent = Transcript.objects.current().filter(pk=shown.pk, state=State.NO_SPEECH, fence=shown.fence)
        now_ready = {"state": State.READY, "text": joined(shown.heard()), "fence": F("fence") + 1}
        is_spoken = bool(silent.update(**now_ready))
        if shown.state == State.NO_SPEECH and not is_spoken:
            return False  # it is heard anew since a moment ago
        Edit.objects.bulk_create(made)
        news = transcript_ready if is_spoken else transcript_edited
        transaction.on_commit(partial(news.send_robust, sender=Transcript, id=shown.pk), robust=True)
    return True


def _keeping_edits(transcript: Transcript, first: int, last: int, by: User) -> Iterator[Edit]:
    """Yield an edit for each run of words that are doubtful until now."""
    words, batch = transcript.heard(), uuid.uuid4()
    doubtful = sorted(number for number in transcript.doubtful() if first <= number < min(last, len(words)))
    begin = 0
    for place, number in enumerate(doubtful, start=1):
        if place == len(doubtful) or doubtful[place] != number + 1:
            run = slice(doubtful[begin], number + 1)
            text = joined(words[run])
            yield Edit(transcript=transcript, first=run.start, last=run.stop, text=text, by=by, batch=batch)
            begin = place
