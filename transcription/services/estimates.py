"""How long what is still to be written down of old recordings will take this machine."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum

from capture.models import Import, ImportedFile, Memo, User
from capture.services.archive_pace import archive_pace_of
from transcription.core.engines.provided_text import GivenText
from transcription.models import Transcript

MEASURED = 200
"""How many of the latest transcripts the machine's speed is taken from."""
ANY = ""
"""Stands for every kind of recording."""

Measure = tuple[str, int, float, float]
"""Of a transcript: its recording's kind and bytes, its seconds of sound, and the seconds that hearing it took."""


class Left(NamedTuple):
    """What is still to be done of a user's old recordings. takes: of this machine; None: nothing was measured yet.

    lasts: until it is over, if only the hours of a day that the user chose are used.
    """

    recordings: int
    takes: timedelta | None
    lasts: timedelta | None


def left(user: User) -> Left:
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
    return _left(user, memos.count() + files.count(), sizes)


def left_of(taken: Import) -> Left:
    """Return what hearing the files that an import has still to take in comes to, also before it is begun."""
    files = _to_be_heard().filter(taken_by=taken)
    return _left(taken.user, files.count(), {ANY: files.aggregate(size=Sum("size"))["size"] or 0})


def _to_be_heard() -> QuerySet[ImportedFile]:
    without_text = Q(text_name="") | Q(taken_by__uses_texts=False)
    return ImportedFile.objects.filter(without_text, state=ImportedFile.State.WAITING)


def _left(user: User, recordings: int, sizes: dict[str, int]) -> Left:
    takes = work(sizes, measures()) if recordings else timedelta()
    return Left(recordings, takes, None if takes is None else takes * 24 / archive_pace_of(user).hours_a_day)


def work(sizes: Mapping[str, float], latest: list[Measure]) -> timedelta | None:
    """Return how long recordings take this machine; None: nothing was measured yet. sizes: bytes of each kind."""
    if not latest:
        return None
    of_each_byte = {
        kind: _ratio((sound, size) for of, size, sound, _work in latest if kind in {of, ANY})
        for kind in {ANY, *(of for of, *_rest in latest)}
    }
    sound = sum(size * of_each_byte.get(kind, of_each_byte[ANY]) for kind, size in sizes.items())
    return timedelta(seconds=sound / speed(latest))


def speed(latest: list[Measure]) -> float:
    """Return how many seconds of sound this machine hears in a second."""
    threads: int = settings.WORKER_THREADS
    return threads * _ratio((sound, work) for _of, _size, sound, work in latest)


def measures() -> list[Measure]:
    """Return what was measured of late, the newest first."""
    measured = Transcript.objects.filter(audio_seconds__gt=0, compute_seconds__gt=0).exclude(engine=GivenText.name)
    columns = ("memo__kind", "memo__bytes", "audio_seconds", "compute_seconds")
    return list(measured.order_by(F("finished_at").desc()).values_list(*columns)[:MEASURED])


def _ratio(pairs: Iterable[tuple[float, float]]) -> float:
    """Return the sum of the first numbers for each one of the second."""
    first, second = zip(*pairs, strict=True)
    return float(sum(first) / sum(second))
