"""The tasks of this room."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from capture.services.doors import Door, is_open
from capture.sources.imports.service import work_on_next_import
from capture.sources.mail.imap import MailboxReader

mailbox_reader = MailboxReader()
"""The one object of this process that a task needs again: one outage, over many tasks, is one line in its log."""

IMPORT_STEP = timedelta(seconds=2)
"""How long imports keep a worker from its other tasks."""


@shared_task
def work_on_imports() -> bool:
    """List a folder of old recordings, or take some of it in. Returns whether there was anything to do."""
    return work_on_next_import(timezone.now() + IMPORT_STEP)


@shared_task
def read_mailbox() -> bool:
    """Take in what was mailed. Returns whether more may wait."""
    return is_open(Door.MAILBOX) and mailbox_reader.ingest_mailbox()
