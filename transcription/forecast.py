"""When everything will be written down, as fast as this machine has been: what is new first, then the backlog."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Case, Q, Sum, Value, When

from capture.models import Memo
from transcription.estimates import speed, work
from transcription.models import Transcript

Row = tuple[bool, str, int]
"""Whether it belongs to the backlog, the kind of recording, and how many bytes of it there are."""


class Forecast(NamedTuple):
    """speed: seconds of sound heard in a second. live, whole: until what is new, or everything, is written down.

    None: nothing was measured yet. It is everybody's memos that this takes, for they are done in one order; and the
    machine's time, as if nobody kept old recordings to some hours.
    """

    speed: float | None
    live: timedelta | None
    whole: timedelta | None
    has_backlog: bool


def forecast() -> Forecast:
    """Return how long what waits will take this machine."""
    live, backlog = Counter[str](), Counter[str]()
    for is_backlog, kind, size in (*_begun(), *_unheard()):
        (backlog if is_backlog else live)[kind] += size
    return Forecast(speed(), work(live), work(live + backlog), bool(backlog))


def _begun() -> Iterable[Row]:
    waiting = Transcript.objects.unfinished().filter(memo__text_beside=None)
    later = Case(When(Q(memo__archive=True) | Q(again=True), then=Value(1)), default=Value(0))
    return waiting.annotate(later=later).values_list("later", "memo__kind").annotate(Sum("memo__bytes")).order_by()


def _unheard() -> Iterable[Row]:
    unheard = Memo.objects.kept().filter(transcripts=None, text_beside=None)
    return unheard.values_list("archive", "kind").annotate(Sum("bytes")).order_by()
