"""Ideas parted, joined, and their edges moved: what a person says of that binds, and is undone exactly."""

from collections.abc import Callable

import pytest

from capture.models import Device, User
from insights.core.embedding.wordllama import default_embedder
from insights.core.review.choices import Decision
from insights.models import Author, Correction, Idea, ReviewState
from insights.services import consolidate, index_cache
from insights.services.idea_edges import EdgeRefused, IdeaReplaced, join_ideas, move_edge, neighbours_of, part_idea
from insights.services.ideas import bar_idea, confirm_idea, move_idea
from insights.services.picture_rows import topic_sizes
from insights.services.place_ideas import count_due_placements, place_next_transcript
from insights.services.topics import create_topic
from insights.services.undo import undo_batch
from tests.support.pages import TOMATOES
from tests.support.sorted_ideas import undo_last
from tests.support.transcripts import heard_anew, place_texts
from transcription.models import Transcript
from transcription.worker.state import WorkerState

TAXES = "Oh, and another idea: send the invoice to the tax office today."
TWO_IDEAS = f"{TOMATOES} {TAXES}"


def shown(user: User) -> list[str]:
    return [idea.text for idea in Idea.objects.of(user).in_order()]


def ideas_of(transcript: Transcript) -> list[Idea]:
    return list(Idea.objects.filter(transcript=transcript).shown().with_memo().in_order())


@pytest.fixture
def two_ideas(bedside: Device) -> Transcript:
    (transcript,) = place_texts(bedside, TWO_IDEAS)
    assert len(ideas_of(transcript)) == 2
    return transcript


def place_of(transcript: Transcript, word: str) -> int:
    return next(n for n, one in enumerate(transcript.heard()) if one.text.strip(" ,.:") == word)


def test_an_idea_is_parted_at_a_word_and_each_part_has_its_own_sound(alice: User, two_ideas: Transcript) -> None:
    at = place_of(two_ideas, "today")
    one, two = part_idea(ideas_of(two_ideas)[1], at)
    assert shown(alice) == [TOMATOES, TAXES.removesuffix(" today."), "today."]
    word = two_ideas.heard()[at]
    assert (two.audio_start, two.audio_end) == (word.start, word.end)
    assert one.audio_end == two_ideas.heard()[at - 1].end


def test_two_neighbours_are_joined_where_the_first_named_stood(alice: User, two_ideas: Transcript) -> None:
    one, two = ideas_of(two_ideas)
    accounts = create_topic(alice, "Accounts")
    move_idea(two, accounts)
    joined = join_ideas(two, one)
    assert shown(alice) == [TWO_IDEAS]
    assert (joined.topic, joined.placed_by) == (accounts, Author.PERSON)
    assert (joined.audio_start, joined.audio_end) == (one.audio_start, two.audio_end)


@pytest.mark.parametrize("words", [2, len(TOMATOES.split()) + 2])
def test_an_edge_moves_either_way(alice: User, two_ideas: Transcript, words: int) -> None:
    move_edge(ideas_of(two_ideas)[1], words)
    assert shown(alice) == [" ".join(TWO_IDEAS.split()[:words]), " ".join(TWO_IDEAS.split()[words:])]


@pytest.mark.parametrize("at", [-1, 0, 10_000])
def test_no_idea_is_left_without_words(alice: User, two_ideas: Transcript, at: int) -> None:
    one, two = ideas_of(two_ideas)
    with pytest.raises(EdgeRefused):
        part_idea(one, at)
    for idea, place in ((two, at), (one, 2)):
        with pytest.raises(EdgeRefused):
            move_edge(idea, place)
    assert shown(alice) == [TOMATOES, TAXES]


def test_ideas_of_two_recordings_are_not_joined(alice: User, bedside: Device) -> None:
    one, two = place_texts(bedside, TOMATOES, TAXES)
    with pytest.raises(EdgeRefused):
        join_ideas(ideas_of(one)[0], ideas_of(two)[0])


CHANGES: dict[str, Callable[[Transcript], object]] = {
    "parted": lambda heard: part_idea(ideas_of(heard)[0], 2),
    "joined": lambda heard: join_ideas(*ideas_of(heard)),
    "edge moved": lambda heard: move_edge(ideas_of(heard)[1], 2),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_undone_exactly(alice: User, two_ideas: Transcript, change: str) -> None:
    confirm_idea(ideas_of(two_ideas)[0])
    before = list(Idea.objects.of(alice).in_order().values("pk", "text", "topic", "placed_by", "audio_start"))
    CHANGES[change](two_ideas)
    assert shown(alice) != [TOMATOES, TAXES]
    assert undo_last(alice)
    after = list(Idea.objects.of(alice).in_order().values("pk", "text", "topic", "placed_by", "audio_start"))
    assert after == before


@pytest.mark.parametrize("change", CHANGES)
def test_a_second_page_is_told_and_changes_nothing(alice: User, two_ideas: Transcript, change: str) -> None:
    stale = ideas_of(two_ideas)
    CHANGES[change](two_ideas)
    texts = shown(alice)
    with pytest.raises((IdeaReplaced, EdgeRefused)):
        part_idea(stale[0], 2)
    assert shown(alice) == texts


@pytest.mark.parametrize("change", CHANGES)
def test_it_binds_when_the_recording_is_heard_again(
    worker: WorkerState, alice: User, two_ideas: Transcript, change: str
) -> None:
    CHANGES[change](two_ideas)
    texts = shown(alice)
    heard_anew(worker, two_ideas, TWO_IDEAS)
    place_next_transcript()
    assert count_due_placements() == 0
    kept = [text for text in shown(alice) if text in texts]
    assert set(kept) >= {idea.text for idea in Idea.objects.of(alice).filter(corrections__isnull=False)}


@pytest.mark.parametrize("change", CHANGES)
def test_the_index_follows(alice: User, two_ideas: Transcript, change: str) -> None:
    index_cache.take_index(alice, default_embedder())
    CHANGES[change](two_ideas)
    assert consolidate.look_again_for_one()
    state = index_cache.take_index(alice, default_embedder())
    assert set(state.index.keys) == {idea.pk for idea in Idea.objects.of(alice)}
    index_cache.give_back_unchanged(alice, state)
    undo_last(alice)
    state = index_cache.take_index(alice, default_embedder())
    assert set(state.index.keys) == {idea.pk for idea in Idea.objects.of(alice)}


def test_what_was_said_of_topics_and_reviews_goes_on(alice: User, two_ideas: Transcript) -> None:
    one = ideas_of(two_ideas)[0]
    accounts, boat = create_topic(alice, "Accounts"), create_topic(alice, "Boat")
    move_idea(one, boat)
    bar_idea(one)
    move_idea(one, accounts)
    ReviewState.objects.create(idea=one, user=alice, decision=Decision.ACT, seen_at=one.placed_at)
    parts = part_idea(Idea.objects.with_memo().get(pk=one.pk), 2)
    for part in parts:
        assert (part.topic, part.placed_by) == (accounts, Author.PERSON)
        assert ReviewState.objects.get(idea=part).decision == Decision.ACT
        assert part.corrections.filter(kind=Correction.Kind.NOT_THIS, topic=boat).exists()
    assert ReviewState.objects.of(alice).count() == 2
    assert topic_sizes(alice.pk, [accounts.pk]) == {accounts.pk: 2}


def test_neighbours_are_those_of_its_own_transcript(two_ideas: Transcript) -> None:
    one, two = ideas_of(two_ideas)
    assert (neighbours_of(one).before, neighbours_of(one).after) == (None, two)
    assert (neighbours_of(two).before, neighbours_of(two).after) == (one, None)


def test_only_the_latest_is_undone(alice: User, two_ideas: Transcript) -> None:
    part_idea(ideas_of(two_ideas)[0], 2)
    first = Correction.objects.filter(kind=Correction.Kind.PARTED).first()
    assert first
    join_ideas(*ideas_of(two_ideas)[:2])
    assert not undo_batch(alice, first.batch)
    assert undo_last(alice)
    assert undo_last(alice)
    assert shown(alice) == [TOMATOES, TAXES]
