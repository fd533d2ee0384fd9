"""What a person says about topics and ideas: kept for ever, and binding on the machine.

Each is a click of its own, undone by itself, where it is not said to belong to another (`saying.Click`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unicodedata import category, normalize

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from capture.models import User
from insights.core.topics.constraints import Statement, StatementKind, resolve_constraints
from insights.models import Author, Correction, Idea, Topic
from insights.services.constraints import statements_of
from insights.services.correction_log import Batch, bump_version, new_batch, snapshot
from insights.signals import idea_corrected

NAME_CHARACTERS, SENTENCE_CHARACTERS = 120, 500


class BadName(ValueError):
    """A name that cannot be taken; the message says why, to the person who gave it."""


class TakenName(BadName):
    """Another topic of the same user has it."""


class Gone(BadName):
    """The topic was merged or deleted a moment ago."""


def create_topic(user: User, name: str, sentence: str = "", *, within: Batch | None = None) -> Topic:
    """Make a topic that a person asked for; it stays, empty or not. sentence: what it is about. Raises BadName."""
    about = _one_line(sentence)[:SENTENCE_CHARACTERS]
    topic = Topic(user=user, name=_valid_name(name), named_by=Author.PERSON, sentence=about)
    with _refusing_taken_names(), transaction.atomic():
        bump_version(user.pk)
        _refuse_taken_name(topic)
        topic.save(force_insert=True)
        (within or new_batch(user.pk)).say(Correction.Kind.CREATED, {"Topic": {str(topic.pk): None}}, topic=topic)
    return topic


def rename_topic(topic: Topic, name: str) -> None:
    """Give a topic a person's name, which the machine never changes. Raises BadName, Gone."""
    topic.name, topic.named_by = _valid_name(name), Author.PERSON
    with _refusing_taken_names(), transaction.atomic():
        bump_version(topic.user_id)
        _refuse_gone_topic(topic)
        _refuse_taken_name(topic)
        former = snapshot(Topic.objects.filter(pk=topic.pk), "name", "named_by", "named_size")
        topic.save(update_fields=["name", "named_by"])
        new_batch(topic.user_id).say(Correction.Kind.RENAMED, former, topic=topic)


def _valid_name(name: str) -> str:
    plain = _one_line(name)
    if not plain:
        raise BadName(_("A topic needs a name."))
    if len(plain) > NAME_CHARACTERS:
        raise BadName(_("A topic's name has at most %(most)s characters.") % {"most": NAME_CHARACTERS})
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
        raise TakenName(_("You have a topic of that name already.")) from error


def _refuse_taken_name(topic: Topic) -> None:
    """Compare names as Unicode does: SQLite knows no other letters' cases than those of English."""
    others = Topic.objects.of(topic.user).exclude(pk=topic.pk).values_list("name", flat=True)
    if topic.name.casefold() in {name.casefold() for name in others}:
        raise TakenName(_("You have a topic of that name already."))


def hide_topic(topic: Topic, *, hidden: bool) -> None:
    """Show a topic on asking only, or as before. It gets ideas as it did."""
    kind = Correction.Kind.HIDDEN if hidden else Correction.Kind.SHOWN
    _set_flag(topic, kind, "hidden", hidden)


def pin_topic(topic: Topic, *, pinned: bool) -> None:
    """Let a topic stand first, or where it belongs."""
    kind = Correction.Kind.PINNED if pinned else Correction.Kind.UNPINNED
    _set_flag(topic, kind, "pinned", pinned)


def _set_flag(topic: Topic, kind: Correction.Kind, field: str, value: bool) -> None:
    with transaction.atomic():
        bump_version(topic.user_id)
        former = snapshot(Topic.objects.filter(pk=topic.pk).live().exclude(**{field: value}), field)
        if former["Topic"]:
            Topic.objects.filter(pk=topic.pk).update(**{field: value})
            new_batch(topic.user_id).say(kind, former, topic=topic)


def merge_topics(kept: Topic, gone: Topic, *, within: Batch | None = None) -> None:
    """Let one topic take in another, with all that was said of it. Its ideas count as sorted as they were before.

    What does not belong in the one by a person's word is not taken in by the other's door: it is unsorted.
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
        (within or new_batch(kept.user_id)).say(Correction.Kind.MERGED, former, topic=kept, from_topic=gone.pk)
        out.update(topic=None, placed_by=Author.MACHINE)
        Idea.objects.filter(topic=gone).update(topic=kept)
        Topic.objects.filter(pk=gone.pk).update(merged_into=kept)


def keep_apart(one: Topic, other: Topic, *, within: Batch | None = None) -> None:
    """Never merge two topics, nor propose it."""
    _require_two_topics_of_one_user(one, other)
    with transaction.atomic():
        bump_version(one.user_id)
        (within or new_batch(one.user_id)).say(Correction.Kind.APART, {}, topic=one, from_topic=other.pk)


def keep_whole(topic: Topic, *, within: Batch | None = None) -> None:
    """Never propose to split a topic."""
    with transaction.atomic():
        bump_version(topic.user_id)
        (within or new_batch(topic.user_id)).say(Correction.Kind.WHOLE, {}, topic=topic)


def split_topic(topic: Topic, ideas: Sequence[Idea], name: str, *, within: Batch | None = None) -> Topic:
    """Put some of a topic's ideas into one of their own, never to be merged with it again. Raises BadName, Gone."""
    said = within or new_batch(topic.user_id)
    with transaction.atomic():
        bump_version(topic.user_id)
        _refuse_gone_topic(topic)
        made = create_topic(topic.user, name, within=said)
        leaving = Idea.objects.filter(topic=topic, pk__in=[idea.pk for idea in ideas])
        said.say_of_each(Correction.Kind.SPLIT, snapshot(leaving), topic=made, from_topic=topic.pk)
        for idea in leaving:
            _announce_correction(idea)
        leaving.update(topic=made, placed_by=Author.PERSON)
        keep_apart(topic, made, within=said)
    return made


def delete_topic(topic: Topic) -> None:
    """Take a topic away. Its ideas stay, unsorted, and never found another by themselves: it would be the same."""
    with transaction.atomic():
        bump_version(topic.user_id)
        if not _are_live(topic):
            return
        members = Idea.objects.filter(topic=topic)
        former = snapshot(Topic.objects.filter(pk=topic.pk), "deleted_at") | snapshot(members)
        new_batch(topic.user_id).say_of_each(Correction.Kind.DELETED, former, topic=topic)
        members.update(topic=None, placed_by=Author.MACHINE)
        Topic.objects.filter(pk=topic.pk).update(deleted_at=timezone.now())


def move_idea(idea: Idea, to: Topic | None, *, within: Batch | None = None) -> None:
    """Put an idea where a person says it belongs, or leave it unsorted because they say so. Raises Gone."""
    _place_by_hand(idea, to, Correction.Kind.MOVED, within or new_batch(idea.user_id))


def move_to_new_topic(idea: Idea, name: str) -> None:
    """Put an idea into a topic that is made for it. Raises BadName."""
    said = new_batch(idea.user_id)
    with transaction.atomic():
        move_idea(idea, create_topic(idea.user, name, within=said), within=said)


def confirm_idea(idea: Idea) -> None:
    """Take a person's word that an idea is in the right topic."""
    if idea.topic is not None:
        _place_by_hand(idea, idea.topic, Correction.Kind.CONFIRMED, new_batch(idea.user_id))


def bar_idea(idea: Idea) -> None:
    """Take an idea out of the topic in which it stands, for ever; the machine may put it into another.

    Where it stands there no more, as somebody moved it a moment ago, nothing is done.
    """
    topic = idea.topic
    if topic is None:
        return
    with transaction.atomic():
        bump_version(idea.user_id)
        if not Idea.objects.filter(pk=idea.pk, topic=topic).exists():
            return
        former = snapshot(Idea.objects.filter(pk=idea.pk))
        new_batch(idea.user_id).say(Correction.Kind.NOT_THIS, former, topic=topic, idea=idea)
        idea.topic, idea.placed_by = None, Author.MACHINE
        idea.save(update_fields=["topic", "placed_by"])
        _announce_correction(idea)


def _place_by_hand(idea: Idea, to: Topic | None, kind: Correction.Kind, said: Batch) -> None:
    if to is not None and to.user_id != idea.user_id:
        raise ValueError("an idea moves among its own user's topics")
    with transaction.atomic():
        bump_version(idea.user_id)
        if to is not None:
            _refuse_gone_topic(to)
        former = snapshot(Idea.objects.filter(pk=idea.pk))
        said.say(kind, former, topic=to, idea=idea, from_topic=idea.topic_id)
        idea.topic, idea.placed_by = to, Author.PERSON
        idea.save(update_fields=["topic", "placed_by"])
        _announce_correction(idea)


def delete_forgettable_topics(user_id: int) -> None:
    """Drop the machine's topics that hold no idea any more, and of which nothing was said."""
    with transaction.atomic():
        bump_version(user_id)
        Topic.objects.filter(user_id=user_id).forgettable().delete()


def _are_live(*topics: Topic) -> bool:
    """Return whether nobody merged or deleted them since they were read. Asked once the user's ground is held."""
    return Topic.objects.filter(pk__in=[topic.pk for topic in topics]).live().count() == len(topics)


def _refuse_gone_topic(topic: Topic) -> None:
    if not _are_live(topic):
        raise Gone(_("That topic is not there any more."))


def _require_two_topics_of_one_user(one: Topic, other: Topic) -> None:
    if one.user_id != other.user_id or one.pk == other.pk:
        raise ValueError("two topics of one user")


def _announce_correction(idea: Idea) -> None:
    transaction.on_commit(lambda: idea_corrected.send_robust(sender=Idea, id=idea.pk), robust=True)
