"""Old recordings, taken in file by file: listed first, begun when a person says so, going on whoever was killed.

The rows say what is still to be done. Whoever works on an import holds it for a while, so that workers do not do the
same twice; should they, identity by bytes makes it harmless.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from capture.core.errors import Refusal
from capture.core.problems import NO_PROBLEM, StoredProblem
from capture.models import Import, ImportedFile, User
from capture.models.imports import ImportQuerySet
from capture.services.doors import Door, closed_doors
from capture.signals import import_due
from capture.sources.imports.ingest import ingest_file
from capture.sources.imports.scan import MAX_LISTED_NAME_CHARACTERS, scan_folder

BATCH_ROWS = 100
"""Rows written at once."""


State = Import.State


def request_import(user: User, folder: str, time_zone: str) -> Import:
    """Ask a worker to list a folder, or to go on with its unfinished import: a folder has one at a time.

    time_zone: as the IANA names it, of a new list. Raises Refusal where the folder cannot be read.
    """
    taken = Import.objects.of(user).filter(folder=str(_import_folder(folder))).exclude(state=State.ENDED).first()
    if taken is None:
        taken = _create_import(user, folder, time_zone)
    else:
        resting = Import.objects.filter(pk=taken.pk, state__in=[State.LISTED, State.PAUSED])
        resting.update(state=State.LISTING, **NO_PROBLEM.columns(), held_until=None)
    _announce_import(taken)
    return taken


def hold_import_here(user: User, folder: str, time_zone: str) -> Import:
    """Return an import that the caller lists and takes in: one that has not ended, or a new one. Raises Refusal."""
    mine = Import.objects.of(user).filter(folder=str(_import_folder(folder)), time_zone=time_zone)
    taken = mine.exclude(state=State.ENDED).first()
    if taken is None:
        return _create_import(user, folder, time_zone, held_until=_lease_end())
    mine.filter(pk=taken.pk).update(state=State.LISTING, **NO_PROBLEM.columns(), held_until=_lease_end())
    return taken


def _create_import(user: User, folder: str, time_zone: str, held_until: datetime | None = None) -> Import:
    taken = unsaved_import(user, folder, time_zone)
    taken.held_until = held_until
    taken.save(force_insert=True)
    return taken


def unsaved_import(user: User, folder: str, time_zone: str) -> Import:
    """Return an import that leaves no trace, to look at what it would take in. Raises Refusal."""
    if time_zone not in available_timezones():
        raise Refusal("no-such-zone")
    return Import(user=user, folder=str(_import_folder(folder)), time_zone=time_zone)


def _import_folder(named: str) -> Path:
    try:
        folder = Path(named).resolve(strict=True)
        str(folder).encode()  # a name that is no text is none that the database keeps
    except (OSError, ValueError, RuntimeError) as error:
        raise Refusal("no-folder") from error
    if not Path(named).is_absolute() or not folder.is_dir() or len(str(folder)) > MAX_LISTED_NAME_CHARACTERS:
        raise Refusal("no-folder")
    if folder.is_relative_to(settings.HOME.resolve()):
        raise Refusal("data-folder")
    return folder


def list_import_anew(taken: Import, time_zone: str) -> Import:
    """Return the same import, listed by another time zone. Raises Refusal. What was begun is not dated anew."""
    if not Import.objects.filter(pk=taken.pk, state__in=[State.LISTING, State.LISTED]).exists():
        return taken
    anew = _create_import(taken.user, taken.folder, time_zone)
    _announce_import(anew)
    discard_import(taken)
    return anew


def start_import(taken: Import, *, uses_texts: bool) -> None:
    """Let workers take in what is listed, or go on with it. uses_texts: whether texts beside stand in for hearing."""
    if _set_running(taken, uses_texts=uses_texts, held_until=None):
        _announce_import(taken)


def start_import_here(taken: Import, *, uses_texts: bool) -> None:
    """Set an import running and hold it; the caller takes the files in."""
    _set_running(taken, uses_texts=uses_texts, held_until=_lease_end())


def _set_running(taken: Import, **columns: object) -> bool:
    resting = Import.objects.filter(pk=taken.pk, state__in=[State.LISTED, State.PAUSED])
    return bool(resting.update(state=State.RUNNING, **NO_PROBLEM.columns(), **columns))


def pause_import(taken: Import, problem: StoredProblem = NO_PROBLEM) -> None:
    """Pause an import until a person goes on with it. problem: why, where it was not their wish."""
    running = Import.objects.filter(pk=taken.pk, state=State.RUNNING)
    running.update(state=State.PAUSED, **problem.columns(), held_until=None)


def discard_import(taken: Import) -> None:
    """Delete an import and its list of files. Its memos stay."""
    Import.objects.filter(pk=taken.pk).update(state=State.ENDED)  # whoever is listing it stops
    while pks := list(taken.files.values_list("pk", flat=True)[:1000]):
        ImportedFile.objects.filter(pk__in=pks).delete()
    Import.objects.filter(pk=taken.pk).delete()


def _announce_import(taken: Import) -> None:
    transaction.on_commit(lambda: import_due.send_robust(sender=Import, id=taken.pk), robust=True)


def imports_waiting() -> int:
    """Return how many imports could be worked on now."""
    return _due_imports().count()


def _due_imports() -> ImportQuerySet:
    """Return those that could be worked on now; in a restored copy, those alone that were asked for in it."""
    due = Import.objects.due(timezone.now())
    closed = closed_doors()
    return due.filter(created_at__gt=closed.since) if closed and Door.FOLDERS in closed.doors else due


def work_on_next_import(until: datetime) -> bool:
    """Work on the oldest import that is due, until some time. Returns whether there was one."""
    for taken in _due_imports().select_related("user"):
        if not hold_import(taken, taken.state, only_free=True):
            continue
        done: Iterator[object] = record_listing(taken) if taken.state == State.LISTING else ingest_files(taken)
        for _ in done:
            if timezone.now() >= until:
                break
        Import.objects.filter(pk=taken.pk).update(held_until=None)
        return True
    return False


def hold_import(taken: Import, state: str, *, only_free: bool = False) -> bool:
    """Renew the lease of an import, and return whether it is still in that state. only_free: and nobody held it."""
    now = timezone.now()
    mine = Import.objects.filter(pk=taken.pk, state=state)
    if only_free:
        mine = mine.filter(Q(held_until=None) | Q(held_until__lt=now))
    return bool(mine.update(held_until=_lease_end()))


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)


def record_listing(taken: Import) -> Iterator[int]:
    """Insert rows for the files that are not listed yet; yield the number of rows after each batch."""
    fresh = scan_folder(taken, set(taken.files.values_list("name", flat=True)))
    try:
        while rows := list(islice(fresh, BATCH_ROWS)):
            with transaction.atomic():
                if not hold_import(taken, State.LISTING):
                    return
                ImportedFile.objects.bulk_create(rows, ignore_conflicts=True)
            yield len(rows)
    except Refusal as refusal:
        listing = Import.objects.filter(pk=taken.pk, state=State.LISTING)
        listing.update(state=State.ENDED, **refusal.problem.columns(), ended_at=timezone.now())
        return
    Import.objects.filter(pk=taken.pk, state=State.LISTING).update(state=State.LISTED)


def ingest_files(taken: Import) -> Iterator[ImportedFile]:
    """Take in one file after the other, and yield each; stop where it is paused, or can for now not go on."""
    waiting = taken.files.filter(state=ImportedFile.State.WAITING).order_by("recorded_at", "pk")
    while file := waiting.select_related("taken_by__user").first():
        if not hold_import(taken, State.RUNNING):
            return
        try:
            ingest_file(file)
        except (Refusal, OSError) as error:  # of reading the file itself there is a Refusal
            pause_import(taken, error.problem if isinstance(error, Refusal) else StoredProblem("broken-disk"))
            return
        yield file
    Import.objects.filter(pk=taken.pk, state=State.RUNNING).update(state=State.ENDED, ended_at=timezone.now())
