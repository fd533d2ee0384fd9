"""Changes to a user's ideas and topics: planned from an index, written in one short transaction if it still holds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from capture.models import User
from insights.core.directives.evening_question import QuestionSpan
from insights.core.topics.idea_keys import Key
from insights.models import AllKnown, Arrangement, Correction, Idea, Topic, WebhookEvent
from insights.services.correction_log import record_looks_due
from insights.services.evening_questions import record_spoken_question
from insights.services.topic_names import name_grown_topics
from insights.services.user_index import UserIndex
from insights.services.webhooks import record_event
from transcription.models import Transcript


@dataclass
class ChangeSet:
    """What is to be written. merged: pairs of topics, the one that stays first.

    said: what a memo says of where its new ideas belong.
    leaving: ideas of a memo's earlier transcripts, which new ones replace; placed_at: when those were placed.
    of: the transcript of whose words the new ideas are. All that is said in one without any stands in ideas that stay,
    or is the question of a night; question: where in it that question stands.
    """

    new: list[Idea] = field(default_factory=list)
    placed: list[Idea] = field(default_factory=list)
    founded: list[Topic] = field(default_factory=list)
    renamed: list[Topic] = field(default_factory=list)
    merged: list[tuple[UUID, UUID]] = field(default_factory=list)
    said: list[Correction] = field(default_factory=list)
    leaving: list[Idea] = field(default_factory=list)
    placed_at: datetime | None = None
    of: Transcript | None = None
    question: QuestionSpan | None = None


def plan_changes(
    user: User,
    state: UserIndex,
    new: Sequence[Idea],
    waited: Iterable[Key],
    language: str,
    *,
    leaving: Sequence[Idea] = (),
) -> ChangeSet:
    """Return what an index says of new ideas and of some that waited: their topics, which are new, and names."""
    before = list(Idea.objects.of(user).filter(pk__in=list(waited)).with_memo())
    for idea in (*new, *before):
        if idea.pk in state.index.keys:  # or nobody here knows its language yet
            idea.topic_id = cast("UUID | None", state.index.topic_of(state.index.position_of(idea.pk)))
    keys = dict.fromkeys(idea.topic_id for idea in (*new, *before) if idea.topic_id is not None)
    known = Topic.objects.of(user).in_bulk(list(keys))
    founded = [Topic(id=key, user=user) for key in keys if key not in known]
    stood = Idea.objects.of(user).exclude(pk__in=[idea.pk for idea in (*new, *before, *leaving)])
    renamed = name_grown_topics([*known.values(), *founded], [*new, *before], stood, state, language)
    renamed = [topic for topic in renamed if topic not in founded]
    return ChangeSet(list(new), before, founded, renamed, leaving=list(leaving))


def apply_changes(
    user: User,
    state: UserIndex,
    change: ChangeSet,
    still_due: Callable[[], bool],
    announce: Callable[[], None] | None = None,
) -> datetime | None:
    """Write a change, and return when; None, with nothing written, where the user's ideas were arranged meanwhile.

    still_due: whether it is still to be done, asked within the transaction; what is not due any more counts as done.
    announce: called once it is committed.
    """
    with transaction.atomic():
        # The vectors that serve may be another model's by now.
        same = {"version": state.basis.version, "vector_model__in": ["", state.model]}
        unchanged = Arrangement.objects.filter(user=user, **same)
        if not unchanged.update(version=F("version") + 1, vector_model=state.model):
            return None
        # By the clock of this transaction: an e-mail covers what was placed up to a moment, and waits for us (digests).
        now = timezone.now()
        if not still_due():
            return now
        for idea in change.new:
            # What was told of before is not told again as new: ideas in the place of others take their time.
            idea.placed_at = change.placed_at or now
        Topic.objects.bulk_create(change.founded)
        for stays, gone in change.merged:
            Topic.objects.filter(pk=gone).update(merged_into=stays)
            Idea.objects.filter(topic=gone).update(topic=stays)
        # One name may be another's old one, so the old ones go first.
        for topic in change.renamed:
            Topic.objects.filter(pk=topic.pk).update(name=f"{topic.pk}")
        Topic.objects.bulk_update(change.renamed, ["name", "named_size"])
        Idea.objects.bulk_create(change.new)
        Correction.objects.bulk_create(change.said)
        if change.said:
            record_looks_due(user.pk, [said.idea_id for said in change.said if said.idea_id])
        Idea.objects.bulk_update(change.placed, ["topic"])
        _delete_superseded(change.leaving)
        if change.of:
            _record_placed(change.of, change)
        record_event(user.pk, WebhookEvent.IDEAS_PLACED, transcripts=_told_transcripts(change))
        if announce is not None:
            transaction.on_commit(announce, robust=True)
    return now


def _record_placed(transcript: Transcript, change: ChangeSet) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(is_placed=True)
    if not change.new:
        AllKnown.objects.create(transcript=transcript)
        if change.question:
            record_spoken_question(transcript, change.question)


def _told_transcripts(change: ChangeSet) -> set[UUID]:
    """Return the transcripts of whose ideas it is told where they stand: not of one that is only heard again."""
    told = {idea.transcript_id for idea in change.placed if idea.topic_id}
    return told | {change.of.pk} if change.of and change.new and not change.of.again else told


def _delete_superseded(leaving: list[Idea]) -> None:
    """Delete the ideas that others replace, and the machine's topics that stand empty without them.

    One of which something was decided a moment ago stays.
    """
    if leaving:
        left = {idea.topic_id for idea in leaving if idea.topic_id}
        Idea.objects.filter(pk__in=[idea.pk for idea in leaving]).never_met().delete()
        Topic.objects.filter(pk__in=left).forgettable().delete()
