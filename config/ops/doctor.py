"""What is well with an installation and what is not, as codes with parameters; doctor_text.py words them."""

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.checks import run_checks
from django.db import Error, connection
from django.utils import timezone

from capture.core.errors import Refusal
from capture.models import Device, Memo, User
from capture.services.doors import Door, closed_doors, is_open
from capture.services.recordings import unclaimed_recordings
from capture.services.sealing import KEY_FILE as SEALING_KEY_FILE
from capture.services.sealing import UnreadableKey, sealing_key
from capture.services.silent_devices import silent_devices
from capture.sources.mail.imap import UnusableMailbox, count_mailbox
from capture.sources.watched.folders import troubled_folders
from capture.storage.stores import probe_bucket
from config.celery import app
from config.dispatch.notify import broker_errors
from config.ops import alerts
from config.ops.checks import UNKNOWN_NAME_ID
from config.ops.database_version import NewerDatabase, NotReady, Version, database_version
from config.runner import lock
from insights.models import WebhookEndpoint
from insights.services.embedders import check_embedder, sentence_model_problem
from insights.services.webhooks import count_endpoints
from transcription.model_choice.registry import engine_finding
from transcription.models import Transcript
from transcription.services.jobs import count_waiting_memos

OTHERS_MODE = 0o077
"""The bits of a file's mode that let others than its owner read or write it."""
SQLITE_FULL = 2
"""PRAGMA synchronous=FULL, as SQLite says it."""
UNSAFE_COMMITS = {"off", "local"}
"""PostgreSQL's synchronous_commit, where a commit may be told before it is on the disk of all."""


class Finding(NamedTuple):
    """One thing that was looked at: what was found, whether that is well, and the particulars."""

    code: str
    is_well: bool
    parameters: dict[str, Any]


def findings() -> Iterator[Finding]:
    """Look at everything, one thing after the other; nothing stays changed."""
    yield Finding("installation", True, {"python": sys.version_info[:3], "bytes": installed_bytes()})
    yield from _settings_findings()
    yield _data_folder_finding()
    yield _disk_finding()
    yield from _database_findings()
    yield from _unclaimed_findings()
    yield _store_finding()
    yield _broker_finding()
    yield _engine_finding()
    yield from _embedder_findings()
    yield _mail_finding()
    yield _incoming_mail_finding()
    yield from _copy_findings()
    yield _service_finding()


def installed_bytes() -> int:
    """Return the size of all files of the packages that requirements.txt pins."""
    names = re.findall(r"^([\w.-]+)==", (settings.BASE_DIR / "requirements.txt").read_text(), re.MULTILINE)
    return sum(path.stat().st_size for name in names for path in _package_files(name) if path.is_file())


def _package_files(name: str) -> list[Path]:
    try:
        return [Path(str(file.locate())) for file in metadata.files(name) or ()]
    except metadata.PackageNotFoundError:  # not needed on this system
        return []


def _settings_findings() -> Iterator[Finding]:
    messages = run_checks()
    if wrong := [message for message in messages if message.is_serious()]:
        yield Finding("settings-wrong", False, {"messages": wrong})
    else:
        yield Finding("settings", True, {"url": settings.STILLNOTE_URL})
    if unknown := [message for message in messages if message.id == UNKNOWN_NAME_ID]:
        yield Finding("settings-unknown", False, {"messages": unknown})


def _data_folder_finding() -> Finding:
    paths = (settings.HOME, settings.HOME / "secret_key", settings.HOME / SEALING_KEY_FILE)
    there = [path for path in paths if path.exists()]
    if open_to_others := [str(path) for path in there if path.stat().st_mode & OTHERS_MODE]:
        return Finding("data-folder-open", False, {"paths": open_to_others, "home": settings.HOME})
    return Finding("data-folder", True, {"home": settings.HOME})


def _disk_finding() -> Finding:
    if alert := alerts.disk_alert():
        return Finding("disk-low", False, {"alert": alert})
    return Finding("disk", True, {"bytes": alerts.free_bytes()})


def _database_findings() -> Iterator[Finding]:
    try:
        yield _durability_finding()
        version = database_version()
    except NewerDatabase as newer:
        yield Finding("database-newer", False, {"migration": newer.migration})
        return
    except Error as error:
        yield Finding("database-unusable", False, {"error": type(error).__name__})
        return
    if version is Version.CURRENT:
        yield _memos_finding()
        yield _worker_finding()
        yield _phones_finding()
        yield from _sealing_findings()
        yield from _watched_folder_findings()
        yield from _webhook_findings()
    else:
        yield Finding("database-version", True, {"version": version})


def _durability_finding() -> Finding:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            mode, level = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous"))
            return Finding("sqlite", (mode, level) == ("wal", SQLITE_FULL), {"mode": mode, "level": level})
        cursor.execute("SHOW synchronous_commit")
        level = cursor.fetchone()[0]
    if level in UNSAFE_COMMITS:
        return Finding("postgresql-unsafe", False, {"level": level})
    return Finding("postgresql", True, {"level": level})


def _memos_finding() -> Finding:
    kept, failed = Memo.objects.kept().count(), Transcript.objects.current().failed().count()
    return Finding("memos-failed" if failed else "memos", True, {"kept": kept, "failed": failed})


def _worker_finding() -> Finding:
    if alert := alerts.worker_alert(timezone.now()):
        return Finding("worker-away", False, {"alert": alert})
    waiting = count_waiting_memos()
    return Finding("memos-waiting" if waiting else "worker", True, {"waiting": waiting})


def _phones_finding() -> Finding:
    """Count the silent phones: whose they are, and what they are called, is for their users alone."""
    now = timezone.now()
    silent = sum(len(silent_devices(user, now)) for user in User.objects.filter(is_active=True))
    return Finding("phones-silent" if silent else "phones", not silent, {"silent": silent})


def _sealing_findings() -> Iterator[Finding]:
    """Look at the key that opens sealed recordings, where a phone seals."""
    if not Device.objects.filter(seals=True).exists():
        return
    try:
        key = sealing_key()
    except UnreadableKey:
        yield Finding("sealing-key-unreadable", False, {})
    else:
        yield Finding("sealing" if key else "sealing-key-missing", key is not None, {})


def _watched_folder_findings() -> Iterator[Finding]:
    for folder in troubled_folders():
        yield Finding(
            "watched-folder", False, {"path": folder.path, "problem": folder.problem, "values": folder.problem_values}
        )


def _webhook_findings() -> Iterator[Finding]:
    """Count the addresses that are told something, and those that were switched off because they took nothing."""
    counted = count_endpoints()
    on, failing = counted.get(WebhookEndpoint.Off.ON, 0), counted.get(WebhookEndpoint.Off.FAILING, 0)
    if counted or settings.WEBHOOK_NETWORKS:
        networks = settings.WEBHOOK_NETWORKS or ["-"]
        yield Finding("webhooks", True, {"on": on, "failing": failing, "networks": ", ".join(networks)})


def _unclaimed_findings() -> Iterator[Finding]:
    if found := unclaimed_recordings():
        yield Finding("unclaimed", False, {"count": len(found), "folder": found[0].parent})


def _store_finding() -> Finding:
    if settings.STORE is None or not is_open(Door.BUCKET):
        return Finding("store-folder", True, {})
    bucket = {"bucket": settings.STORE.bucket, "endpoint": settings.STORE.endpoint or "Amazon S3"}
    try:
        gives_checksums = probe_bucket()
    except (Refusal, FileNotFoundError):
        return Finding("store-unreachable", False, bucket)
    return Finding("store-bucket" if gives_checksums else "store-bucket-without-checksums", True, bucket)


def _broker_finding() -> Finding:
    kind = "redis" if settings.REDIS_URL else "folder"
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except broker_errors() as error:
        return Finding("broker-unreachable", False, {"kind": kind, "error": type(error).__name__})
    return Finding("broker", True, {"kind": kind})


def _engine_finding() -> Finding:
    is_well, message = engine_finding()
    return Finding("whisper", is_well, {"message": message})


def _embedder_findings() -> Iterator[Finding]:
    """Ask for the languages that are to be known: they stand in the database, which may not be there yet."""
    with suppress(Error, NotReady):
        if database_version() is Version.CURRENT:
            check = check_embedder()
            if check.failure:
                yield Finding("topics-failing", check.is_enough, {"failure": check.failure})
            else:
                found = {"model": check.model, "missing": sentence_model_problem()}
                yield Finding("topics", check.is_enough, found)


def _mail_finding() -> Finding:
    if folder := getattr(settings, "EMAIL_FILE_PATH", None):
        return Finding("mail-files", True, {"folder": folder})
    return Finding("mail-server", True, {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT})


def _incoming_mail_finding() -> Finding:
    if not settings.MAILIN_URL:
        return Finding("mailbox-off", True, {})
    if not is_open(Door.MAILBOX):
        return Finding("mailbox-closed", True, {})
    try:
        counted = count_mailbox()
    except UnusableMailbox as problem:
        return Finding("mailbox-unusable", False, {"code": problem.code, **problem.values})
    return Finding("mailbox", True, {"kept": counted.kept, "aside": counted.aside, "left": counted.left})


def _copy_findings() -> Iterator[Finding]:
    if closed := closed_doors():
        yield Finding("copy", True, {"doors": ", ".join(sorted(closed.doors))})


def _service_finding() -> Finding:
    return Finding("service" if lock.is_held(settings.HOME) else "service-stopped", True, {})
