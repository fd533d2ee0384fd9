"""Corrections in the product: they bind the next placing and the nightly tidying, and are tried at once nearby."""

from typing import Any

import pytest

from capture.models import Device, User
from capture.services.deletion import delete_memo
from insights.core.embedding.protocol import Embedder
from insights.core.embedding.wordllama import default_embedder
from insights.models import Correction, Idea, Topic
from insights.services import consolidate, correction_log, index_cache, kept_indexes
from insights.services.consolidate import consolidate_all, consolidate_user, retry_unsorted_near
from insights.services.ideas import bar_idea, confirm_idea, move_idea
from insights.services.index_cache import take_index
from insights.services.place_ideas import place_transcript
from insights.services.topics import (
    BadName,
    create_topic,
    delete_topic,
    hide_topic,
    keep_apart,
    merge_topics,
    pin_topic,
    rename_topic,
    split_topic,
)
from insights.services.user_index import UserIndex
from insights.tasks import look_again
from tests.support.insights_process import suggest_prepared
from tests.support.pages import MORE_TOMATOES, TOMATOES
from tests.support.transcripts import place_texts, write_transcript
from transcription.models import Transcript

GARDEN = "Water the garden and the tomatoes every evening."
TAXES = "Send the invoice to the tax office."


def idea_of(transcript: Transcript) -> Idea:
    return Idea.objects.get(transcript=transcript)


def garden(bedside: Device) -> tuple[Topic, list[Idea]]:
    ideas = [idea_of(transcript) for transcript in place_texts(bedside, TOMATOES, MORE_TOMATOES)]
    topic = ideas[0].topic
    assert topic is not None
    return topic, ideas


def test_an_idea_never_returns_to_where_it_does_not_belong(bedside: Device) -> None:
    topic, (first, _) = garden(bedside)
    bar_idea(first)
    place_texts(bedside, GARDEN)
    retry_unsorted_near(first.pk)
    consolidate_user(bedside.user)
    assert idea_of(first.transcript).topic != topic
    assert Correction.objects.get().kind == "not-this"


def test_what_is_merged_stays_merged_and_takes_what_comes(bedside: Device) -> None:
    topic, _ = garden(bedside)
    mine = create_topic(bedside.user, "Outside")
    merge_topics(mine, topic)
    (third,) = place_texts(bedside, GARDEN)
    consolidate_user(bedside.user)
    assert idea_of(third).topic == mine
    assert list(Topic.objects.of(bedside.user)) == [mine]


def test_a_deleted_topic_does_not_come_back_under_another_name(bedside: Device) -> None:
    topic, _ = garden(bedside)
    delete_topic(topic)
    place_texts(bedside, GARDEN, "The tomatoes and the garden want water again.")
    consolidate_user(bedside.user)
    assert not Topic.objects.of(bedside.user).exists()
    assert Idea.objects.of(bedside.user).unsorted().count() == 4
    create_topic(bedside.user, topic.name)


def test_a_confirmed_topic_is_touched_and_not_merged_at_night(bedside: Device) -> None:
    topic, (first, second) = garden(bedside)
    confirm_idea(first)
    other = create_topic(bedside.user, "Vegetables")
    move_idea(second, other)
    keep_apart(topic, other)
    consolidate_user(bedside.user)
    assert set(Topic.objects.of(bedside.user)) == {topic, other}


def test_topics_of_two_people_are_never_merged(bedside: Device, bob: User) -> None:
    topic, _ = garden(bedside)
    with pytest.raises(ValueError, match="one user"):
        merge_topics(topic, create_topic(bob, "Bob's"))


def unsorted_again(idea: Idea) -> None:
    """Let an idea wait, as one does that came before its company."""
    Idea.objects.filter(pk=idea.pk).update(topic=None)
    correction_log.bump_version(idea.user_id)


def test_what_waits_is_placed_at_night(bedside: Device) -> None:
    topic, (first, second) = garden(bedside)
    place_texts(bedside, GARDEN)
    unsorted_again(second)
    consolidate_all()
    assert idea_of(second.transcript).topic == topic
    assert idea_of(first.transcript).topic == topic


def test_what_is_like_a_corrected_idea_is_tried_at_once(bedside: Device) -> None:
    topic, (first, second) = garden(bedside)
    place_texts(bedside, GARDEN, TAXES)
    unsorted_again(second)
    confirm_idea(first)
    retry_unsorted_near(first.pk)
    assert idea_of(second.transcript).topic == topic
    assert Idea.objects.get(text=TAXES).topic is None


def test_the_map_that_is_kept_is_the_one_that_is_built(bedside: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that goes on with its map places as one that just began."""
    texts = (TOMATOES, TAXES, MORE_TOMATOES, GARDEN, "The tax office wants the invoice.")
    kept = [idea_of(transcript).topic_id is None for transcript in place_texts(bedside, *texts)]
    state = index_cache.take_index(bedside.user, default_embedder())
    Idea.objects.all().delete()
    Topic.objects.all().delete()
    monkeypatch.setattr(kept_indexes, "KEPT_INDEXES", 0)
    built = [idea_of(transcript).topic_id is None for transcript in place_texts(bedside, *texts)]
    assert kept == built
    assert len(state.index) == len(texts)


def test_a_deleted_memo_leaves_the_map(bedside: Device) -> None:
    first, _ = place_texts(bedside, TOMATOES, TAXES)
    delete_memo(first.memo)
    (third,) = place_texts(bedside, MORE_TOMATOES)
    assert idea_of(third).topic is None


def test_suggestions_name_the_right_topic_first(bedside: Device) -> None:
    topic, ideas = garden(bedside)
    for idea in ideas:
        confirm_idea(idea)
    move_idea(idea_of(place_texts(bedside, TAXES)[0]), create_topic(bedside.user, "Office"))
    (third,) = place_texts(bedside, GARDEN)
    suggested = suggest_prepared(idea_of(third))
    assert suggested[0].topic == topic
    assert sum(one.probability for one in suggested) == pytest.approx(1)


def test_not_here_says_nothing_of_where_an_idea_was_moved_a_moment_ago(bedside: Device) -> None:
    _, (first, _) = garden(bedside)
    seen_before = Idea.objects.get(pk=first.pk)
    office = create_topic(bedside.user, "Office")
    move_idea(first, office)
    bar_idea(seen_before)
    assert idea_of(first.transcript).topic == office
    assert not Correction.objects.filter(kind="not-this").exists()


def test_nothing_is_said_of_a_topic_that_was_merged_a_moment_ago(bedside: Device) -> None:
    topic, ideas = garden(bedside)
    seen_before = Topic.objects.get(pk=topic.pk)
    mine = create_topic(bedside.user, "Outside")
    merge_topics(mine, topic)
    with pytest.raises(BadName, match="topic_gone"):
        rename_topic(seen_before, "Vegetables")
    with pytest.raises(BadName, match="topic_gone"):
        split_topic(seen_before, ideas, "Vegetables")
    pin_topic(seen_before, pinned=True)
    hide_topic(seen_before, hidden=True)
    assert list(Topic.objects.of(bedside.user)) == [mine]
    assert list(Correction.objects.order_by("pk").values_list("kind", flat=True)) == ["created", "merged"]


def test_many_corrections_are_followed_by_one_look_and_new_memos_go_first(
    bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, _ideas = garden(bedside)
    taxes = [idea_of(transcript) for transcript in place_texts(bedside, *(f"{TAXES} {n}" for n in range(12)))]
    for idea in taxes:
        move_idea(idea, topic)
        bar_idea(idea)
    assert consolidate.count_due_looks() == 1
    taken: list[User] = []

    def counting(user: User, embedder: Embedder) -> UserIndex:
        taken.append(user)
        return take_index(user, embedder)

    monkeypatch.setattr(consolidate, "take_index", counting)
    waiting = write_transcript(bedside, GARDEN)
    assert not look_again()
    assert taken == []
    place_transcript(waiting)
    assert look_again()
    assert len(taken) == 1
    assert (consolidate.count_due_looks(), look_again()) == (0, False)


def test_what_is_corrected_while_it_is_looked_again_is_not_forgotten(
    bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    _topic, (first, second) = garden(bedside)
    bar_idea(first)

    def meanwhile(*of: Any) -> Any:
        monkeypatch.setattr(consolidate, "take_index", take_index)
        bar_idea(second)
        return take_index(*of)

    monkeypatch.setattr(consolidate, "take_index", meanwhile)
    assert look_again()
    assert consolidate.count_due_looks() == 1
    assert look_again()
    assert consolidate.count_due_looks() == 0
