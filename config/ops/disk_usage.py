"""How much room recordings and all else take, by kind, and how that grows."""

import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, Count, Q, QuerySet, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from capture.models import Memo, User
from capture.storage.stores import list_bucket
from config.ops.alerts import free_bytes

MONTHS = 12
DAYS_A_MONTH = 30.4
FOLDERS = {
    "incoming": _("Recordings that are arriving"),
    "uploads": _("Uploads that were broken off"),
    "unclaimed": _("Recordings that belong to nobody here"),
    "models": _("Speech models"),
    "backups": _("Copies of the database"),
    "mail": _("Mails that were written to files"),
    "logs": _("Logs"),
}


class UsedRoom(NamedTuple):
    """One kind of what takes room. size: bytes."""

    name: str
    size: int


class Month(NamedTuple):
    """What came in within a month. size: bytes of originals."""

    begins: date
    memos: int
    size: int


class Growth(NamedTuple):
    """The recordings that are kept, and what came in lately. a_month: bytes, by the last three months or less."""

    memos: int
    size: int
    months: list[Month]
    a_month: int


def _growth(memos: QuerySet[Memo], now: datetime) -> Growth:
    """Return how these memos grew over the last MONTHS months, the newest first."""
    whole = memos.aggregate(memos=Count("*"), size=Sum("bytes", filter=Q(original_gone_at=None)))
    return Growth(whole["memos"], whole["size"] or 0, _months(memos, now), _monthly_bytes(memos, now))


def _months(memos: QuerySet[Memo], now: datetime) -> list[Month]:
    """Return the last MONTHS months in which something came in, by the calendar here, the newest first."""
    begin = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    begins = [begin]
    while len(begins) < MONTHS:
        begins.append((begins[-1] - timedelta(days=1)).replace(day=1))
    # Cut by the bounds themselves: SQLite would cut each time to its month by a function of Python.
    nth = Case(*(When(received_at__gte=begin, then=Value(n)) for n, begin in enumerate(begins)))
    lately = memos.filter(received_at__gte=begins[-1]).order_by().annotate(nth=nth).values_list("nth")
    rows = lately.annotate(memos=Count("*"), size=Sum("bytes"))
    return [Month(begins[n].date(), number, size) for n, number, size in sorted(rows)]


def _monthly_bytes(memos: QuerySet[Memo], now: datetime) -> int:
    since = now - timedelta(days=3 * DAYS_A_MONTH)
    first = memos.order_by("received_at").values_list("received_at", flat=True).first()
    if first is None:
        return 0
    days = max((now - max(first, since)).total_seconds() / 86_400, DAYS_A_MONTH)
    lately = memos.filter(received_at__gte=since).aggregate(size=Sum("bytes"))["size"] or 0
    return int(lately / days * DAYS_A_MONTH)


def user_growth(user: User, now: datetime) -> Growth:
    """Return what a user's recordings take."""
    return _growth(Memo.objects.of(user), now)


def machine_growth(now: datetime) -> Growth:
    """Return what everybody's recordings take; whose they are is told to nobody."""
    return _growth(Memo.objects.kept(), now)


def originals_cutoff(now: datetime) -> datetime:
    """Return when originals had to arrive that are old enough to be let go of by ORIGINALS_MONTHS."""
    return now - timedelta(days=settings.ORIGINALS_MONTHS * DAYS_A_MONTH)


def count_removed_originals(user: User) -> int:
    """Return how many of a user's recordings are there as playback copies alone."""
    return Memo.objects.of(user).exclude(original_gone_at=None).count()


def used_room() -> list[UsedRoom]:
    """Return what takes room, the largest first, and what is free in the data folder. Raises StoreUnreachable."""
    home = Path(settings.HOME)
    audio = [*_file_sizes(home / "audio"), *((one.kept.path, one.kept.size) for one in list_bucket())]
    copies = sum(size for name, size in audio if name.endswith(".m4a"))
    found = [
        UsedRoom(str(_("Recordings as they came")), sum(size for _name, size in audio) - copies),
        UsedRoom(str(_("Playback copies")), copies),
        UsedRoom(str(_("The database")), sum(path.stat().st_size for path in home.glob("stillnote.sqlite3*"))),
        *(UsedRoom(str(said), sum(size for _name, size in _file_sizes(home / name))) for name, said in FOLDERS.items()),
    ]
    taking = sorted((kind for kind in found if kind.size), key=lambda kind: -kind.size)
    return [*taking, UsedRoom(str(_("Free")), free_bytes())]


def _file_sizes(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield name and size of every file below a folder that may not be there."""
    for within, _folders, names in os.walk(folder):
        for name in names:
            try:
                yield name, os.lstat(os.path.join(within, name)).st_size  # noqa: PTH118 - thousands of them
            except FileNotFoundError:  # gone meanwhile
                continue
