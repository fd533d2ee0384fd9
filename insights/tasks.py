"""What a notification makes a worker do here."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from insights.services import changes, consolidate, digests, index_cache, reembed, search_entries, topic_names, topics
from insights.services.consolidate import consolidate_all
from insights.services.doubts import follow_edits
from insights.services.place_ideas import place_next_transcript
from insights.services.topic_places import place_new_topics
from insights.services.webhook_delivery import send_due_webhooks


@shared_task
def place_ideas() -> bool:
    """Place the ideas of one transcript. Returns whether there was one."""
    return place_next_transcript()


@shared_task
def embed_anew() -> bool:
    """Compare ideas by the model of the settings, where another one still serves. Returns whether there is more."""
    return reembed.reembed_some()


@shared_task
def place_topics() -> bool:
    """Choose the places in the sky of one user's new topics. Returns whether there were any."""
    return place_new_topics()


@shared_task
def index_search() -> bool:
    """Write what ideas are found by, where that is missing or behind. Returns whether there is more."""
    return search_entries.write_due_rows()


@shared_task
def number_changes() -> bool:
    """Number what was noted of users whose programs do not ask. Returns whether there is more."""
    return changes.number_long_feeds()


@shared_task
def forget(user_id: int) -> None:
    """Drop what stands empty after a memo went for good, and what is kept of its ideas in files."""
    topics.delete_forgettable_topics(user_id)
    index_cache.renew_index_file(user_id)
    search_entries.overwrite_deleted_words()


@shared_task
def prepare_index_file(user_id: int) -> None:
    """Make a user's index file ready, for which a page waits."""
    index_cache.prepare_index_file(user_id)


@shared_task
def tidy_topics() -> None:
    """Try again what waits, and merge near-duplicates, at night."""
    consolidate_all()


@shared_task
def look_again() -> bool:
    """Try the unsorted ideas near those that a person corrected. Returns whether there were any."""
    return consolidate.look_again_for_one()


@shared_task
def judge_doubts(transcript_id: str) -> None:
    """Judge anew which ideas of an edited transcript are doubtful, and place those that no longer are."""
    consolidate.retry_unsorted_near(*follow_edits(UUID(str(transcript_id))))


@shared_task
def rename_corrected(transcript_id: str) -> None:
    """Rename topics in whose name stands a word that a person corrected."""
    topic_names.rename_corrected_topics(UUID(str(transcript_id)))


@shared_task
def send_webhooks() -> None:
    """Begin to send the webhooks that are due."""
    send_due_webhooks()


@shared_task
def send_digests() -> None:
    """Send the e-mails that are due."""
    digests.send_due(timezone.now())
