"""The way of a memo, from sound to topic. The only file that knows the order of the stages."""

from typing import Any
from uuid import UUID

from celery.signals import worker_ready
from django.db.models.signals import post_delete

import capture.tasks
import config.erasure.tasks
import config.takeout.tasks
import insights.tasks
import transcription.tasks
from capture.models import User
from capture.signals import import_due, memo_deleted, memo_received
from capture.sources.imports.service import imports_waiting
from config.dispatch.notify import LOWEST_PRIORITY, Stage, notifier_of, notify
from config.erasure.erase import count_due_erasures
from config.erasure.signals import erasure_due
from config.takeout.exports import count_due_exports
from config.takeout.markdown_folder import count_due_folders
from config.takeout.signals import export_due, take_in_due
from config.takeout.taking_in import count_due_take_ins
from insights.services import changes, consolidate, place_ideas, reembed, search_entries, topic_places, webhooks
from insights.services.index_storage import remove_file_of_deleted_user
from insights.signals import idea_corrected, ideas_placed, index_wanted, webhook_due
from transcription.services import jobs
from transcription.signals import transcript_edited, transcript_ready
from transcription.worker import peaks

TRANSCRIBE = Stage(transcription.tasks.transcribe, jobs.count_due_transcripts, priority=LOWEST_PRIORITY)
PLACE = Stage(insights.tasks.place_ideas, place_ideas.count_due_placements)
EMBED = Stage(insights.tasks.embed_anew, reembed.count_due_reembeddings, priority=LOWEST_PRIORITY)
IMPORT = Stage(capture.tasks.work_on_imports, imports_waiting, priority=LOWEST_PRIORITY)
PEAKS = Stage(transcription.tasks.measure_peaks, peaks.count_due_peaks, priority=LOWEST_PRIORITY)
SEARCH = Stage(insights.tasks.index_search, search_entries.count_due_search_rows, priority=LOWEST_PRIORITY)
SKY = Stage(insights.tasks.place_topics, topic_places.count_due_topic_places, priority=LOWEST_PRIORITY)
TAKE_IN = Stage(config.takeout.tasks.take_in_export, count_due_take_ins, priority=LOWEST_PRIORITY)
MARKDOWN = Stage(config.takeout.tasks.keep_markdown, count_due_folders, priority=LOWEST_PRIORITY)
EXPORT = Stage(config.takeout.tasks.make_export, count_due_exports, priority=LOWEST_PRIORITY)

WEBHOOKS = Stage(insights.tasks.send_webhooks, webhooks.count_due_webhooks)

ERASE = Stage(config.erasure.tasks.erase_account, count_due_erasures, priority=LOWEST_PRIORITY)

CHANGES = Stage(insights.tasks.number_changes, changes.count_long_feeds, priority=LOWEST_PRIORITY)

LOOK_AGAIN = Stage(insights.tasks.look_again, consolidate.count_due_looks, priority=LOWEST_PRIORITY)

SWEPT = (
    *(ERASE, WEBHOOKS, SKY, PLACE, TRANSCRIBE, LOOK_AGAIN, SEARCH, EMBED, MARKDOWN),
    *(TAKE_IN, EXPORT, PEAKS, IMPORT, CHANGES),
)
"""What the sweep notifies of again, the later stage first: what is nearly done is finished before more is begun."""


def connect() -> None:
    """Connect what each stage announces to the one task that follows, and say which task goes first.

    What goes with an account beside its rows is connected too, and so is what a person finds by words that they changed
    a moment ago, which waits for no worker. A worker that has just started looks for what the one before it left.
    """
    for stage in SWEPT:
        stage.task.priority = stage.priority
    connections: list[tuple[Any, Any]] = [
        (import_due, IMPORT.task),
        (export_due, EXPORT.task),
        (take_in_due, TAKE_IN.task),
        (memo_received, TRANSCRIBE.task),
        (transcript_ready, PLACE.task),
        (transcript_ready, WEBHOOKS.task),
        (ideas_placed, SKY.task),
        (transcript_edited, insights.tasks.judge_doubts),
        (transcript_edited, insights.tasks.rename_corrected),
        (transcript_edited, SEARCH.task),
        (idea_corrected, LOOK_AGAIN.task),
        (idea_corrected, SKY.task),
        (memo_deleted, insights.tasks.forget),
        (webhook_due, WEBHOOKS.task),
        (erasure_due, ERASE.task),
        (index_wanted, insights.tasks.prepare_index_file),
    ]
    for announcement, task in connections:
        announcement.connect(notifier_of(task), weak=False, dispatch_uid=task.name)
    transcript_edited.connect(_find_edited_words_at_once, dispatch_uid=f"{__name__}.edited")
    removal = remove_file_of_deleted_user
    worker_ready.connect(_notify_at_start, dispatch_uid=__name__)
    post_delete.connect(removal, sender=User, weak=False, dispatch_uid=f"{removal.__module__}.{removal.__name__}")


def _find_edited_words_at_once(*, id: UUID, **_signal: Any) -> None:  # noqa: A002 - the signal's own name
    search_entries.follow_edited_words(id)


def _notify_at_start(**_signal: Any) -> None:
    for stage in SWEPT:
        notify(stage.task)
