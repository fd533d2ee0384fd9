"""From a transcript to ideas in their topics: computed outside of transactions, written only if nobody was faster."""

import logging
import time
from collections.abc import Hashable, Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from capture.models import Memo, User
from insights import clustering, embedding
from insights.embedding.protocol import knows
from insights.models import Arrangement, Author, Idea, Topic
from insights.naming import is_due, name_topic
from insights.services.embedding_anew import serving
from insights.signals import ideas_placed
from insights.splitting import split, without_cue
from transcription import services as transcription
from transcription.models import Transcript, TranscriptQuerySet

PATIENCE = timedelta(minutes=2)
"""How long an idea may wait before that is told."""
AGAIN_SECONDS = 60.0
"""How long a transcript on which placing failed is left alone, so that it never keeps others waiting."""

log = logging.getLogger(__name__)

_in_hand: dict[UUID, float] = {}
"""What this process is placing, or failed to place, and when it began."""


class _Ground(NamedTuple):
    """A user's ideas and topics as they stood at one version of their arrangement."""

    version: int
    model: str
    ideas: list[Idea]
    topics: list[Topic]


class _Change(NamedTuple):
    """What placing a transcript does: new ideas, old ones that found a topic, new topics, new names for old ones."""

    ideas: list[Idea]
    drawn_in: list[Idea]
    founded: list[Topic]
    renamed: list[Topic]


def place_next() -> bool:
    """Place the ideas of the transcript that has waited longest. Returns whether there was one."""
    before = time.monotonic() - AGAIN_SECONDS
    for transcript, begun in list(_in_hand.items()):
        if begun < before:
            _in_hand.pop(transcript, None)
    free = _unplaced().exclude(pk__in=list(_in_hand))
    best = free.select_related("memo__user").order_by("memo__archive", "finished_at").first()
    if best is None:
        return False
    _in_hand[best.pk] = time.monotonic()
    try:
        place(best)
    except embedding.Unavailable as reason:
        log.warning("Placing is put off: %s", reason)
        return False
    _in_hand.pop(best.pk, None)
    return True


def waiting() -> int:
    """Return how many transcripts have words but no ideas yet."""
    return _unplaced().count()


def hindrance() -> str | None:
    """Return why ideas wait for their topics at the moment, or None: a machine that gives no vectors."""
    if not settings.EMBEDDING_URL:
        return None
    waits = _unplaced().filter(memo__archive=False, finished_at__lt=timezone.now() - PATIENCE)
    said = _("The machine at EMBEDDING_URL does not compare ideas: they wait, and `manage.py doctor` says why.")
    return said if waits.exists() else None


def _unplaced() -> TranscriptQuerySet:
    return Transcript.objects.current().ready().filter(ideas=None)


def unfinished(user: User) -> QuerySet[Memo]:
    """Return a user's live memos that are still being written down or placed, in the order they were spoken."""
    unheard = Q(pk__in=transcription.unfinished(user).values("pk"))
    unplaced = Q(transcripts__in=_unplaced())
    return Memo.objects.of(user).filter(unheard | unplaced, archive=False).distinct().order_by("recorded_at")


def place(transcript: Transcript) -> None:
    """Split a transcript into ideas and put each into a topic, or leave it unsorted until it has company."""
    is_written = False
    while not is_written:  # or somebody arranged the user's ideas meanwhile: what was computed is out of date
        embedder = serving(transcript.memo.user)
        is_written = _written(transcript, *_arranged(_found_in(transcript, embedder), transcript, embedder))


def _found_in(transcript: Transcript, embedder: embedding.Embedder) -> list[Idea]:
    spans = split(transcript.heard(), transcript.language)
    texts = [transcript.text[span.text_start : span.text_end] for span in spans]
    # What is said in a language that means nothing to it waits, without a vector, for a model that knows it.
    is_known = knows(embedder, transcript.language)
    told = [without_cue(text, transcript.language) for text in texts] if is_known else []
    vectors = [embedding.to_bytes(vector) for vector in embedder.embed(told)] if told else [b""] * len(texts)
    return [
        Idea(
            user_id=transcript.memo.user_id,
            transcript=transcript,
            position=position,
            text=text,
            **span._asdict(),
            vector=vector,
            vector_model=embedder.model if is_known else "",
        )
        for position, (text, span, vector) in enumerate(zip(texts, spans, vectors, strict=True))
    ]


def _ground(user: User, model: str) -> _Ground:
    # The version is read first: whatever changes after that makes the write fail.
    arrangement, _is_new = Arrangement.objects.get_or_create(user=user)
    ideas = Idea.objects.of(user).with_vectors_of(model).order_by("placed_at", "position")
    return _Ground(arrangement.version, model, list(ideas), list(Topic.objects.of(user)))


def _standing(ground: _Ground, embedder: embedding.Embedder) -> clustering.Standing:
    """Return what new ideas are held against. A topic that a person made and left empty stands for its name."""
    stored = [idea.vector_of(embedder.model) for idea in ground.ideas]
    vectors = embedding.from_bytes(stored, len(embedder.common()))
    topics: list[Hashable | None] = [idea.topic_id for idea in ground.ideas]
    settled = [idea.placed_by == Author.PERSON for idea in ground.ideas]
    bare = [topic for topic in ground.topics if topic.named_by == Author.PERSON and topic.pk not in topics]
    if bare:
        vectors = np.concatenate([vectors, embedder.embed([topic.name for topic in bare])])
    return clustering.Standing(vectors, [*topics, *(topic.pk for topic in bare)], settled + [True] * len(bare))


def _arranged(new: list[Idea], transcript: Transcript, embedder: embedding.Embedder) -> tuple[_Ground, _Change]:
    user = transcript.memo.user
    ground = _ground(user, embedder.model)
    if not all(idea.vector_model for idea in new):
        return ground, _Change(new, [], [], [])
    vectors = embedding.from_bytes([bytes(idea.vector) for idea in new], len(embedder.common()))
    placement = clustering.place(vectors, _standing(ground, embedder), embedder.common())
    known: dict[Hashable, Topic] = {topic.pk: topic for topic in ground.topics}
    founded: list[Topic] = []

    def topic_of(key: Hashable) -> Topic:
        if key not in known:
            known[key] = Topic(user=user)
            founded.append(known[key])
        return known[key]

    for idea, key in zip(new, placement.topics, strict=True):
        idea.topic = None if key is None else topic_of(key)
    for index, key in placement.drawn_in.items():
        ground.ideas[index].topic = topic_of(key)
    drawn_in = [ground.ideas[index] for index in placement.drawn_in]
    grown = {idea.topic for idea in (*new, *drawn_in) if idea.topic}
    renamed = _name(grown, [*ground.ideas, *new], known.values(), transcript.language)
    return ground, _Change(new, drawn_in, founded, [topic for topic in renamed if topic not in founded])


def _name(grown: Iterable[Topic], ideas: list[Idea], all_topics: Iterable[Topic], language: str) -> list[Topic]:
    """Name the machine's topics that grew enough and that nobody touched, and return them."""
    about = {idea.pk: without_cue(idea.text, language) for idea in ideas}
    renamed = []
    for topic in sorted(grown, key=lambda topic: topic.created_at or timezone.now()):
        members = [idea for idea in ideas if idea.topic_id == topic.pk]
        is_touched = topic.named_by == Author.PERSON or any(idea.placed_by == Author.PERSON for idea in members)
        if (topic.name and is_touched) or not is_due(len(members), topic.named_size):
            continue
        here = [about[idea.pk] for idea in members]
        elsewhere = [about[idea.pk] for idea in ideas if idea.topic_id != topic.pk]
        taken = {other.name for other in all_topics if other is not topic}
        name = name_topic(here, elsewhere, language, taken)
        topic.name, topic.named_size = name, len(here)
        renamed.append(topic)
    return renamed


def _written(transcript: Transcript, ground: _Ground, change: _Change) -> bool:
    """Write the change in one short transaction. Returns False, with nothing written, where the ground has changed."""
    with transaction.atomic():
        # The vectors that serve may be another model's by now.
        unchanged = Arrangement.objects.filter(
            user=transcript.memo.user_id, version=ground.version, vector_model__in=["", ground.model]
        )
        if not unchanged.update(version=F("version") + 1, vector_model=ground.model):
            return False
        if not _unplaced().filter(pk=transcript.pk).exists():
            return True  # placed by another worker, deleted, or heard anew
        # By the clock of this transaction: an e-mail covers what was placed up to a moment, and waits for us (digests).
        now = timezone.now()
        for idea in change.ideas:
            idea.placed_at = now
        Topic.objects.bulk_create(change.founded)
        # One name may be another's old one, so the old ones go first.
        for topic in change.renamed:
            Topic.objects.filter(pk=topic.pk).update(name=f"{topic.pk}")
        Topic.objects.bulk_update(change.renamed, ["name", "named_size"])
        Idea.objects.bulk_create(change.ideas)
        Idea.objects.bulk_update(change.drawn_in, ["topic"])
        transaction.on_commit(lambda: ideas_placed.send_robust(sender=Idea, id=transcript.pk), robust=True)
    return True
