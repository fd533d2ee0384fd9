"""Taking an export in: wholly or not at all, whenever the process ends. Recordings are put down first, then all rows.

The row of the job names the recordings that it puts down. Who finds it abandoned removes them and begins anew; who
fails removes them and says why. The rows come in one transaction with the word that it is done.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast
from zoneinfo import available_timezones

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models import Q

from capture.core.errors import Refusal
from capture.core.problems import StoredProblem
from capture.maintenance.cleanup import LEFTOVER_SECONDS
from capture.models import User
from capture.services.deduplication import lock_identity
from capture.services.ingest import restore_missing_file
from capture.services.quota import refuse_over_quota
from capture.storage import stores
from capture.storage.filesystem import refuse_if_nearly_full
from capture.storage.folder import files_older_than
from capture.storage.incoming import Incoming, open_incoming
from capture.storage.protocol import playback_path_of
from config.models import TakeIn
from config.takeout.core.check import check_rows
from config.takeout.core.manifest import sound_file
from config.takeout.core.rows import MemoRow
from config.takeout.core.zip_members import ExportRefused
from config.takeout.core.zip_reader import ZipReader
from config.takeout.inserting import insert_rows
from config.takeout.jobs import JobProgress, LostJob, claim_job, count_due_jobs, end_job, insert_claimed_job
from config.takeout.merging import MergePlan
from config.takeout.signals import take_in_due

MAX_TRIES = 3
"""A worker that ended so often at one ended by it."""


def reserved_paths() -> set[str]:
    """Return the paths of recordings that are put down before their rows: they belong to somebody."""
    jobs = TakeIn.objects.under_way().values_list("stored", flat=True)
    return {path for stored in jobs for path in stored}


def request_take_in(user: User, arrived: Incoming) -> TakeIn:
    """Keep an export that was uploaded, for a worker to take in. Raises ExportRefused where it is none."""
    with arrived.path.open("rb") as file, ZipReader(file):
        pass
    job = TakeIn(user=user, is_uploaded=True, all_bytes=arrived.bytes)
    path = Path(settings.HOME) / "taken" / f"{job.pk}.zip"
    arrived.keep(path)
    job.path = str(path)
    job.save(force_insert=True)
    transaction.on_commit(lambda: take_in_due.send_robust(sender=TakeIn, id=job.pk), robust=True)
    return job


def count_due_take_ins() -> int:
    """Return whether an export waits to be taken in, as a number."""
    return count_due_jobs(TakeIn)


def take_in_next() -> bool:
    """Take in the export that waits longest. Returns whether there was one."""
    job = claim_job(TakeIn)
    if job is None:
        return False
    with suppress(LostJob):
        work_on_take_in(job, JobProgress(job))
    return True


def take_in_here(user: User, path: Path, tell: Callable[[int], object]) -> TakeIn:
    """Take an export in, in this process. Raises OSError; LostJob where somebody else has it by now, or it is gone.

    tell: called with how many bytes were read since.
    """
    job = TakeIn(user=user, path=str(path), is_uploaded=False, all_bytes=path.stat().st_size)
    insert_claimed_job(job)
    work_on_take_in(job, JobProgress(job, tell))
    job.refresh_from_db()
    return job


def work_on_take_in(job: TakeIn, progress: JobProgress) -> None:
    """Take in the export of a claimed job, or write why not. Raises LostJob, with nothing left of one that is gone."""
    try:
        _work_while_claimed(job, progress)
    except LostJob:
        if not TakeIn.objects.filter(pk=job.pk).exists():  # else it is another worker's, with what was put down for it
            _remove_stored(job)
            _remove_upload(job)
        raise


def _work_while_claimed(job: TakeIn, progress: JobProgress) -> None:
    _remove_stored(job)
    if job.fence > MAX_TRIES:
        _end(job, StoredProblem("take-in-broke-off"))
        return
    try:
        with Path(job.path).open("rb") as file, ZipReader(file, meanwhile=progress.renew_at_times) as reader:
            check_rows(reader)
            _take_in_checked(job, reader, progress)
    except (ExportRefused, FileNotFoundError) as refused:
        _give_up(job, StoredProblem(refused.code if isinstance(refused, ExportRefused) else "export-damaged"))
    except Refusal as refusal:
        is_full = refusal.code == "disk-nearly-full"
        _give_up(job, StoredProblem("take-in-no-room") if is_full else refusal.problem)
    except LostJob:
        raise
    except BaseException:
        _give_up(job, StoredProblem("take-in-broke-off"))
        raise
    else:
        _remove_upload(job)


def _take_in_checked(job: TakeIn, reader: ZipReader, progress: JobProgress) -> None:
    """Put it all in its place. What is here may change meanwhile, as when a phone sends the same: then once more."""
    for is_last in (False, True):
        try:
            _take_in_planned(job, reader, progress)
        except (IntegrityError, DataError) as error:
            if is_last:
                raise ExportRefused from error
            _remove_stored(job)
        else:
            return


def _take_in_planned(job: TakeIn, reader: ZipReader, progress: JobProgress) -> None:
    account = next(iter(reader.rows("account")))
    if getattr(account, "time_zone", "") not in available_timezones():
        raise ExportRefused
    plan = MergePlan(job.user, reader)
    refuse_over_quota(job.user, plan.new_bytes, Q(pk=None))
    refuse_if_nearly_full(plan.new_bytes)
    job.stored = list(plan.new_paths.values())
    progress.renew(stored=job.stored)
    _store_recordings(reader, plan, progress)
    progress.renew()
    with transaction.atomic(), lock_identity(job.user_id):
        counts = insert_rows(job.user, reader, plan)
        end_job(job, stored=[], counts=counts)


def _store_recordings(reader: ZipReader, plan: MergePlan, progress: JobProgress) -> None:
    """Put recordings in their places. Those that are here by name alone get theirs, whatever becomes of the rest."""
    for row in cast("Iterator[MemoRow]", reader.rows("memos")):
        path, is_copy = plan.new_paths.get(row.id), row.original_gone_at is not None
        name = sound_file(row.id, row.kind, is_copy=is_copy)
        if name not in reader.files or (path is None and row.id not in plan.lacking):
            continue
        with _read_whole(reader, name) as arrived:
            if path:
                stores.store_recording(arrived, playback_path_of(path) if is_copy else path)
            else:
                restore_missing_file(plan.user, arrived)
        progress(reader.files[name].bytes)


@contextmanager
def _read_whole(reader: ZipReader, name: str) -> Iterator[Incoming]:
    with open_incoming() as arriving:
        for piece in reader.pieces(name):
            arriving.write(piece)
        yield arriving


def _give_up(job: TakeIn, problem: StoredProblem) -> None:
    JobProgress(job).renew()  # whoever lost the job removes nothing: it is another's by now
    _remove_stored(job)
    _end(job, problem)


def _end(job: TakeIn, problem: StoredProblem) -> None:
    end_job(job, problem, stored=[])
    _remove_upload(job)


def _remove_stored(job: TakeIn) -> None:
    for path in job.stored:
        stores.remove_recording(path)


def _remove_upload(job: TakeIn) -> None:
    if job.is_uploaded:
        Path(job.path).unlink(missing_ok=True)


def delete_take_ins_of(user: User) -> None:
    """Remove what a user brought and is not taken in yet, with the recordings that were put in their places for it."""
    for job in TakeIn.objects.of(user):
        _remove_stored(job)
        _remove_upload(job)
        job.delete()


def delete_stray_uploads() -> int:
    """Remove uploaded exports that nobody waits for, as of deleted accounts; return how many."""
    folder = Path(settings.HOME) / "taken"
    kept = {str(key) for key in TakeIn.objects.under_way().values_list("pk", flat=True)}
    old = files_older_than(folder, time.time() - LEFTOVER_SECONDS) if folder.is_dir() else ()
    stray = [file for file in old if file.stem not in kept]
    for file in stray:
        file.unlink(missing_ok=True)
    return len(stray)
