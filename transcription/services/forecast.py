"""When everything will be written down, as fast as this machine has been: what is new first, then the backlog."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from capture.models import Memo
from transcription.models import State, Transcript, TranscriptQuerySet
from transcription.services.estimates import measures, speed, work

SAMPLE = 500
"""Recordings whose sizes are looked at; where more wait, these stand for all."""

Sizes = Counter[str]
"""Bytes of each kind of recording."""


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
    begun = Transcript.objects.filter(state__in=[State.WAITING, State.CLAIMED])
    new = begun.live().filter(again=False)
    live, whole = _of_transcripts(new), _of_transcripts(begun)
    if is_any_unheard():
        unheard = Memo.objects.kept().filter(transcripts=None, text_beside=None)
        rows = list(unheard.values_list("archive", "kind", "bytes"))
        live += _sum((kind, size) for archive, kind, size in rows if not archive)
        whole += _sum((kind, size) for _archive, kind, size in rows)
    latest = measures()
    has_backlog = whole.total() > live.total()
    return Forecast(speed(latest) if latest else None, work(live, latest), work(whole, latest), has_backlog)


def is_any_unheard() -> bool:
    """Return whether a memo may have no transcript yet: to count both is faster by far than to look for one."""
    return Memo.objects.count() > Transcript.objects.filter(current=True).count()


def _of_transcripts(transcripts: TranscriptQuerySet) -> Sizes:
    """Return the sizes of what was not given as text."""
    to_hear = transcripts.filter(memo__text_beside=None, memo__deleted_at=None)
    sample = list(to_hear.values_list("memo__kind", "memo__bytes")[:SAMPLE])
    stands_for = max(transcripts.count() / SAMPLE, 1.0) if len(sample) == SAMPLE else 1.0
    return Sizes({kind: round(size * stands_for) for kind, size in _sum(sample).items()})


def _sum(rows: Iterable[tuple[str, int]]) -> Sizes:
    sizes = Sizes()
    for kind, size in rows:
        sizes[kind] += size
    return sizes
