"""A person who has sorted some ideas, and all that their word may change."""

from typing import Any, NamedTuple

from capture.models import Device, User
from insights.core.embedding.wordllama import default_embedder
from insights.models import Idea, Topic
from insights.services import index_cache
from insights.services.ideas import confirm_idea, move_idea
from insights.services.topics import create_topic
from insights.services.undo import last_corrections, undo_batch
from tests.support.pages import MORE_TOMATOES, TOMATOES
from tests.support.transcripts import place_texts

GARDEN = "Water the garden and the tomatoes every evening."
TAXES = "Send the invoice to the tax office."
LETTER = "The tax office wants the invoice."


class Stood(NamedTuple):
    """All that a person's word may change."""

    ideas: dict[Any, Any]
    topics: dict[Any, Any]
    barred: Any
    apart: Any
    whole: Any
    deleted_topics: Any


def stands(user: User) -> Stood:
    ideas = Idea.objects.filter(user=user).values_list("pk", "topic_id", "placed_by")
    topics = Topic.objects.of(user).values_list("pk", "name", "named_by", "hidden", "pinned")
    index = index_cache.take_index(user, default_embedder()).index
    key_of = dict(enumerate(index.keys))
    return Stood(
        {key: facts for key, *facts in ideas},
        {key: facts for key, *facts in topics},
        {key_of[position]: keys for position, keys in index.barred.items() if keys},
        index.apart,
        index.whole,
        [{key_of[position] for position in topic.members} for topic in index.deleted_topics],
    )


class House(NamedTuple):
    """Alice's garden with three ideas, of which she confirmed one; her office with one; one idea waits."""

    user: User
    garden: Topic
    office: Topic
    ideas: list[Idea]


def make_house(bedside: Device) -> House:
    ideas = [Idea.objects.get(transcript=one) for one in place_texts(bedside, TOMATOES, MORE_TOMATOES, GARDEN, TAXES)]
    garden = Topic.objects.get()
    office = create_topic(bedside.user, "Office")
    Idea.objects.exclude(pk=ideas[3].pk).update(topic=garden)
    confirm_idea(Idea.objects.get(pk=ideas[0].pk))
    move_idea(ideas[3], office)
    place_texts(bedside, "Begin the lecture with a picture.")
    return House(bedside.user, garden, office, list(Idea.objects.filter(user=bedside.user).in_order()))


def undo_last(user: User) -> bool:
    said = last_corrections(user)
    return bool(said) and undo_batch(user, said[-1].batch)
