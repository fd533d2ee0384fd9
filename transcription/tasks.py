"""The task by which Celery has a worker transcribe."""

from celery import shared_task

from transcription.worker.next_memo import transcribe_next
from transcription.worker.peaks import measure_due_peaks
from transcription.worker.state import WorkerState

WORKER = WorkerState()
"""Of this process. What it loads and watches begins when it is first needed, after any fork."""


@shared_task
def transcribe() -> bool:
    """Transcribe the memo that is likeliest to be waited for. Returns whether there was one."""
    return transcribe_next(WORKER)


@shared_task
def measure_peaks() -> bool:
    """Make peaks of memos that have none. Returns whether there is more to do."""
    return measure_due_peaks(WORKER)
