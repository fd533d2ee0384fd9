"""What ideas are found by is kept as the ideas are: after edits, for ideas from before, and when its form changes.

New ideas bring their rows in their own transaction (`IdeaQuerySet.bulk_create`), and rows go with their ideas.
"""

import logging
import time
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from insights.core.embedding.protocol import Unavailable, knows, to_bytes
from insights.core.segmentation.cues import without_cue
from insights.error_text import describe_problem
from insights.models import Arrangement, Idea, SearchEntry
from insights.models.search import revisions
from insights.services import embedders, process_state

log = logging.getLogger(__name__)

BATCH_IDEAS = 100
"""Ideas whose rows are written in one transaction."""
SLICE_SECONDS = 5.0
"""How long one notification keeps a worker at it. The sweep asks again."""
MERGED_PAGES = 64
"""So much of SQLite's index is rewritten in one transaction: some milliseconds."""
MOST_MERGES = 10_000


def count_due_search_rows() -> int:
    """Return how many ideas cannot be found yet as they are now, by their words or by a vector of these."""
    entries = SearchEntry.objects
    missing = Idea.objects.count() - entries.count()
    return missing + entries.outdated().count() + entries.behind_edits().count() + entries.without_own_vectors().count()


def write_due_rows() -> bool:
    """Write for some seconds what ideas are found by, where that is missing or behind. Returns whether more is due."""
    alone = process_state.current.indexing
    if not alone.acquire(blocking=False):
        return False
    try:
        until = time.monotonic() + SLICE_SECONDS
        while time.monotonic() < until and (write_some_rows() or write_some_vectors()):
            pass
        return time.monotonic() >= until
    finally:
        alone.release()


def write_some_rows() -> bool:
    """Write the rows of a batch of ideas that have none, or one that is behind. Returns whether there were any."""
    lacking: QuerySet[Idea] = Idea.objects.none()
    if Idea.objects.count() > SearchEntry.objects.count():
        lacking = Idea.objects.filter(search_entry=None)
    for behind in (SearchEntry.objects.outdated(), SearchEntry.objects.behind_edits()):
        if not lacking.exists():
            lacking = Idea.objects.filter(search_entry__in=behind.values("pk"))
    return bool(rewrite_rows(list(lacking.order_by("-placed_at").values_list("pk", flat=True)[:BATCH_IDEAS])))


def rewrite_rows(keys: Sequence[UUID]) -> int:
    """Write by which words some ideas are found, as they are now. Returns how many are there still."""
    found = Idea.objects.filter(pk__in=keys)
    with transaction.atomic():
        revision_of = revisions(found.values_list("transcript", flat=True))
        ideas = list(found.without_vectors().with_memo())
        SearchEntry.objects.write(ideas, revision_of)
    return len(ideas)


def rebuild_index() -> int:
    """Write anew by which words all ideas are found, and SQLite's index of these. Returns how many ideas there are."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO insights_searchtext(insights_searchtext) VALUES ('rebuild')")
    keys = list(Idea.objects.order_by("pk").values_list("pk", flat=True))
    return sum(rewrite_rows(keys[start : start + BATCH_IDEAS]) for start in range(0, len(keys), BATCH_IDEAS))


def follow_edited_words(transcript_id: UUID) -> None:
    """Write by which words the ideas of an edited transcript are found from now on."""
    rewrite_rows(list(Idea.objects.filter(transcript=transcript_id).values_list("pk", flat=True)))


def write_some_vectors() -> bool:
    """Give a batch of edited ideas of one user vectors of the words they have now. Returns whether it did."""
    first = SearchEntry.objects.without_own_vectors().order_by("user", "pk").first()
    if first is None:
        return False
    model = Arrangement.objects.get(user=first.user_id).vector_model
    due = SearchEntry.objects.of(first.user).without_own_vectors().order_by("pk")
    due = due.select_related("idea__transcript__memo").prefetch_related("idea__transcript__edits")
    entries = list(due[:BATCH_IDEAS])
    try:
        _write_vectors(entries, model)
    except Unavailable as reason:
        log.warning("Edited ideas are not compared by their words yet: %s", describe_problem(reason.message))
        return False
    return True


def _write_vectors(entries: list[SearchEntry], model: str) -> None:
    """Write vectors of what each idea surely says; one in a language that the model does not know gets none."""
    embedder = embedders.load_embedder(model)
    said = [without_cue(one.idea.surely_said, one.idea.transcript.language) for one in entries]
    vectors = embedder.embed(said)
    with transaction.atomic():
        for entry, vector in zip(entries, vectors, strict=True):
            is_known = knows(embedder, entry.idea.transcript.language)
            found = SearchEntry.objects.filter(pk=entry.pk)
            found.update(vector=to_bytes(vector) if is_known else b"", vector_model=model)


def overwrite_deleted_words() -> None:
    """Rewrite SQLite's index without what was deleted from it: until then its words stand in the file.

    From SQLite 3.42 on each deletion does so by itself. Each step is a transaction of its own.
    """
    if connection.vendor != "sqlite" or connection.Database.sqlite_version_info >= (3, 42):  # type: ignore[attr-defined]
        return
    pages = -MERGED_PAGES  # the first time: all that is there, whatever it takes
    for _ in range(MOST_MERGES):
        with connection.cursor() as cursor:
            before = connection.connection.total_changes
            cursor.execute("INSERT INTO insights_searchtext(insights_searchtext, rank) VALUES ('merge', %s)", [pages])
            if connection.connection.total_changes - before < 2:  # noqa: PLR2004 - sqlite.org/fts5.html: nothing was left
                return
        pages = MERGED_PAGES
