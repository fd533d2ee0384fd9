"""Exports that people asked for: made by a worker, kept for some days, and removed."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from capture.core.errors import Refusal
from capture.core.problems import StoredProblem
from capture.models import User
from capture.storage.filesystem import is_nearly_full, refuse_when_full
from config.models import Export, TakeoutJob
from config.takeout.compose import expected_bytes, write_export
from config.takeout.core.manifest import TakeoutKind
from config.takeout.core.zip_members import ExportRefused
from config.takeout.files import write_whole_file
from config.takeout.jobs import JobProgress, LostJob, claim_job, count_due_jobs, end_job
from config.takeout.signals import export_due

PIECE_BYTES = 64 * 1024
MAX_TRIES = 3
"""A worker that ended so often at an export ended by it."""


class ExportFile(NamedTuple):
    """The file of an export, to be sent in parts. size: bytes."""

    path: Path
    size: int

    def part(self, span: range) -> Iterator[bytes]:
        """Open it and return some of its bytes. Raises FileNotFoundError."""
        return _pieces_of(self.path.open("rb"), span)


def _pieces_of(file: BinaryIO, span: range) -> Iterator[bytes]:
    with file:
        file.seek(span.start)
        left = len(span)
        while left and (piece := file.read(min(PIECE_BYTES, left))):
            left -= len(piece)
            yield piece


def exports_folder() -> Path:
    """Make the folder of exports, if need be, and return it."""
    folder = Path(settings.HOME) / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def export_path(key: UUID) -> Path:
    """Return where the file of an export is, once it is whole."""
    return exports_folder() / f"{key}.zip"


def find_export_file(export: Export) -> ExportFile:
    """Return the file of an export. Raises FileNotFoundError."""
    path = export_path(export.pk)
    return ExportFile(path, path.stat().st_size)


def request_export(user: User, kind: str) -> Export:
    """Ask a worker for an export; one of the same kind that is under way is the same. Raises ExportRefused."""
    under_way = Export.objects.of(user).under_way().filter(kind=kind).first()
    if under_way is not None:
        return under_way
    expected = expected_bytes(user, cast("TakeoutKind", kind))
    if is_nearly_full(expected):
        raise ExportRefused("export-no-room")
    made = Export.objects.create(user=user, kind=kind, all_bytes=expected)
    transaction.on_commit(lambda: export_due.send_robust(sender=Export, id=made.pk), robust=True)
    return made


def count_due_exports() -> int:
    """Return whether an export waits, as a number."""
    return count_due_jobs(Export)


def make_next_export() -> bool:
    """Make the export that waits longest. Returns whether there was one."""
    job = claim_job(Export)
    if job is None:
        return False
    with suppress(LostJob):
        make_export(job)
    return True


def make_export(job: Export) -> None:
    """Make an export that was claimed. Raises LostJob, with nothing left, where it is no longer."""
    if job.fence > MAX_TRIES:
        end_job(job, StoredProblem("export-broke-off"))
        return
    path, progress = export_path(job.pk), JobProgress(job)
    try:
        with refuse_when_full(), write_whole_file(path, path.with_suffix(f".{job.fence}.part")) as file:
            write_export(job.user, cast("TakeoutKind", job.kind), file, job.asked_at, progress)
            size = file.tell()
            progress.renew()
    except FileNotFoundError as error:  # it was removed in this very moment
        raise LostJob from error
    except Refusal as refusal:
        is_full = refusal.code == "disk-nearly-full"
        end_job(job, StoredProblem("export-no-room") if is_full else refusal.problem)
        return
    try:
        end_job(job, size=size, expires_at=timezone.now() + timedelta(days=settings.EXPORT_DAYS))
    except LostJob:
        if not Export.objects.filter(pk=job.pk).exists():  # else another worker writes it anew
            path.unlink(missing_ok=True)
        raise
    for former in Export.objects.of(job.user).filter(kind=job.kind).exclude(pk=job.pk):
        delete_export(former)


def delete_export(export: Export) -> None:
    """Remove an export and its file, unfinished ones too; whoever is making it stops."""
    Export.objects.filter(pk=export.pk).delete()
    for file in exports_folder().glob(f"{export.pk}.*"):
        file.unlink(missing_ok=True)


def delete_exports_of(user: User) -> None:
    """Remove all exports of a user, those under way too."""
    for export in Export.objects.of(user):
        delete_export(export)


def delete_expired_exports(now: datetime) -> int:
    """Remove exports that are past their time, and files that belong to none; return how many went."""
    expired = list(Export.objects.filter(expires_at__lt=now))
    for export in expired:
        delete_export(export)
    return len(expired) + _delete_stray_files()


def _delete_stray_files() -> int:
    removed, files = 0, list(exports_folder().iterdir())  # before it is asked which are wanted: another may begin
    under_way = {str(key) for key in Export.objects.under_way().values_list("pk", flat=True)}
    kept = {str(key) for key in Export.objects.filter(state=TakeoutJob.State.DONE).values_list("pk", flat=True)}
    for file in files:
        named = file.name.partition(".")[0]
        if named not in (under_way if file.suffix == ".part" else kept | under_way):
            file.unlink(missing_ok=True)
            removed += 1
    return removed
