"""What the machine asks a person about their topics: found at night, kept until it is answered."""

from uuid import UUID

from django.db import transaction

from capture.models import User
from insights.clustering.map import Key
from insights.clustering.proposing import Split, proposals
from insights.models import Arrangement, Idea, Proposal, Topic
from insights.naming import name_topic
from insights.services.maps import Ground
from insights.services.saying import as_it_was, click, rearranged
from insights.services.topics import keep_apart, keep_whole, merge_topics, split_topic
from insights.splitting import without_cue

NAMED_BY = 500
"""Ideas of a topic, the latest, that are looked at to name the part that would leave it."""


def propose(user: User, ground: Ground, language: str) -> None:
    """Keep what is to be asked of a map as rows. What was asked and answered is not asked again."""
    found = proposals(ground.here)
    # One that a person made for what is to come is known by its name alone: too little to ask about.
    known_by_ideas = set(Idea.objects.of(user).values_list("topic", flat=True).distinct())
    merges = [(one.topic, one.other) for one in found.merges if {one.topic, one.other} <= known_by_ideas]
    split = [(one.topic, *_part(user, ground, one, language)) for one in found.splits]
    with transaction.atomic():
        # Whoever deletes a topic or speaks meanwhile waits for us; who did before is asked tomorrow.
        if Arrangement.objects.select_for_update().filter(user=user, version=ground.state.version).exists():
            _keep(user, merges, split)


def _part(user: User, ground: Ground, split: Split, language: str) -> tuple[list[UUID], str]:
    """Return the ideas that would leave a topic, and a name for them."""
    thoughts = [ground.here.thoughts[index] for index in split.members]
    leaving = [thought.key for thought in thoughts if isinstance(thought.key, UUID)]  # the rest is what it is about
    ideas = Idea.objects.of(user).filter(topic=split.topic)
    staying = ideas.exclude(pk__in=leaving).order_by("-placed_at")[:NAMED_BY]
    texts, elsewhere = (
        [without_cue(text, language) for text in some.values_list("text", flat=True)]
        for some in (ideas.filter(pk__in=leaving), staying)
    )
    return leaving, name_topic(texts, elsewhere, language, set(Topic.objects.of(user).values_list("name", flat=True)))


def _keep(user: User, merges: list[tuple[Key, Key]], split: list[tuple[Key, list[UUID], str]]) -> None:
    asked = Proposal.objects.filter(user=user)
    known = {frozenset((one.topic_id, one.other_id)): one for one in asked if one.other_id or one.answer != "yes"}
    wanted = {frozenset(pair) for pair in merges} | {frozenset((one[0], None)) for one in split}
    stale = [one.pk for pair, one in known.items() if pair not in wanted and not one.answer]
    asked.filter(pk__in=stale).delete()
    Proposal.objects.bulk_create(
        Proposal(user=user, topic_id=topic, other_id=other)
        for topic, other in merges
        if frozenset((topic, other)) not in known
    )
    for topic, ideas, name in split:
        one = known.get(frozenset((topic, None))) or Proposal(user=user, topic_id=topic)
        if not one.answer:
            one.name = name
            one.save()
            one.ideas.set(ideas)


def answer_proposal(proposal: Proposal, *, is_wanted: bool, name: str = "") -> None:
    """Do what was proposed, or never again. name: of the topic that is split off. Raises BadName."""
    with transaction.atomic():
        rearranged(proposal.user_id)
        asked = Proposal.objects.filter(pk=proposal.pk, answer=Proposal.Answer.NONE)
        former = as_it_was(asked)
        if not asked.update(answer=Proposal.Answer.YES if is_wanted else Proposal.Answer.NEVER):
            return
        said = click(proposal.user_id, former)
        if proposal.other is not None and is_wanted:
            merge_topics(proposal.topic, proposal.other, within=said)
        elif proposal.other is not None:
            keep_apart(proposal.topic, proposal.other, within=said)
        elif is_wanted:
            split_topic(proposal.topic, list(proposal.ideas.all()), name or proposal.name, within=said)
        else:
            keep_whole(proposal.topic, within=said)
