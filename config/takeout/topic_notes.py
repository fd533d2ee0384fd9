"""A person's topics and ideas as notes: what stands in each, by the names that files have."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from zoneinfo import ZoneInfo

from capture.core.nights import clock_at
from capture.models import Memo, User
from config.takeout.core.names import file_stem
from config.takeout.core.notes import UNSORTED, Note, NoteIdea, SaidText
from insights.models import Idea, IdeaQuerySet, Topic
from insights.services.index_rows import NotAtHand
from insights.services.related_topics import related_topics
from transcription.core.warnings.marks import marked_by_spans

BATCH_IDEAS = 200
UNSORTED_STEM = "Unsorted"

SoundLink = Callable[[Memo], str]
"""Gives the address of a recording, as a note links to it."""


def noted_topics(user: User, *, with_hidden: bool) -> list[Topic]:
    """Return the topics that have notes, in the order in which they came. with_hidden: those too."""
    topics = Topic.objects.of(user).in_use().order_by("created_at", "pk")
    return list(topics if with_hidden else topics.in_sight())


def wanted_stem(topic: Topic) -> str:
    """Return how the file of a topic is called where nothing else is called so."""
    return file_stem(topic.name)


def topic_note(topic: Topic, stems: dict[str, str], link: SoundLink) -> Note:
    """Return the note of a topic. stems: the names of all files, by the keys of topics."""
    stem = stems[str(topic.pk)]
    return Note(
        key=str(topic.pk),
        title=topic.name,
        stem=stem,
        aliases=[] if topic.name == stem else [topic.name],
        created=topic.created_at.astimezone(ZoneInfo(topic.user.time_zone)),
        sentence=topic.sentence,
        near=[stems[key] for key in _near_keys(topic) if key in stems],
        ideas=_note_ideas(topic.user, Idea.objects.of(topic.user).filter(topic=topic), link),
    )


def unsorted_note(user: User, stem: str, link: SoundLink) -> Note:
    """Return the note of the ideas that stand in no topic."""
    ideas = _note_ideas(user, Idea.objects.of(user).unsorted(), link)
    return Note(UNSORTED, UNSORTED_STEM, stem, [], None, "", [], ideas)


def _near_keys(topic: Topic) -> list[str]:
    with suppress(NotAtHand):
        return [str(one.topic.pk) for one in related_topics(topic)]
    return []


def _note_ideas(user: User, ideas: IdeaQuerySet, link: SoundLink) -> Iterator[NoteIdea]:
    zone = ZoneInfo(user.time_zone)
    # The words are read where a person changed some of them, and nowhere else.
    told = ideas.not_let_go().without_vectors().in_order().select_related("transcript__memo")
    told = told.prefetch_related("transcript__edits").defer("transcript__words", "transcript__text")
    for idea in told.iterator(BATCH_IDEAS):
        is_changed = bool(idea.transcript.changes())
        marked = idea.marked if is_changed else marked_by_spans(idea.text, idea.doubtful)
        yield NoteIdea(
            key=str(idea.pk),
            said=[SaidText(*one) for one in marked],
            clock=clock_at(idea.memo.recorded_at, idea.memo.utc_offset, zone),
            kind=idea.kind,
            sound=link(idea.memo),
            start=idea.audio_start,
            end=idea.audio_end,
        )
