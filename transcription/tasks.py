"""What a ring makes a worker do here."""

from celery import shared_task

from transcription.worker.next_memo import transcribe_next


@shared_task
def transcribe() -> bool:
    """Write down the memo that is likeliest to be waited for. Returns whether there was one."""
    return transcribe_next()
