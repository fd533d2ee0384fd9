"""The simulated review learns as the service does: from the same decisions, weighed anew after as many."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from capture.models import Device
from insights.core.embedding.wordllama import default_embedder
from insights.core.topics.suggest import Ranker
from insights.evaluation.review_simulation import REVIEWED_IDEAS, simulate_review
from insights.evaluation.streams import StreamIdea, features_of_lines, read_stream
from insights.models import Idea, Topic
from insights.services.consolidate import consolidate_user, retry_unsorted_near
from insights.services.ideas import move_idea, move_to_new_topic
from insights.services.index_cache import take_index
from tests.support.insights_process import suggest_prepared
from tests.support.transcripts import place_texts

STREAM = Path(__file__).parents[2] / "assets" / "topics" / "mara.jsonl"
IDEAS = 2 * REVIEWED_IDEAS


def spoken(bedside: Device) -> Iterator[tuple[StreamIdea, Idea]]:
    """Yield ideas of a stream, each placed by the service, apart from those that it splits."""
    for line in read_stream(STREAM):
        (transcript,) = place_texts(bedside, line.text)
        if transcript.ideas.count() == 1:
            yield line._replace(memo=None, at=None, context=""), transcript.ideas.get()
        else:
            transcript.memo.delete()


def reviewed(idea: Idea, label: str) -> list[str]:
    """Return the topics that the service suggests for an idea, and put it where it belongs."""
    suggested = [one.topic.name for one in suggest_prepared(idea) if one.topic is not None]
    fresh = Idea.objects.get(pk=idea.pk)
    if topic := Topic.objects.of(idea.user).filter(name=label).first():
        move_idea(fresh, topic)
    else:
        move_to_new_topic(fresh, label)
    retry_unsorted_near(idea.pk)
    return suggested


def test_it_learns_what_the_service_learns(bedside: Device) -> None:
    stream, suggested = spoken(bedside), list[list[str]]()
    lines: list[StreamIdea] = []
    for _ in range(0, IDEAS, REVIEWED_IDEAS):
        batch = list(islice(stream, REVIEWED_IDEAS))
        consolidate_user(bedside.user)
        suggested += [reviewed(idea, line.label) for line, idea in batch]
        lines += [line for line, _ in batch]
    learned = take_index(bedside.user, default_embedder()).ranker

    ranker, embedder = Ranker(), default_embedder()
    features, labels = features_of_lines(lines, embedder), [line.label for line in lines]
    answers = list(simulate_review(features, labels, embedder.background(), ranker))

    chosen = [[lesson.chosen == -1 for lesson in one.lessons.values()] for one in (ranker, learned)]
    assert chosen[0] == chosen[1]
    assert len(chosen[0]) == IDEAS
    # The service lays a small index anew after each correction, the simulation after each tidying.
    assert ranker.weights == pytest.approx(learned.weights, abs=0.3)
    same = [
        answer.suggested[0] in told[:2] for answer, told in zip(answers, suggested, strict=True) if answer.suggested
    ]
    assert sum(same) >= 0.95 * len(same)
