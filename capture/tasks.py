"""What a ring makes a worker do here."""

from celery import shared_task

from capture.mailin import mailbox


@shared_task
def read_mailbox() -> bool:
    """Take in what was mailed. Returns whether more may wait."""
    return mailbox.read_mailbox()
