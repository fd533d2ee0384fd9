"""The end of single ideas, when the time to bring them back is over.

What was made while an idea was still there goes first, then its rows, then its sound; the row that tells of the sound
goes last, so that whoever is killed at it leaves the rest to the next.
"""

from datetime import datetime

from capture.models import ErasedSpan
from capture.services.erased_sound import erase_final_spans
from config.erasure.database_scrub import empty_write_ahead_log
from config.takeout.exports import delete_exports_of
from insights.services.erased_ideas import purge_erased_ideas, users_with_due_ideas
from insights.services.index_cache import renew_index_file
from insights.services.topics import delete_forgettable_topics


def erase_due_ideas(now: datetime) -> int:
    """Erase what nobody can bring back any more, and what was left of it before. Returns how many ideas that were."""
    users = users_with_due_ideas(now)
    for user in users:
        delete_exports_of(user)
        renew_index_file(user.pk)
    erased = purge_erased_ideas(now)
    for user in users:
        delete_forgettable_topics(user.pk)
    if ErasedSpan.objects.final().exists():
        empty_write_ahead_log()
        erase_final_spans()
    return erased
