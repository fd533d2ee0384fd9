"""A person's topics kept as Markdown in a folder of the machine, one way: what they write there themselves stays.

The machine's owner names the folder (EXPORT_DIR), each person turns it on for their own, which lies below it. A topic
that gets another name gets another file; the old one stays and leads to it, for that is how Obsidian finds a link.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from capture.core.problems import NO_PROBLEM, StoredProblem
from capture.models import Memo, User
from capture.services.doors import Door, is_open
from config.models import MarkdownFolder
from config.takeout.compose import page_link
from config.takeout.core.names import file_key, file_stem, free_stem
from config.takeout.core.notes import UNSORTED, Note
from config.takeout.core.own_text import Document, without_ours, write_note, write_pointer
from config.takeout.core.shared_file import BusyFile, change_file, read_document, remove_unfinished
from config.takeout.jobs import LostJob, lease_end
from config.takeout.topic_notes import UNSORTED_STEM, noted_topics, topic_note, unsorted_note, wanted_stem
from insights.models import Arrangement, Idea, ReviewState, Topic
from insights.services.index_cache import prepare_index_file
from transcription.models import Edit

OURS = ".stillnote"
"""A file in each folder of ours: another one of the owner's may end with the same number."""
LOOK_SECONDS = 20.0
"""So long it is not looked again whether something changed."""


class _Found(NamedTuple):
    """A note that is in the folder."""

    stem: str
    document: Document


def turn_on(user: User) -> None:
    """Keep a user's topics as Markdown from now on."""
    MarkdownFolder.objects.get_or_create(user=user)


def turn_off(user: User) -> None:
    """Keep them no longer. What is there stays."""
    MarkdownFolder.objects.filter(user=user).delete()


def erase_folder(user: User) -> None:
    """Remove what is ours from the folder of a user whose account is erased: what they wrote in it stays theirs.

    A copy leaves it alone. Raises BusyFile while a worker is at it, too; OSError.
    """
    kept = MarkdownFolder.objects.filter(user=user)
    if not (settings.EXPORT_DIR and is_open(Door.FOLDERS)):
        return
    if kept.exists() and not Path(settings.EXPORT_DIR).is_dir():  # a disk that is not there
        raise FileNotFoundError
    if kept.filter(lease__gte=timezone.now()).exists():
        raise BusyFile
    folder = folder_of(user)
    for one in _scan(folder, _own_keys(user))[0]:
        change_file(folder / f"{one.stem}.md", _only_theirs)
    remove_unfinished(folder)
    with suppress(OSError):  # other files of theirs are in it
        (folder / OURS).unlink(missing_ok=True)
        folder.rmdir()


def folder_of(user: User) -> Path:
    """Return the folder of a user, by the number that no other has: their name may change, and another get it."""
    parent = Path(settings.EXPORT_DIR)
    there = sorted(mark.parent for mark in parent.glob(f"*-{user.pk}/{OURS}"))
    return there[0] if there else parent / f"{file_stem(user.username)}-{user.pk}"


def count_due_folders() -> int:
    """Return how many folders are to be looked at."""
    return _due_folders(timezone.now()).count() if settings.EXPORT_DIR and is_open(Door.FOLDERS) else 0


def _due_folders(now: datetime) -> "QuerySet[MarkdownFolder]":
    seen_long_ago = Q(looked_at=None) | Q(looked_at__lt=now - timedelta(seconds=LOOK_SECONDS))
    due = MarkdownFolder.objects.filter(seen_long_ago, Q(lease=None) | Q(lease__lt=now), user__is_active=True)
    return due.order_by("looked_at", "pk")


def keep_next_folder() -> bool:
    """Bring the folder up to date that waits longest, if its account changed. Returns whether there was one."""
    now = timezone.now()
    found = _due_folders(now).select_related("user").first() if count_due_folders() else None
    if found is None:
        return False
    mine = MarkdownFolder.objects.filter(pk=found.pk, lease=found.lease, looked_at=found.looked_at)
    found.lease = lease_end()
    if mine.update(lease=found.lease, looked_at=now):
        _keep(found)
    return True


def _renew_lease(found: MarkdownFolder) -> None:
    """Renew a worker's hold on a folder.

    Raises LostJob where its user wants it no longer, or is gone, or another worker has it by now.
    """
    mine, lease = MarkdownFolder.objects.filter(pk=found.pk, lease=found.lease, user__is_active=True), lease_end()
    if not mine.update(lease=lease):
        raise LostJob
    found.lease = lease


def _keep(found: MarkdownFolder) -> None:
    state, written, problem = account_state(found.user), found.written, NO_PROBLEM
    if state != written or found.problem:
        prepare_index_file(found.user_id)
        try:
            write_folder(found.user, _ensure_folder(found.user), partial(_renew_lease, found))
            written = state
        except (BusyFile, LostJob):
            written = ""
        except OSError:
            written, problem = "", StoredProblem("folder-not-written")
    mine = MarkdownFolder.objects.filter(pk=found.pk, lease=found.lease)
    mine.update(lease=None, written=written, **problem.columns())


def _ensure_folder(user: User) -> Path:
    """Make a user's folder, if need be; not the one above, which may be a disk that is not there. Raises OSError."""
    folder = folder_of(user)
    if folder.is_symlink():
        raise NotADirectoryError(folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    remove_unfinished(folder)
    if not (folder / OURS).exists():
        (folder / OURS).touch(mode=0o600, exist_ok=False)
    return folder


def account_state(user: User) -> str:
    """Return what is another whenever a note may be: a hash of counts and latest times, found by indexes."""
    ideas = Idea.objects.of(user).aggregate(Count("pk"), Max("placed_at"))
    edits = Edit.objects.of(user).aggregate(Count("pk"), Max("made_at"), Max("undone_at"))
    met = ReviewState.objects.of(user).aggregate(Count("pk"), Max("seen_at"))
    dated = list(Memo.objects.dated_by_hand(user).order_by("pk").values_list("pk", "recorded_at"))
    topics = list(Topic.objects.filter(user=user).order_by("pk").values_list("pk", "name", "sentence", "hidden"))
    gone = list(Topic.objects.filter(user=user).order_by("pk").values_list("deleted_at", "merged_into"))
    version = Arrangement.objects.filter(user=user).values_list("version", flat=True).first()
    told = (ideas, edits, met, dated, topics, gone, version, user.time_zone, settings.ORIGIN)
    return hashlib.sha256(repr(told).encode()).hexdigest()


def write_folder(user: User, folder: Path, before_each: Callable[[], None] = lambda: None) -> int:
    """Write what changed, and return how many files that were. before_each: called before a note is written.

    Raises OSError, BusyFile.
    """
    topics = noted_topics(user, with_hidden=False)
    wanted = {str(topic.pk): wanted_stem(topic) for topic in topics} | {UNSORTED: UNSORTED_STEM}
    found, others = _scan(folder, _own_keys(user))
    stems = _chosen_stems(wanted, found, others)
    changed = 0
    for note in _all_notes(user, topics, stems):
        before_each()
        changed += _write_one(folder, note, [one for one in found if one.document.key == note.key])
    for one in found:
        if one.document.key not in stems:
            before_each()
            changed += change_file(folder / f"{one.stem}.md", partial(_left, user, stems))
    return changed


def _own_keys(user: User) -> set[str]:
    """Return the keys of all notes of a user's."""
    return {str(key) for key in Topic.objects.filter(user=user).values_list("pk", flat=True)} | {UNSORTED}


def _all_notes(user: User, topics: list[Topic], stems: dict[str, str]) -> Iterator[Note]:
    for topic in topics:
        yield topic_note(topic, stems, page_link)
    yield unsorted_note(user, stems[UNSORTED], page_link)


def _scan(folder: Path, own: set[str]) -> tuple[list[_Found], set[str]]:
    """Return the notes of ours in a folder, and the keys of all other names that are taken there. own: keys of ours."""
    found, others = [], set()
    for path in sorted(folder.glob("*.md")):
        document = read_document(path)
        if document is not None and document.key in own:
            found.append(_Found(path.stem, document))
        else:
            others.add(file_key(path.stem))
    return found, others


def _chosen_stems(wanted: dict[str, str], found: list[_Found], others: set[str]) -> dict[str, str]:
    """Return how the file of each note is called: as now where that fits, else as its topic is, where that is free."""
    stems: dict[str, str] = {}
    for one in found:
        base = wanted.get(one.document.key)
        fits = base is not None and re.fullmatch(rf"{re.escape(base)}( \d+)?", one.stem)
        if fits and not one.document.is_pointer and one.document.key not in stems:
            stems[one.document.key] = one.stem
    taken = others | {file_key(stem) for stem in stems.values()}
    for key, base in wanted.items():
        if key not in stems:
            theirs = {file_key(one.stem) for one in found if one.document.key != key and not _is_bare(one.document)}
            stems[key] = free_stem(base, taken | theirs)
            taken.add(file_key(stems[key]))
    return stems


def _is_bare(document: Document) -> bool:
    """Return whether it leads to another note and holds nothing else: another topic may have its name."""
    return document.is_pointer and not document.own_text and not document.has_own_fields


def _write_one(folder: Path, note: Note, there: list[_Found]) -> int:
    """Write a note, and let its files of other names lead to it; what their person wrote in them goes along."""
    former = [one for one in there if one.stem != note.stem and not one.document.is_pointer]
    pointers = [one for one in there if one.stem != note.stem and one.document.is_pointer]
    aliases = [*note.aliases, *(one.stem for one in former + pointers)]
    note = note._replace(aliases=list(dict.fromkeys(aliases)), ideas=list(note.ideas))
    change = partial(_with_former, note, [one.document for one in former])
    changed = int(change_file(folder / f"{note.stem}.md", change))
    for one in former:
        moved = one.document.own_text
        changed += change_file(folder / f"{one.stem}.md", partial(_pointer, note, moved))
    for one in pointers:
        changed += change_file(folder / f"{one.stem}.md", partial(_pointer, note, ""))
    return changed


def _with_former(note: Note, former: list[Document], there: Document | None) -> str:
    """Return a note with what its person wrote in it, and in the files of its names of before."""
    is_new = there is None or (there.key != note.key) or (there.is_pointer and not there.own_text)
    if is_new and former:
        there, former = former[0], former[1:]
    told = there.own_text if there else ""
    more = [one.own_text for one in former if one.own_text and one.own_text not in told]
    return write_note(note, there, "\n\n".join(more))


def _pointer(note: Note, moved: str, there: Document | None) -> str:
    """Return the file of a name of before. moved: what was taken over of its person's text, and need not stay."""
    if there is None:
        return ""
    kept = None if moved and there.own_text == moved else there
    return write_pointer(note.key, note.stem, kept)


def _only_theirs(there: Document | None) -> str:
    return without_ours(there) if there else ""


def _left(user: User, stems: dict[str, str], there: Document | None) -> str:
    """Return what is left of the file of a topic that is merged, deleted or hidden by now."""
    if there is None:
        return ""
    topic = Topic.objects.filter(user=user, pk=UUID(there.key)).first() if there.key != UNSORTED else None
    while topic is not None and topic.merged_into is not None:
        topic = topic.merged_into
    heir = stems.get(str(topic.pk)) if topic is not None else None
    return write_pointer(there.key, heir, there) if heir is not None else without_ours(there)
