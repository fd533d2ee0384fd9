"""What the machine asks a person about their topics: found at night, kept until it is answered."""

from typing import NamedTuple, cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from capture.models import User
from insights.core.topics.idea_keys import Key
from insights.core.topics.propose import ProposedSplit, find_proposals
from insights.models import Arrangement, Idea, Proposal, Topic
from insights.services.correction_log import bump_version, new_batch, snapshot
from insights.services.topic_names import NameSources, find_name
from insights.services.topics import keep_apart, keep_whole, merge_topics, split_topic
from insights.services.user_index import UserIndex

NAMED_BY_IDEAS = 500
"""Ideas of a topic, the latest, that are looked at to name the part that would leave it."""

MERGES_AT_MOST = 20
"""Merges that are asked at most: the clearest."""


def store_proposals(user: User, state: UserIndex, language: str) -> None:
    """Keep what is to be asked of an index as rows. What was asked and answered is not asked again."""
    found = find_proposals(state.index)
    # One that a person made for what is to come is known by its name alone: too little to ask about.
    known_by_ideas = set(Idea.objects.of(user).values_list("topic", flat=True).distinct())
    pairs = [(_row_key(one.topic), _row_key(one.other)) for one in found.merges]
    merges = [pair for pair in pairs if known_by_ideas.issuperset(pair)][:MERGES_AT_MOST]
    splits = [_split_part(user, state, one, language) for one in found.splits]
    with transaction.atomic():
        # Whoever deletes a topic or speaks meanwhile waits for us; who did before is asked tomorrow.
        if Arrangement.objects.select_for_update().filter(user=user, version=state.basis.version).exists():
            _store_rows(user, merges, splits)


def _row_key(of: Key) -> UUID:
    return cast("UUID", of)  # the keys of this index are those of the rows


class _SplitPart(NamedTuple):
    """What would leave a topic, and what it might be called."""

    topic: UUID
    ideas: QuerySet[Idea]
    name: str


def _split_part(user: User, state: UserIndex, split: ProposedSplit, language: str) -> _SplitPart:
    topic = _row_key(split.topic)
    ideas = Idea.objects.of(user).filter(topic=topic)
    # What is no idea is what the person said that the topic is about.
    leaving = ideas.filter(pk__in=[key for i in split.members if isinstance(key := state.index.keys[i], UUID)])
    staying = ideas.exclude(pk__in=leaving).order_by("-placed_at")[:NAMED_BY_IDEAS]
    texts, elsewhere = leaving.as_said(), list(staying.values_list("text", flat=True))
    taken = set(Topic.objects.of(user).values_list("name", flat=True))
    name = find_name(state, split.members, NameSources(texts, elsewhere), language, taken)
    return _SplitPart(topic, leaving, name)


def _store_rows(user: User, merges: list[tuple[UUID, UUID]], splits: list[_SplitPart]) -> None:
    wanted = {frozenset[UUID | None](pair) for pair in merges} | {frozenset((part.topic, None)) for part in splits}
    known: dict[frozenset[UUID | None], Proposal] = {}
    for asked in Proposal.objects.filter(user=user):
        pair = frozenset((asked.topic_id, asked.other_id))
        if asked.answer == Proposal.Answer.NONE and pair not in wanted:
            asked.delete()
        elif asked.other_id or asked.answer != Proposal.Answer.YES:
            known[pair] = asked
    for topic, other in merges:
        if frozenset((topic, other)) not in known:
            Proposal.objects.create(user=user, topic_id=topic, other_id=other)
    for part in splits:
        asked = known.get(frozenset((part.topic, None))) or Proposal(user=user, topic_id=part.topic)
        if asked.answer == Proposal.Answer.NONE:
            asked.name = part.name
            asked.save()
            asked.ideas.set(part.ideas)


def answer_proposal(proposal: Proposal, *, is_wanted: bool, name: str = "") -> None:
    """Do what was proposed, or never again. name: of the topic that is split off. Raises BadName."""
    with transaction.atomic():
        bump_version(proposal.user_id)
        asked = Proposal.objects.filter(pk=proposal.pk, answer=Proposal.Answer.NONE)
        former = snapshot(asked)
        if not asked.update(answer=Proposal.Answer.YES if is_wanted else Proposal.Answer.NEVER):
            return
        batch = new_batch(proposal.user_id, former)
        if proposal.other is not None and is_wanted:
            merge_topics(proposal.topic, proposal.other, batch=batch)
        elif proposal.other is not None:
            keep_apart(proposal.topic, proposal.other, batch=batch)
        elif is_wanted:
            split_topic(proposal.topic, list(proposal.ideas.unreplaced()), name or proposal.name, batch=batch)
        else:
            keep_whole(proposal.topic, batch=batch)
