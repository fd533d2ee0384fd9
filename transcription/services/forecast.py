"""When all that waits, or what is left of old recordings, will be written down, as fast as this machine has been."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum

from capture.models import Import, ImportedFile, Memo, User
from capture.services.archive_pace import archive_pace_of
from transcription.core.engines.provided_text import ProvidedText
from transcription.models import State, Transcript, TranscriptQuerySet

SAMPLE_RECORDINGS = 500
"""Recordings whose sizes are looked at; where more wait, these stand for all."""

Sizes = Counter[str]
"""Bytes of each kind of recording."""
MEASURED_TRANSCRIPTS = 200
"""How many of the latest transcripts the machine's speed is taken from."""
ANY = ""
"""Stands for every kind of recording."""

Measure = tuple[str, int, float, float]
"""Of a transcript: its recording's kind and bytes, its seconds of sound, and the seconds that hearing it took."""


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
        live += _bytes_by_kind((kind, size) for archive, kind, size in rows if not archive)
        whole += _bytes_by_kind((kind, size) for _archive, kind, size in rows)
    latest = latest_measures()
    has_backlog = whole.total() > live.total()
    return Forecast(
        hearing_speed(latest) if latest else None, work_time(live, latest), work_time(whole, latest), has_backlog
    )


def is_any_unheard() -> bool:
    """Return whether there may be a memo without a transcript; counting both is much faster than searching."""
    return Memo.objects.count() > Transcript.objects.filter(current=True).count()


def _of_transcripts(transcripts: TranscriptQuerySet) -> Sizes:
    """Return the sizes of what was not given as text."""
    to_hear = transcripts.filter(memo__text_beside=None, memo__deleted_at=None)
    sample = list(to_hear.values_list("memo__kind", "memo__bytes")[:SAMPLE_RECORDINGS])
    stands_for = max(transcripts.count() / SAMPLE_RECORDINGS, 1.0) if len(sample) == SAMPLE_RECORDINGS else 1.0
    return Sizes({kind: round(size * stands_for) for kind, size in _bytes_by_kind(sample).items()})


def _bytes_by_kind(rows: Iterable[tuple[str, int]]) -> Sizes:
    sizes = Sizes()
    for kind, size in rows:
        sizes[kind] += size
    return sizes


class ArchiveLeft(NamedTuple):
    """What is still to be done of a user's old recordings. takes: of this machine; None: nothing was measured yet.

    lasts: until it is over, if only the hours of a day that the user chose are used.
    """

    recordings: int
    takes: timedelta | None
    lasts: timedelta | None


def archive_left(user: User) -> ArchiveLeft:
    """Return what is still to be heard of a user's imported memos, and of the files that are being taken in.

    A recording's length shows only when it is read: until then its bytes are told by others of its kind. What has a
    text beside it need not be heard, and takes next to nothing.
    """
    to_do = Q(transcripts=None) | Q(transcripts__in=Transcript.objects.current().unfinished().of(user))
    memos = Memo.objects.of(user).filter(to_do, archive=True, text_beside=None)
    begun = [Import.State.RUNNING, Import.State.PAUSED]
    files = _to_be_heard().filter(taken_by__user=user, taken_by__state__in=begun)
    sizes = dict(memos.values_list("kind").annotate(size=Sum("bytes")).order_by())
    sizes[ANY] = files.aggregate(size=Sum("size"))["size"] or 0
    return _archive_left(user, memos.count() + files.count(), sizes)


def import_left(taken: Import) -> ArchiveLeft:
    """Return what is left to hear of the files that an import has still to take in, also before it begins."""
    files = _to_be_heard().filter(taken_by=taken)
    return _archive_left(taken.user, files.count(), {ANY: files.aggregate(size=Sum("size"))["size"] or 0})


def _to_be_heard() -> QuerySet[ImportedFile]:
    without_text = Q(text_name="") | Q(taken_by__uses_texts=False)
    return ImportedFile.objects.filter(without_text, state=ImportedFile.State.WAITING)


def _archive_left(user: User, recordings: int, sizes: dict[str, int]) -> ArchiveLeft:
    takes = work_time(sizes, latest_measures()) if recordings else timedelta()
    return ArchiveLeft(recordings, takes, None if takes is None else takes * 24 / archive_pace_of(user).hours_a_day)


def work_time(sizes: Mapping[str, float], latest: list[Measure]) -> timedelta | None:
    """Return how long recordings take this machine; None: nothing was measured yet. sizes: bytes of each kind."""
    if not latest:
        return None
    of_each_byte = {
        kind: _ratio((sound, size) for of, size, sound, _work in latest if kind in {of, ANY})
        for kind in {ANY, *(of for of, *_rest in latest)}
    }
    sound = sum(size * of_each_byte.get(kind, of_each_byte[ANY]) for kind, size in sizes.items())
    return timedelta(seconds=sound / hearing_speed(latest))


def hearing_speed(latest: list[Measure]) -> float:
    """Return how many seconds of sound this machine hears in a second."""
    threads: int = settings.WORKER_THREADS
    return threads * _ratio((sound, work_time) for _of, _size, sound, work_time in latest)


def latest_measures() -> list[Measure]:
    """Return what was measured of late, the newest first."""
    measured = Transcript.objects.filter(audio_seconds__gt=0, compute_seconds__gt=0).exclude(engine=ProvidedText.name)
    columns = ("memo__kind", "memo__bytes", "audio_seconds", "compute_seconds")
    return list(measured.order_by(F("finished_at").desc()).values_list(*columns)[:MEASURED_TRANSCRIPTS])


def _ratio(pairs: Iterable[tuple[float, float]]) -> float:
    """Return the sum of the first numbers for each one of the second."""
    first, second = zip(*pairs, strict=True)
    return float(sum(first) / sum(second))
