"""What a person says about topics: kept for ever, and binding on the machine."""

from collections.abc import Sequence
from unicodedata import category
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from capture.models import User
from insights.models import Arrangement, Author, Correction, Idea, Topic
from insights.signals import idea_corrected

LONGEST_NAME, LONGEST_SENTENCE = 120, 500


class BadName(ValueError):
    """A name that cannot be taken; the message says why, to the person who gave it."""


def create_topic(user: User, name: str, sentence: str = "") -> Topic:
    """Make a topic that a person asked for; it stays, empty or not. sentence: what it is about. Raises BadName."""
    about = _plain(sentence)[:LONGEST_SENTENCE]
    topic = Topic(user=user, name=_checked(name), named_by=Author.PERSON, sentence=about)
    _save_name(topic, Correction.Kind.CREATED)
    return topic


def rename_topic(topic: Topic, name: str) -> None:
    """Give a topic a person's name, which the machine never changes. Raises BadName."""
    topic.name, topic.named_by = _checked(name), Author.PERSON
    _save_name(topic, Correction.Kind.RENAMED)


def _checked(name: str) -> str:
    plain = _plain(name)
    if not plain:
        raise BadName(_("A topic needs a name."))
    if len(plain) > LONGEST_NAME:
        raise BadName(_("A topic's name has at most %(most)s characters.") % {"most": LONGEST_NAME})
    return plain


def _plain(text: str) -> str:
    """Return a text in one line, without what no database keeps: marks of control, and halves of characters."""
    kept = (" " if category(mark) in {"Cc", "Cs"} else mark for mark in text)
    return " ".join("".join(kept).split())


def _save_name(topic: Topic, kind: Correction.Kind) -> None:
    try:
        with transaction.atomic():
            rearranged(topic.user_id)
            topic.save()
            Correction.objects.create(user_id=topic.user_id, kind=kind, topic=topic, name=topic.name)
    except IntegrityError as error:
        raise BadName(_("You have a topic of that name already.")) from error


def merge_topics(kept: Topic, gone: Topic) -> None:
    """Let one topic take in another, with all that was said of it. Its ideas count as sorted as they were before."""
    _own(kept, gone)
    with transaction.atomic():
        rearranged(kept.user_id)
        _say(Correction.Kind.MERGED, kept, from_topic=gone)
        Idea.objects.filter(topic=gone).update(topic=kept)
        Topic.objects.filter(pk=gone.pk).update(merged_into=kept)


def keep_apart(one: Topic, other: Topic) -> None:
    """Never merge two topics, nor propose it."""
    _own(one, other)
    with transaction.atomic():
        rearranged(one.user_id)
        _say(Correction.Kind.APART, one, from_topic=other)


def split_topic(topic: Topic, ideas: Sequence[Idea], name: str) -> Topic:
    """Put some of a topic's ideas into one of their own, never to be merged with it again. Raises BadName."""
    made = create_topic(topic.user, name)
    for idea in ideas:
        _place(idea, made, Correction.Kind.SPLIT)
    keep_apart(topic, made)
    return made


def delete_topic(topic: Topic) -> None:
    """Take a topic away. Its ideas stay, unsorted, and never found another by themselves: it would be the same."""
    with transaction.atomic():
        rearranged(topic.user_id)
        members: list[UUID | None] = list(Idea.objects.filter(topic=topic).values_list("pk", flat=True))
        Correction.objects.bulk_create(
            [
                Correction(user_id=topic.user_id, kind=Correction.Kind.DELETED, topic=topic, idea_id=idea)
                for idea in members or [None]
            ]
        )
        Idea.objects.filter(topic=topic).update(topic=None, placed_by=Author.MACHINE)
        Topic.objects.filter(pk=topic.pk).update(deleted_at=timezone.now())


def move_idea(idea: Idea, to: Topic | None) -> None:
    """Put an idea where a person says it belongs, or leave it unsorted because they say so."""
    _place(idea, to, Correction.Kind.MOVED)


def confirm_idea(idea: Idea) -> None:
    """Take a person's word that an idea is in the right topic."""
    if idea.topic is not None:
        _place(idea, idea.topic, Correction.Kind.CONFIRMED)


def bar_idea(idea: Idea) -> None:
    """Take an idea out of the topic in which it stands, for ever; the machine may put it into another."""
    topic = idea.topic
    if topic is None:
        return
    with transaction.atomic():
        rearranged(idea.user_id)
        _say(Correction.Kind.NOT_THIS, topic, idea=idea)
        idea.topic, idea.placed_by = None, Author.MACHINE
        idea.save(update_fields=["topic", "placed_by"])
        _announce(idea)


def _place(idea: Idea, to: Topic | None, kind: Correction.Kind) -> None:
    if to is not None and to.user_id != idea.user_id:
        raise ValueError("an idea moves among its own user's topics")
    with transaction.atomic():
        rearranged(idea.user_id)
        Correction.objects.create(user_id=idea.user_id, kind=kind, idea=idea, topic=to, from_topic_id=idea.topic_id)
        idea.topic, idea.placed_by = to, Author.PERSON
        idea.save(update_fields=["topic", "placed_by"])
        _announce(idea)


def forget(user_id: int) -> None:
    """Drop the machine's topics that hold no idea any more, and of which nothing was said."""
    with transaction.atomic():
        rearranged(user_id)
        Topic.objects.filter(
            user_id=user_id, named_by=Author.MACHINE, ideas=None, merged_into=None, deleted_at=None
        ).delete()


def rearranged(user_id: int) -> None:
    """Tell a placement that is being computed meanwhile that its ground has changed."""
    Arrangement.objects.get_or_create(user_id=user_id)
    Arrangement.objects.filter(user_id=user_id).update(version=F("version") + 1)


def _say(kind: Correction.Kind, topic: Topic, *, idea: Idea | None = None, from_topic: Topic | None = None) -> None:
    Correction.objects.create(user_id=topic.user_id, kind=kind, topic=topic, idea=idea, from_topic=from_topic)


def _own(one: Topic, other: Topic) -> None:
    if one.user_id != other.user_id or one.pk == other.pk:
        raise ValueError("two topics of one user")


def _announce(idea: Idea) -> None:
    transaction.on_commit(lambda: idea_corrected.send_robust(sender=Idea, id=idea.pk), robust=True)
