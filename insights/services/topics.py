"""What a person says about topics: kept for ever, and binding on the machine.

Each correction is a batch of its own, undone by itself, unless it is said to belong to another (`Batch`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from unicodedata import category, normalize

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from capture.models import Memo, User
from capture.services.deletion import delete_memo, restore_memo
from insights.core.errors import CodedError
from insights.core.topics.constraints import Statement, StatementKind, resolve_constraints
from insights.models import Author, Correction, Idea, Topic
from insights.services.constraints import statements_of
from insights.services.correction_log import Batch, announce_correction, bump_version, new_batch, snapshot
from insights.services.undo import undo_batch

NAME_CHARACTERS, SENTENCE_CHARACTERS = 120, 500


class BadName(CodedError):
    """A name that cannot be taken."""


class TakenName(BadName):
    """Another topic of the same user has it."""


class Gone(BadName):
    """The topic was merged or deleted a moment ago."""


def create_topic(user: User, name: str, sentence: str = "", *, batch: Batch | None = None) -> Topic:
    """Make a topic that a person asked for; it stays, empty or not. sentence: what it is about. Raises BadName."""
    about = _one_line(sentence)[:SENTENCE_CHARACTERS]
    topic = Topic(user=user, name=_valid_name(name), named_by=Author.PERSON, sentence=about)
    with _refusing_taken_names(), transaction.atomic():
        bump_version(user.pk)
        _refuse_taken_name(topic)
        topic.save(force_insert=True)
        (batch or new_batch(user.pk)).record(Correction.Kind.CREATED, {"Topic": {str(topic.pk): None}}, topic=topic)
    return topic


def rename_topic(topic: Topic, name: str, sentence: str | None = None) -> None:
    """Give a topic a person's name, which the machine never changes. Raises BadName, Gone.

    sentence: what it is about; None leaves that as it is.
    """
    topic.name, topic.named_by = _valid_name(name), Author.PERSON
    if sentence is not None:
        topic.sentence = _one_line(sentence)[:SENTENCE_CHARACTERS]
    with _refusing_taken_names(), transaction.atomic():
        bump_version(topic.user_id)
        refuse_gone_topic(topic)
        _refuse_taken_name(topic)
        former = snapshot(Topic.objects.filter(pk=topic.pk), "name", "named_by", "named_size", "sentence")
        topic.save(update_fields=["name", "named_by", "sentence"])
        new_batch(topic.user_id).record(Correction.Kind.RENAMED, former, topic=topic)


def _valid_name(name: str) -> str:
    plain = _one_line(name)
    if not plain:
        raise BadName("name_missing")
    if len(plain) > NAME_CHARACTERS:
        raise BadName("name_too_long", most=NAME_CHARACTERS)
    return plain


def _one_line(text: str) -> str:
    """Return a text in one line, without what no database keeps: marks of control, and halves of characters."""
    kept = (" " if category(mark) in {"Cc", "Cs"} else mark for mark in normalize("NFC", text))
    return " ".join("".join(kept).split())


@contextmanager
def _refusing_taken_names() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise TakenName("name_taken") from error


def _refuse_taken_name(topic: Topic) -> None:
    """Compare names as Unicode does: SQLite knows no other letters' cases than those of English."""
    others = Topic.objects.of(topic.user).exclude(pk=topic.pk).values_list("name", flat=True)
    if topic.name.casefold() in {name.casefold() for name in others}:
        raise TakenName("name_taken")


def hide_topic(topic: Topic, *, hidden: bool) -> None:
    """Hide a topic from the list, or show it again. It gets ideas as before."""
    kind = Correction.Kind.HIDDEN if hidden else Correction.Kind.SHOWN
    _set_flag(topic, kind, "hidden", hidden)


def pin_topic(topic: Topic, *, pinned: bool) -> None:
    """Pin a topic to the top of the list, or unpin it."""
    kind = Correction.Kind.PINNED if pinned else Correction.Kind.UNPINNED
    _set_flag(topic, kind, "pinned", pinned)


def _set_flag(topic: Topic, kind: Correction.Kind, field: str, value: bool) -> None:
    with transaction.atomic():
        bump_version(topic.user_id)
        former = snapshot(Topic.objects.filter(pk=topic.pk).live().exclude(**{field: value}), field)
        if former["Topic"]:
            Topic.objects.filter(pk=topic.pk).update(**{field: value})
            new_batch(topic.user_id).record(kind, former, topic=topic)


def merge_topics(kept: Topic, gone: Topic, *, batch: Batch | None = None) -> None:
    """Merge a topic into another, with all that was said of it. Its ideas count as sorted as they were before.

    An idea that a person barred from the one that stays becomes unsorted.
    """
    _require_two_topics_of_one_user(kept, gone)
    with transaction.atomic():
        bump_version(kept.user_id)
        if not _are_live(kept, gone):
            return
        merged = Statement(StatementKind.MERGED, kept.pk, other=gone.pk)
        barred = resolve_constraints([*statements_of(kept.user), merged]).barred
        out = Idea.objects.filter(
            topic__in=[kept, gone], pk__in=[idea for idea, topics in barred.items() if kept.pk in topics]
        )
        ideas = snapshot(Idea.objects.filter(topic=gone) | out)
        former = ideas | snapshot(Topic.objects.filter(pk=gone.pk), "merged_into_id")
        (batch or new_batch(kept.user_id)).record(Correction.Kind.MERGED, former, topic=kept, from_topic=gone.pk)
        out.update(topic=None, placed_by=Author.MACHINE)
        Idea.objects.filter(topic=gone).update(topic=kept)
        Topic.objects.filter(pk=gone.pk).update(merged_into=kept)


def keep_apart(one: Topic, other: Topic, *, batch: Batch | None = None) -> None:
    """Record that two topics are never merged, and that it is not proposed."""
    _require_two_topics_of_one_user(one, other)
    with transaction.atomic():
        bump_version(one.user_id)
        (batch or new_batch(one.user_id)).record(Correction.Kind.APART, {}, topic=one, from_topic=other.pk)


def keep_whole(topic: Topic, *, batch: Batch | None = None) -> None:
    """Record that a topic is never proposed to be split."""
    with transaction.atomic():
        bump_version(topic.user_id)
        (batch or new_batch(topic.user_id)).record(Correction.Kind.WHOLE, {}, topic=topic)


def split_topic(topic: Topic, ideas: Sequence[Idea], name: str, *, batch: Batch | None = None) -> Topic:
    """Move some of a topic's ideas into a new one, never to be merged with it again. Raises BadName, Gone."""
    batch = batch or new_batch(topic.user_id)
    with transaction.atomic():
        bump_version(topic.user_id)
        refuse_gone_topic(topic)
        made = create_topic(topic.user, name, batch=batch)
        leaving = Idea.objects.filter(topic=topic, pk__in=[idea.pk for idea in ideas])
        batch.record_each(Correction.Kind.SPLIT, snapshot(leaving), topic=made, from_topic=topic.pk)
        for idea in leaving:
            announce_correction(idea)
        leaving.update(topic=made, placed_by=Author.PERSON)
        keep_apart(topic, made, batch=batch)
    return made


def delete_topic(topic: Topic) -> None:
    """Delete a topic. Its ideas stay, unsorted, and never found another by themselves: it would be the same."""
    with transaction.atomic():
        bump_version(topic.user_id)
        if not _are_live(topic):
            return
        members = Idea.objects.filter(topic=topic)
        former = snapshot(Topic.objects.filter(pk=topic.pk), "deleted_at") | snapshot(members)
        new_batch(topic.user_id).record_each(Correction.Kind.DELETED, former, topic=topic)
        members.update(topic=None, placed_by=Author.MACHINE)
        Topic.objects.filter(pk=topic.pk).update(deleted_at=timezone.now())


def recordings_of_topic(topic: Topic) -> QuerySet[Memo]:
    """Return the recordings all of whose ideas stand in a topic."""
    ideas = Idea.objects.of(topic.user)
    within, outside = ideas.filter(topic=topic), ideas.exclude(topic=topic) | ideas.filter(topic=None)
    memos = Memo.objects.of(topic.user).filter(pk__in=within.values("transcript__memo"))
    return memos.exclude(pk__in=outside.values("transcript__memo"))


def delete_topic_with_ideas(topic: Topic) -> None:
    """Delete a topic and the recordings all of whose ideas stand in it; other ideas of it stay, unsorted."""
    with transaction.atomic():
        going = list(recordings_of_topic(topic))
        delete_topic(topic)
        for memo in going:
            delete_memo(memo)


def restore_topic_with_ideas(topic: Topic) -> bool:
    """Bring back what was deleted with a topic, and the topic, if nothing else was said since; return whether it is."""
    said = Correction.objects.filter(user=topic.user, topic=topic, kind=Correction.Kind.DELETED)
    with transaction.atomic():
        for memo in Memo.objects.filter(user=topic.user, transcripts__ideas__corrections__in=said).distinct():
            restore_memo(memo)
        last = said.last()
        return last is not None and undo_batch(topic.user, last.batch)


def delete_forgettable_topics(user_id: int) -> None:
    """Delete the machine's topics that hold no idea any more, and those that a person deleted with their ideas."""
    with transaction.atomic():
        bump_version(user_id)
        cutoff = timezone.now() - timedelta(seconds=settings.UNDO_SECONDS)
        Topic.objects.filter(user_id=user_id).erasable(cutoff).delete()
        Topic.objects.filter(user_id=user_id).forgettable().delete()


def _are_live(*topics: Topic) -> bool:
    """Return whether nobody merged or deleted them since they were read. Asked after `bump_version`, which locks."""
    return Topic.objects.filter(pk__in=[topic.pk for topic in topics]).live().count() == len(topics)


def refuse_gone_topic(topic: Topic) -> None:
    """Raise Gone where a topic was merged or deleted since it was read. Asked after `bump_version`."""
    if not _are_live(topic):
        raise Gone("topic_gone")


def _require_two_topics_of_one_user(one: Topic, other: Topic) -> None:
    if one.user_id != other.user_id or one.pk == other.pk:
        raise ValueError("two topics of one user")
