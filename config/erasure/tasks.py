"""What a notification makes a worker do here."""

from celery import shared_task

from config.erasure.erase import erase_next


@shared_task
def erase_account() -> bool:
    """Erase the account that waits longest. Returns whether there was one."""
    return erase_next()
