"""What is well with an installation and what is not: each finding is one line, and says what to do."""

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.checks import run_checks
from django.db import Error, connection
from django.utils import timezone

from capture.core.errors import Refusal
from capture.models import Memo, User
from capture.services.recordings import unclaimed_recordings
from capture.services.silent_devices import silent_devices
from capture.sources.mail.imap import UnusableMailbox, count_mailbox
from capture.sources.watched.folders import troubled_folders
from capture.storage.stores import probe_bucket
from config.celery import app
from config.dispatch.notify import broker_errors
from config.ops import alerts
from config.ops.database_version import NotReady, Version, version
from config.runner import lock
from insights.services.embedders import check_embedder, sentence_model_problem
from transcription.error_text import sentence_of
from transcription.model_choice.registry import engine_finding
from transcription.models import Transcript

MB, GB = 1e6, 1e9
PRIVATE = 0o077


class Finding(NamedTuple):
    """One thing that was looked at."""

    subject: str
    is_well: bool
    sentence: str


def findings() -> Iterator[Finding]:
    """Look at everything, one thing after the other; nothing stays changed."""
    yield _installation()
    yield _settings()
    yield _data_folder()
    yield _disk()
    yield from _database()
    yield from _unclaimed()
    yield _store()
    yield _broker()
    yield _model()
    yield from _vectors()
    yield _mail()
    yield _mail_in()
    yield _service()


def _installation() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("installation", True, f"Python {version}, {installed_bytes() / MB:.0f} MB of packages")


def installed_bytes() -> int:
    """Return the size of all files of the packages that requirements.txt pins."""
    names = re.findall(r"^([\w.-]+)==", (settings.BASE_DIR / "requirements.txt").read_text(), re.MULTILINE)
    return sum(path.stat().st_size for name in names for path in _files_of(name) if path.is_file())


def _files_of(name: str) -> list[Path]:
    try:
        return [Path(str(file.locate())) for file in metadata.files(name) or ()]
    except metadata.PackageNotFoundError:  # not needed on this system
        return []


def _settings() -> Finding:
    wrong = [str(message.msg) for message in run_checks() if message.is_serious()]
    return Finding("settings", not wrong, " ".join(wrong) or f"reached at {settings.STILLNOTE_URL}")


def _data_folder() -> Finding:
    open_to_others = [
        str(path) for path in (settings.HOME, settings.HOME / "secret_key") if path.stat().st_mode & PRIVATE
    ]
    if open_to_others:
        names = " and ".join(open_to_others)
        return Finding("data folder", False, f"others can read {names}: chmod -R go= {settings.HOME}")
    return Finding("data folder", True, f"{settings.HOME}, readable by you alone")


def _disk() -> Finding:
    trouble = alerts.disk()
    return Finding("disk", not trouble, trouble.sentence if trouble else f"{alerts.free_bytes() / GB:.1f} GB free")


def _database() -> Iterator[Finding]:
    try:
        yield _durability()
        found = version()
    except NotReady as newer:
        yield Finding("database", False, str(newer))
        return
    except Error as error:
        yield Finding("database", False, f"cannot be used ({type(error).__name__}): see DATABASE_URL")
        return
    if found is Version.CURRENT:
        yield _memos()
        yield _writing()
        yield _phones()
        yield from _watched_folders()
    else:
        yield Finding("memos", True, found.value)


def _durability() -> Finding:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            mode, level = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous"))
            is_well = (mode, level) == ("wal", 2)
            return Finding("database", is_well, f"SQLite, journal_mode={mode}, synchronous={level} (2 is FULL)")
        cursor.execute("SHOW synchronous_commit")
        level = cursor.fetchone()[0]
    is_well = level not in {"off", "local"}
    then = "" if is_well else ": a receipt would not survive a power cut. Set it to on"
    return Finding("database", is_well, f"PostgreSQL, synchronous_commit={level}{then}")


def _memos() -> Finding:
    failed = Transcript.objects.current().failed().count()
    then = f", {failed} of them could not be written down: the today page says why" if failed else ""
    return Finding("memos", True, f"{Memo.objects.kept().count()} kept{then}")


def _writing() -> Finding:
    trouble = alerts.worker(timezone.now())
    return Finding("writing down", not trouble, trouble.sentence if trouble else "no memo is kept waiting")


def _phones() -> Finding:
    """Whose phones they are, and what they are called, is for their users alone."""
    now = timezone.now()
    silent = sum(len(silent_devices(user, now)) for user in User.objects.filter(is_active=True))
    then = f"{silent} silent for unusually long: their users' today pages say which"
    return Finding("phones", not silent, then if silent else "none is silent for unusually long")


def _watched_folders() -> Iterator[Finding]:
    for folder in troubled_folders():
        yield Finding("watched folder", False, f"{folder.path}: {folder.problem_sentence}")


def _unclaimed() -> Iterator[Finding]:
    if found := unclaimed_recordings():
        yield Finding(
            "recordings", False, f"{len(found)} in {found[0].parent} belong to no memo: add them on the today page"
        )


def _store() -> Finding:
    if settings.STORE is None:
        return Finding("store", True, "recordings are kept in the data folder")
    bucket = f"the bucket {settings.STORE.bucket} at {settings.STORE.endpoint or 'Amazon S3'}"
    try:
        gives_checksums = probe_bucket()
    except (Refusal, FileNotFoundError):
        return Finding("store", False, f"{bucket} does not answer as it should: uploads are refused. See STORAGE_URL")
    then = "its checksums are compared" if gives_checksums else "it gives no checksums, others are compared"
    return Finding("store", True, f"recordings are kept in {bucket}; {then}")


def _broker() -> Finding:
    kind = "Redis" if settings.REDIS_URL else "a folder in the data folder"
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except broker_errors() as error:
        then = f"{kind}, which cannot be reached ({type(error).__name__}): new memos wait for the sweep. See REDIS_URL"
        return Finding("broker", False, then)
    return Finding("broker", True, kind)


def _model() -> Finding:
    is_well, message = engine_finding()
    return Finding("Whisper", is_well, sentence_of(message))


def _vectors() -> Iterator[Finding]:
    """Whose languages are to be known stands in the database, which may not be there yet."""
    with suppress(Error, NotReady):
        if version() is Version.CURRENT:
            check = check_embedder()
            by_what = f"ideas are compared by {check.model}. {sentence_model_problem() or ''}".strip()
            yield Finding("topics", check.is_enough, check.failure or by_what)


def _mail() -> Finding:
    where = getattr(settings, "EMAIL_FILE_PATH", None)
    kept = f"kept as files in {where}, until EMAIL_URL names a mail server"
    return Finding("mail", True, kept if where else f"sent by {settings.EMAIL_HOST}:{settings.EMAIL_PORT}")


def _mail_in() -> Finding:
    if not settings.MAILIN_URL:
        return Finding("mail-in", True, "off, until MAILIN_URL names a mailbox")
    try:
        counted = count_mailbox()
    except UnusableMailbox as problem:
        return Finding("mail-in", False, f"the mailbox {problem}")
    aside = f", {counted.aside} could not be taken (keyword StillnoteAside)" if counted.aside else ""
    left = f", {counted.left} without a recording or to nobody here (keyword StillnoteLeft)" if counted.left else ""
    return Finding("mail-in", True, f"{counted.kept} kept{aside}{left}")


def _service() -> Finding:
    runs = lock.is_held(settings.HOME)
    return Finding("service", True, "runs" if runs else "does not run: `make run` starts it")
