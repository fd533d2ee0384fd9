"""What the machine calls topics: named as they grow, and anew where a person corrected a word of the name."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from capture.models import User
from insights.core.embedding.protocol import Unavailable, knows
from insights.core.segmentation.cues import without_cue
from insights.core.topics.misheard import unsure_words
from insights.core.topics.name_fit import fit_in_index
from insights.core.topics.naming import is_due, name_topic
from insights.models import Author, Idea, IdeaQuerySet, Topic
from insights.services.embedders import load_embedder
from insights.services.index_cache import give_back_unchanged, take_index
from insights.services.reembed import serving_embedder
from insights.services.user_index import UserIndex
from transcription.core.words import Word
from transcription.models import Transcript

NAMED_AGAINST_IDEAS = 500
"""Ideas of other topics, the latest, against which a topic is named."""
DOUBTED_TRANSCRIPTS = 100
"""Transcripts of a topic's ideas, the latest, in which it is looked up how surely words were heard."""
_LETTERS = re.compile(r"[^\W\d_]+")


class NameSources(NamedTuple):
    """What a topic is named by: what its ideas say, what others do, and words, small, that were perhaps never said."""

    texts: Sequence[str]
    elsewhere: Sequence[str]
    unsure: Collection[str] = ()


def name_grown_topics(
    grown: Sequence[Topic], fresh: Sequence[Idea], stood: IdeaQuerySet, state: UserIndex, language: str
) -> list[Topic]:
    """Name the machine's topics that grew, in memory, and return those. A person's are left alone.

    fresh: ideas that came to stand where they do just now. stood: the user's others.
    """
    named: list[Topic] = []
    taken: set[str] | None = None
    for topic in sorted(grown, key=lambda topic: topic.created_at or timezone.now()):
        standing = stood.filter(topic=topic.pk)
        new = [idea for idea in fresh if idea.topic_id == topic.pk]
        size = len(new) + standing.count()
        if topic.named_by == Author.PERSON or not is_due(size, topic.named_size):
            continue
        is_touched = standing.filter(placed_by=Author.PERSON).exists()
        is_touched |= any(idea.placed_by == Author.PERSON for idea in new)
        if topic.name and is_touched:
            continue
        if taken is None:
            taken = set(Topic.objects.of(topic.user).values_list("name", flat=True))
        sources = NameSources(
            [idea.surely_said for idea in new] + standing.as_said(),
            [idea.text for idea in fresh if idea.topic_id != topic.pk] + _other_texts(stood, topic),
            _unsure_words({idea.transcript for idea in new}.union(_latest_transcripts(standing))),
        )
        name = find_name(state, _members(state, topic), sources, language, taken - {topic.name}, topic.name)
        taken = taken - {topic.name} | {name}
        topic.name, topic.named_size = name, size
        named.append(topic)
    return named


def rename_corrected_topics(transcript_id: UUID) -> list[Topic]:
    """Rename, at once, the machine's topics in whose name stands a word that is not said in their ideas any more.

    Called where a person changed words of a transcript. Returns the topics that have another name now.
    """
    transcript = Transcript.objects.select_related("memo__user").filter(pk=transcript_id).first()
    if transcript is None:
        return []
    user = transcript.memo.user
    topics = Topic.objects.of(user).filter(named_by=Author.MACHINE, ideas__transcript=transcript).distinct()
    wrong = [topic for topic in topics if not _is_name_said(topic)]
    if not wrong:
        return []
    state = take_index(user, serving_embedder(user))
    renamed = [topic for topic in wrong if _rename(state, user, topic, transcript.language)]
    give_back_unchanged(user, state)
    return renamed


def letters_in(text: str) -> set[str]:
    """Return the words of a text, small, without what is no letter."""
    return set(_LETTERS.findall(text.casefold()))


def _is_name_said(topic: Topic) -> bool:
    ideas = Idea.objects.of(topic.user).filter(topic=topic)
    return letters_in(topic.name) <= letters_in(" ".join(ideas.as_said()))


def _rename(state: UserIndex, user: User, topic: Topic, language: str) -> bool:
    """Give a topic a name that is said in it, unless somebody renamed it meanwhile. Returns whether it was done."""
    ideas = Idea.objects.of(user)
    standing = ideas.filter(topic=topic)
    unsure = _unsure_words(_latest_transcripts(standing))
    sources = NameSources(standing.as_said(), _other_texts(ideas, topic), unsure)
    here = Topic.objects.of(user).filter(pk=topic.pk, named_by=Author.MACHINE, name=topic.name)
    while True:
        taken = set(Topic.objects.of(user).exclude(pk=topic.pk).values_list("name", flat=True))
        name = find_name(state, _members(state, topic), sources, language, taken)
        try:
            with transaction.atomic():
                return bool(here.update(name=name))
        except IntegrityError:  # another topic was given this name meanwhile
            continue


def find_name(  # noqa: PLR0917 - what there is to know of a name
    state: UserIndex,
    members: Sequence[int],
    sources: NameSources,
    language: str,
    taken: Collection[str],
    shown: str = "",
) -> str:
    """Return a name for ideas (see name_topic). members: their positions in the index, as far as they are there."""
    here, there = ([without_cue(text, language) for text in texts] for texts in (sources.texts, sources.elsewhere))
    known = load_embedder(state.model)
    if members and knows(known, language):
        fits = fit_in_index(state.index, members, known.embed)
        with suppress(Unavailable):  # where the machine that compares does not answer, what is said must do
            return name_topic(here, there, language, taken, fits=fits, shown=shown, unsure=sources.unsure)
    return name_topic(here, there, language, taken, shown=shown, unsure=sources.unsure)


def _members(state: UserIndex, topic: Topic) -> Sequence[int]:
    here = state.index.topics.get(topic.pk)
    return here.members if here else ()


def _other_texts(ideas: IdeaQuerySet, topic: Topic) -> list[str]:
    others = ideas.exclude(topic=topic.pk).order_by("-placed_at")
    return list(others.values_list("text", flat=True)[:NAMED_AGAINST_IDEAS])


def _latest_transcripts(ideas: IdeaQuerySet) -> Iterable[Transcript]:
    known = Transcript.objects.filter(pk__in=ideas.values("transcript")).prefetch_related("edits")
    return known.order_by("-received_at")[:DOUBTED_TRANSCRIPTS]


def _unsure_words(transcripts: Iterable[Transcript]) -> set[str]:
    """Return the words that were perhaps never said in any of these transcripts; what a person changed is sure."""
    return unsure_words(word for transcript in transcripts for word in _untouched_words(transcript))


def _untouched_words(transcript: Transcript) -> Iterator[Word]:
    touched = {number for change in transcript.changes() for number in range(change.first, change.last)}
    return (word for number, word in enumerate(transcript.heard()) if number not in touched)
