"""The sweep: notifies again of what was left behind, and removes what is past its time. Two of them are harmless."""

import logging
import math
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import Error, close_old_connections
from django.utils import timezone

from capture.core.errors import Refusal
from capture.maintenance.cleanup import delete_leftovers, finish_or_delete_uploads
from capture.maintenance.retention import delete_old_originals
from capture.services.deletion import purge_deleted
from capture.sources.watched.poll import poll_watched_folders
from config.dispatch.notify import notify
from config.erasure.database_scrub import empty_write_ahead_log
from config.erasure.erase_ideas import erase_due_ideas
from config.http.sessions import delete_expired_sessions
from config.lan.certificate_files import CertificateFiles
from config.ops.alert_mail import send_alert_mails
from config.ops.database_statistics import refresh_statistics
from config.ops.disk_usage import originals_cutoff
from config.pipeline import SWEPT
from config.takeout.exports import delete_expired_exports
from config.takeout.taking_in import delete_stray_uploads, reserved_paths
from transcription.services.jobs import memos_with_words
from transcription.worker.claims import take_back_abandoned_claims

DAY_SECONDS = 24 * 3600.0

log = logging.getLogger(__name__)


def notify_waiting() -> int:
    """Notify of each stage's due work, at most twice for each worker thread. Returns how often it notified."""
    sent = 0
    for stage in SWEPT:
        for _ in range(min(stage.waiting(), 2 * settings.WORKER_THREADS)):
            # By the next round nobody need answer this one: a queue that nobody empties does not grow without end.
            notify(stage.task, expires=max(settings.SWEEP_SECONDS, 1.0))
            sent += 1
    return sent


def sweep_once() -> None:
    """Do one round."""
    if taken := take_back_abandoned_claims():
        log.info("%d claims of workers that are gone are free", taken)
    notify_waiting()
    if removed := purge_deleted(timezone.now()):
        log.info("%d deleted memos are gone for good", removed)
        empty_write_ahead_log()
    if removed := erase_due_ideas(timezone.now()):
        log.info("%d deleted ideas are gone for good", removed)
    if expired := finish_or_delete_uploads(timezone.now()):
        log.info("%d uploads that were left alone for too long are removed", expired)
    if leftovers := delete_leftovers(reserved_paths()):
        log.info("%d files of unfinished uploads are cleared away", leftovers)
    if expired := delete_expired_sessions():
        log.info("%d log-ins that were over are removed", expired)
    if expired := delete_expired_exports(timezone.now()) + delete_stray_uploads():
        log.info("%d exports that were past their time are removed", expired)
    if settings.ORIGINALS_MONTHS:
        _remove_originals()
    if settings.LAN:
        _renew_certificate()
    send_alert_mails(timezone.now())


def _renew_certificate() -> None:
    try:
        if CertificateFiles(settings.HOME, settings.ASKED_HOST).ensure():
            log.info("the certificate for the home network is a new one")
    except OSError as error:  # the disk is full, say
        log.warning("The certificate stays as it is for another round (%s)", type(error).__name__)


def _remove_originals() -> None:
    try:
        delete_old_originals(memos_with_words(), originals_cutoff(timezone.now()))
    except Refusal as refusal:
        log.warning("Originals stay for another round (%s)", refusal.code)


def poll_folders() -> None:
    """Take in what came into watched folders."""
    if taken := poll_watched_folders():
        log.info("%d recordings of watched folders are taken", taken)


def sweep_until(ended: threading.Event) -> None:
    """Sweep every SWEEP_SECONDS until the event is set, and once a day refresh what the database knows of itself."""
    refreshed = -math.inf

    def sweep() -> None:
        nonlocal refreshed
        sweep_once()
        if time.monotonic() - refreshed > DAY_SECONDS:
            refresh_statistics()
            refreshed = time.monotonic()

    _repeat_until(sweep, ended)


def poll_folders_until(ended: threading.Event) -> None:
    """Take in what came into watched folders as often, until the event is set; should it fail, it sets the event."""
    try:
        _repeat_until(poll_folders, ended)
    finally:
        ended.set()


def _repeat_until(do: Callable[[], None], ended: threading.Event) -> None:
    """Do it every SWEEP_SECONDS. A database that is away is waited for, round by round."""
    away = False
    while not ended.is_set():
        close_old_connections()
        try:
            do()
        except Error as error:
            if not away:
                log.warning("the database cannot be used (%s); trying again each round", type(error).__name__)
            away = True
        else:
            away = False
        ended.wait(settings.SWEEP_SECONDS)
