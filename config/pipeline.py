"""The way of a memo, from sound to topic. The only file that knows the order of the stages."""

from typing import Any

import capture.tasks
import insights.tasks
import transcription.tasks
from capture.signals import import_due, memo_deleted, memo_received
from capture.sources.imports.service import imports_waiting
from config.dispatch.notify import LOWEST_PRIORITY, Stage, notifier_of
from insights.services import place_ideas, reembed
from insights.signals import idea_corrected
from transcription.services import jobs
from transcription.signals import transcript_ready

TRANSCRIBE = Stage(transcription.tasks.transcribe, jobs.waiting_count, priority=LOWEST_PRIORITY)
PLACE = Stage(insights.tasks.place_ideas, place_ideas.count_unplaced)
EMBED = Stage(insights.tasks.embed_anew, reembed.count_outdated_users, priority=LOWEST_PRIORITY)
IMPORT = Stage(capture.tasks.work_on_imports, imports_waiting, priority=LOWEST_PRIORITY)

SWEPT = (PLACE, TRANSCRIBE, EMBED, IMPORT)
"""What the sweep rings for again, the later stage first: what is nearly done is finished before more is begun."""


def connect() -> None:
    """Connect what each stage announces to the one task that follows, and say which task goes first."""
    for stage in SWEPT:
        stage.task.priority = stage.priority
    connections: list[tuple[Any, Any]] = [
        (import_due, IMPORT.task),
        (memo_received, TRANSCRIBE.task),
        (transcript_ready, PLACE.task),
        (idea_corrected, insights.tasks.look_again),
        (memo_deleted, insights.tasks.forget),
    ]
    for announcement, task in connections:
        announcement.connect(notifier_of(task), weak=False, dispatch_uid=task.name)
