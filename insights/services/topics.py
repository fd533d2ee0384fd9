"""What a person says about topics: kept for ever, and binding on the machine."""

from django.db import IntegrityError, transaction
from django.db.models import F

from capture.models import User
from insights.models import Arrangement, Author, Correction, Idea, Topic

LONGEST_NAME = 120


class BadName(ValueError):
    """A name that cannot be taken; the message says why, to the person who gave it."""


def create_topic(user: User, name: str) -> Topic:
    """Make a topic that a person asked for; it stays, empty or not. Raises BadName."""
    topic = Topic(user=user, name=_checked(name), named_by=Author.PERSON)
    _save_name(topic, Correction.Kind.CREATED)
    return topic


def rename_topic(topic: Topic, name: str) -> None:
    """Give a topic a person's name, which the machine never changes. Raises BadName."""
    topic.name, topic.named_by = _checked(name), Author.PERSON
    _save_name(topic, Correction.Kind.RENAMED)


def _checked(name: str) -> str:
    plain = " ".join(name.split())
    if not plain:
        raise BadName("A topic needs a name.")
    if len(plain) > LONGEST_NAME:
        raise BadName(f"A topic's name has at most {LONGEST_NAME} characters.")
    return plain


def _save_name(topic: Topic, kind: Correction.Kind) -> None:
    try:
        with transaction.atomic():
            _rearranged(topic.user_id)
            topic.save()
            Correction.objects.create(user_id=topic.user_id, kind=kind, topic=topic, name=topic.name)
    except IntegrityError as error:
        raise BadName("You have a topic of that name already.") from error


def move_idea(idea: Idea, to: Topic | None) -> None:
    """Put an idea where a person says it belongs, or leave it unsorted because they say so."""
    if to is not None and to.user_id != idea.user_id:
        raise ValueError("an idea moves among its own user's topics")
    with transaction.atomic():
        _rearranged(idea.user_id)
        Correction.objects.create(
            user_id=idea.user_id, kind=Correction.Kind.MOVED, idea=idea, topic=to, from_topic_id=idea.topic_id
        )
        idea.topic, idea.placed_by = to, Author.PERSON
        idea.save(update_fields=["topic", "placed_by"])


def forget(user_id: int) -> None:
    """Drop the machine's topics that hold no idea any more."""
    with transaction.atomic():
        _rearranged(user_id)
        Topic.objects.filter(user_id=user_id, named_by=Author.MACHINE, ideas=None).delete()


def _rearranged(user_id: int) -> None:
    """Tell a placement that is being computed meanwhile that its ground has changed."""
    Arrangement.objects.get_or_create(user_id=user_id)
    Arrangement.objects.filter(user_id=user_id).update(version=F("version") + 1)
