"""What a person says about where an idea belongs: kept for ever, and binding on the machine.

Each correction is a batch of its own, undone by itself, unless it is said to belong to another (`Batch`).
"""

from django.db import transaction

from insights.models import Author, Correction, Idea, Topic
from insights.services.correction_log import Batch, announce_correction, bump_version, new_batch, snapshot
from insights.services.topics import create_topic, refuse_gone_topic


def move_idea(idea: Idea, to: Topic | None, *, batch: Batch | None = None) -> None:
    """Put an idea where a person says it belongs, or leave it unsorted because they say so. Raises Gone."""
    _place_by_hand(idea, to, Correction.Kind.MOVED, batch or new_batch(idea.user_id))


def move_to_new_topic(idea: Idea, name: str, *, batch: Batch | None = None) -> None:
    """Put an idea into a topic that is made for it. Raises BadName."""
    batch = batch or new_batch(idea.user_id)
    with transaction.atomic():
        move_idea(idea, create_topic(idea.user, name, batch=batch), batch=batch)


def confirm_idea(idea: Idea, *, batch: Batch | None = None) -> None:
    """Record that an idea is in the right topic. Raises Gone."""
    if idea.topic is not None:
        _place_by_hand(idea, idea.topic, Correction.Kind.CONFIRMED, batch or new_batch(idea.user_id))


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
        new_batch(idea.user_id).record(Correction.Kind.NOT_THIS, former, topic=topic, idea=idea)
        idea.topic, idea.placed_by = None, Author.MACHINE
        idea.save(update_fields=["topic", "placed_by"])
        announce_correction(idea)


def _place_by_hand(idea: Idea, to: Topic | None, kind: Correction.Kind, batch: Batch) -> None:
    if to is not None and to.user_id != idea.user_id:
        raise ValueError("an idea moves among its own user's topics")
    with transaction.atomic():
        bump_version(idea.user_id)
        if to is not None:
            refuse_gone_topic(to)
        former = snapshot(Idea.objects.filter(pk=idea.pk))
        batch.record(kind, former, topic=to, idea=idea, from_topic=idea.topic_id)
        idea.topic, idea.placed_by = to, Author.PERSON
        idea.save(update_fields=["topic", "placed_by"])
        announce_correction(idea)
