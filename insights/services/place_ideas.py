"""From a transcript to ideas in their topics: computed outside of transactions, written only if nobody was faster."""

import logging
import time
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Case, Exists, F, Min, OuterRef, QuerySet, When
from django.utils import timezone

from capture.models import Memo, User
from insights.core.classify import kind_of
from insights.core.directives.evening_question import QuestionSpan
from insights.core.directives.match import match_directives
from insights.core.embedding.protocol import Embedder, Unavailable, knows, to_bytes
from insights.core.embedding.wordllama import default_embedder
from insights.core.segmentation.split import split_ideas
from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.suggest import rank_and_assign
from insights.error_text import describe_problem
from insights.models import Author, Correction, Idea, Topic
from insights.services import process_state
from insights.services.evening_questions import spoken_question
from insights.services.idea_features import compared_text, features_of
from insights.services.idea_spans import idea_of_span
from insights.services.index_cache import give_back, take_index
from insights.services.persist import ChangeSet, apply_changes, plan_changes
from insights.services.reembed import serving_embedder
from insights.services.supersede import earlier_ideas
from insights.services.user_index import UserIndex
from insights.signals import idea_corrected, ideas_placed
from transcription.core.warnings.marks import hidden_words
from transcription.models import Transcript, TranscriptQuerySet
from transcription.services import jobs

ALERT_DELAY = timedelta(minutes=2)
"""How long an idea may wait before that is told."""
IN_PROGRESS_DAYS = 30
RETRY_SECONDS = 60.0
"""How long a transcript on which placing failed is left alone, so that it never keeps others waiting."""

log = logging.getLogger(__name__)


def place_next_transcript() -> bool:
    """Place the ideas of a transcript: its user's that waited longest. Returns whether there was one."""
    in_hand, before = process_state.current.in_hand, time.monotonic() - RETRY_SECONDS
    for transcript, begun in list(in_hand.items()):
        if begun < before:
            in_hand.pop(transcript, None)
    best = _next_unplaced(_unplaced().exclude(pk__in=list(in_hand)))
    if best is None:
        return False
    in_hand[best.pk] = begun = time.monotonic()
    turns = process_state.current.turns
    turns.begin(best.user_id)
    try:
        place_transcript(best)
    except Unavailable as reason:
        log.warning("Placing is put off: %s", describe_problem(reason.message))
        return False
    finally:
        turns.charge(best.user_id, time.monotonic() - begun)
    in_hand.pop(best.pk, None)
    return True


def _next_unplaced(free: TranscriptQuerySet) -> Transcript | None:
    """Return what is placed next: live before imported and heard again; among these, of who had the least work done."""
    # Old recordings in the order in which they were spoken: what was on one's mind then lies together.
    turn = Case(When(memo__archive=True, then=F("memo__recorded_at")), default=F("finished_at"))
    firsts = free.order_by().values_list("memo__archive", "again", "user").annotate(first=Min(turn))
    clock_of = process_state.current.turns.clock_of
    next_one = min(firsts, key=lambda one: (one[0], one[1], clock_of(one[2]), one[3]), default=None)
    if next_one is None:
        return None
    archive, again, user, _first = next_one
    theirs = free.filter(memo__archive=archive, again=again, user=user)
    return theirs.select_related("memo__user").order_by(turn).first()


def count_due_placements() -> int:
    """Return how many transcripts have words but no ideas yet."""
    return _unplaced().count()


def is_live_memo_waiting() -> bool:
    """Return whether a memo that somebody spoke just now waits for its words or its ideas, and can have them."""
    return jobs.is_live_memo_due() or _unplaced().filter(memo__archive=False, again=False).exists()


def is_endpoint_failing() -> bool:
    """Return whether ideas wait for their topics because the machine at EMBEDDING_URL gives no vectors."""
    if not settings.EMBEDDING_URL:
        return False
    waits = _unplaced().filter(memo__archive=False, finished_at__lt=timezone.now() - ALERT_DELAY)
    return waits.exists()


def _unplaced() -> TranscriptQuerySet:
    return Transcript.objects.current().unplaced()


def memos_in_progress(user: User) -> QuerySet[Memo]:
    """Return a user's live memos of late that are still being written down or placed, in the order they were spoken.

    What was heard again is not among them: its ideas of before are shown until the new ones are placed. Nor is what
    came IN_PROGRESS_DAYS ago: to look through all that anybody ever said takes longer than a page may.
    """
    own = {"memo": OuterRef("pk")}
    is_new = ~Exists(Transcript.objects.filter(**own))
    is_unheard = Exists(Transcript.objects.current().unfinished().filter(**own))
    is_unplaced = Exists(_unplaced().filter(again=False, **own))
    late = Memo.objects.of(user).filter(received_at__gte=timezone.now() - timedelta(days=IN_PROGRESS_DAYS))
    # By their keys: SQLite would rather read all memos in their order than put these few in order.
    few = Memo.objects.filter(pk__in=late.values("pk"))
    return few.filter(is_new | is_unheard | is_unplaced, archive=False).order_by("recorded_at")


def place_transcript(transcript: Transcript) -> None:
    """Split a transcript into ideas and put each into a topic, or leave it unsorted until it has company.

    One that asks the question of the night brings no ideas.
    """
    is_written = False
    while not is_written:  # or somebody arranged the user's ideas meanwhile: what was computed is out of date
        embedder = serving_embedder(transcript.memo.user)
        question = spoken_question(transcript)
        ideas = [] if question else _split_into_ideas(transcript, embedder)
        is_written = _place_and_save(transcript, ideas, embedder, question)


def _split_into_ideas(transcript: Transcript, embedder: Embedder) -> list[Idea]:
    words = transcript.heard()
    spans = split_ideas(words, transcript.language, default_embedder())
    ideas = [idea_of_span(transcript, words, position, span) for position, span in enumerate(spans)]
    for idea in ideas:
        idea.kind = kind_of(idea.text, transcript.language)
    # What is said in a language that means nothing to it waits, without a vector, for a model that knows it.
    if ideas and knows(embedder, transcript.language):
        vectors = embedder.embed([compared_text(idea, transcript.language) for idea in ideas])
        for idea, vector in zip(ideas, vectors, strict=True):
            idea.vector, idea.vector_model = to_bytes(vector), embedder.model
    return ideas


def _place_and_save(
    transcript: Transcript, ideas: list[Idea], embedder: Embedder, question: QuestionSpan | None
) -> bool:
    """Place ideas on the user's index as it stands. Returns False, with nothing written, where it has changed."""
    user = transcript.memo.user
    state, change = _plan_placement(ideas, transcript, embedder)
    change.question = question
    # What another worker placed, what was deleted, or heard anew, is not placed again.
    due = _unplaced().filter(pk=transcript.pk)

    def announce() -> None:
        ideas_placed.send_robust(sender=Idea, id=transcript.pk)
        for said in change.said:
            idea_corrected.send_robust(sender=Idea, id=said.idea_id)

    now = apply_changes(user, state, change, due.exists, announce)
    # What was said is learned when the index is built anew.
    if now is not None and not transcript.again and not change.said:
        give_back(user, state, len(ideas))
    return now is not None


def _plan_placement(found: list[Idea], transcript: Transcript, embedder: Embedder) -> tuple[UserIndex, ChangeSet]:
    user, before = transcript.memo.user, earlier_ideas(transcript)
    said = _apply_directives(transcript, found)
    ideas = [idea for idea in found if before.brings_something(idea)]
    state = take_index(user, embedder)
    # What leaves still says what its topic is about, but founds none with that which replaces it.
    for idea in before.untouched:
        if (position := state.index.keys.find(idea.pk)) is not None:
            state.index.waiting.pop(position, None)
    company = [
        _put_idea_on_index(state, features_of(idea, transcript, embedder), idea) for idea in ideas if idea.vector_model
    ]
    waited = [state.index.keys[position] for position in company if position is not None]
    change = plan_changes(user, state, ideas, waited, transcript.language, leaving=before.untouched)
    change.said = [one for one in said if one.idea in ideas]
    return state, replace(change, placed_at=before.placed_at(), of=transcript)


def _apply_directives(transcript: Transcript, ideas: Sequence[Idea]) -> list[Correction]:
    """Put the new ideas of a transcript, all of which are given, into the topics that were said for them.

    Returns what is to be kept of that; nothing is saved. Most memos say nothing of the kind.
    """
    # Not `for_list`: to count and order by ideas takes a look at each of them.
    names: dict[Hashable, str] = dict(Topic.objects.of(transcript.memo.user).in_use().values_list("pk", "name"))
    topics = _certain_topics(transcript, [idea.text_start for idea in ideas], names)
    said, batch = [], uuid4()
    for idea, topic in zip(ideas, cast("list[UUID | None]", topics), strict=True):
        if topic is not None:
            former = {"Idea": {str(idea.pk): {"topic_id": None, "placed_by": Author.MACHINE}}}
            idea.topic_id, idea.placed_by = topic, Author.PERSON
            said.append(
                Correction(
                    user_id=idea.user_id,
                    kind=Correction.Kind.SPOKEN,
                    idea=idea,
                    topic_id=topic,
                    name=names[topic],
                    batch=batch,
                    former=former,
                )
            )
    return said


def _certain_topics(transcript: Transcript, begins: Sequence[int], names: dict[Hashable, str]) -> list[Hashable | None]:
    """Return the topic that was said for each idea: the same with doubtful words and without them."""
    words, doubtful = transcript.heard(), transcript.doubtful()
    said = match_directives(words, begins, transcript.language, names)
    if not doubtful or not any(said):
        return said
    surely = match_directives(hidden_words(words, doubtful), begins, transcript.language, names)
    return [topic if topic == other else None for topic, other in zip(said, surely, strict=True)]


def _put_idea_on_index(state: UserIndex, features: IdeaFeatures, idea: Idea) -> int | None:
    """Place an idea where it was said to belong or where it seems to. Returns what it founds a topic with."""
    if idea.topic_id is None and idea.is_doubtful:
        state.index.restore(state.index.add(features), None, by_person=True)  # as `index_rows` has it
        return None
    if idea.topic_id is None:
        return rank_and_assign(state.index, features, state.ranker).company
    settle_idea(state.index, state.index.add(features), idea.topic_id)
    return None
