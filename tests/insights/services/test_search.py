"""What is found, and what never is."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from capture.models import Context, Device, Memo, User
from capture.services.deletion import delete_memo, restore_memo
from capture.services.devices import create_device
from insights.core.classify import IdeaKind
from insights.core.review.choices import Decision
from insights.models import Idea, ReviewState, SearchEntry
from insights.models.search import SearchEntryQuerySet
from insights.services import process_state, search_meanings, search_words
from insights.services.idea_edges import part_idea
from insights.services.ideas import move_idea
from insights.services.index_cache import prepare_index_file
from insights.services.search import MeaningState, SearchResults, search_ideas
from insights.services.search_entries import (
    count_due_search_rows,
    overwrite_deleted_words,
    rebuild_index,
    write_due_rows,
)
from insights.services.search_filters import SearchFilters, WantedState
from insights.services.topics import create_topic
from insights.services.undo import last_corrections, undo_batch
from tests.support.transcripts import place_texts
from transcription.services.edits import edit_text, undo_edits

HAND = "A hand knows it is about to drop something before the thing moves."
SPOON = "When she drops the spoon for the fourth time it is research."
RESUME = "Send the résumé to the theatre, and let go of the second act."


def said(results: SearchResults) -> set[str]:
    return {hit.idea.said for hit in results.hits if hit.by_words}


@pytest.fixture
def spoken(bedside: Device) -> User:
    """Alice said three things."""
    place_texts(bedside, HAND, SPOON, RESUME)
    return bedside.user


def marked(results: SearchResults) -> set[str]:
    return {hit.idea.said[span.start : span.end] for hit in results.hits for span in hit.spans}


def test_a_damaged_index_is_made_anew_by_a_command(spoken: User, capsys: pytest.CaptureFixture[str]) -> None:
    SearchEntry.objects.update(tokens="nothing")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO insights_searchtext(insights_searchtext) VALUES ('delete-all')")
    assert said(search_ideas(spoken, "spoon")) == set()
    call_command("index_search")
    assert capsys.readouterr().out == "3 ideas can be found by their words.\n"
    assert said(search_ideas(spoken, "spoon")) == {SPOON}


@pytest.mark.parametrize(
    ("asked", "found", "words"),
    [
        ("drop", {HAND, SPOON}, {"drop", "drops"}),
        ("dropping ", {HAND, SPOON}, {"drop", "drops"}),
        ("dro", {HAND, SPOON}, {"drop", "drops"}),
        ("drop -spoon", {HAND}, {"drop"}),
        ('"second act"', {RESUME}, {"second act"}),
        ('"act second"', set(), set()),
        ("resume", {RESUME}, {"résumé"}),
        ("RÉSUMÉ theater", {RESUME}, {"résumé"}),  # none has both
        ("what did she say about the spoon", {SPOON}, {"spoon"}),
        ("-spoon", set(), set()),
        ("", set(), set()),
    ],
)
def test_words_are_found_in_all_their_forms(spoken: User, asked: str, found: set[str], words: set[str]) -> None:
    results = search_ideas(spoken, asked)
    assert said(results) == found
    assert marked(results) >= words
    assert results.word_count == len(found)


def test_nobody_finds_what_another_one_said(spoken: User, bob: User) -> None:
    place_texts(create_device(bob, "his")[0], HAND)
    assert [hit.idea.user for hit in search_ideas(bob, "drop").hits] == [bob]
    assert {hit.idea.user for hit in search_ideas(spoken, "drop spoon hand").hits} == {spoken}
    assert not search_ideas(bob, "spoon").word_count
    assert not search_ideas(bob, f"{spoken.pk}wspoon").word_count


def test_what_is_deleted_is_found_no_more(spoken: User) -> None:
    memo = Idea.objects.get(text=HAND).memo
    delete_memo(memo)
    assert said(search_ideas(spoken, "drop")) == {SPOON}
    restore_memo(memo)
    assert said(search_ideas(spoken, "drop")) == {HAND, SPOON}
    memo.delete()
    assert said(search_ideas(spoken, "drop")) == {SPOON}
    assert SearchEntry.objects.count() == 2


def test_parts_of_an_idea_are_found_and_what_they_replace_is_not(spoken: User) -> None:
    idea = Idea.objects.get(text=RESUME)
    part_idea(idea, 5)
    assert said(search_ideas(spoken, "resume")) == {"Send the résumé to the"}
    undo_batch(spoken, last_corrections(spoken)[-1].batch)
    assert said(search_ideas(spoken, "resume")) == {RESUME}


def test_an_index_that_lacks_ideas_says_so(spoken: User) -> None:
    assert not search_ideas(spoken, "drop").is_behind
    process_state.current.found_whole.clear()  # a minute later
    SearchEntry.objects.filter(idea__text=HAND).delete()
    results = search_ideas(spoken, "drop")
    assert said(results) == {SPOON}
    assert results.is_behind


def test_the_databases_own_index_holds_what_the_rows_hold(spoken: User) -> None:
    SearchEntry.objects.filter(idea__text=HAND).update(tokens=f"{spoken.pk}wother")
    Idea.objects.get(text=SPOON).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO insights_searchtext(insights_searchtext, rank) VALUES ('integrity-check', 1)")
    assert said(search_ideas(spoken, "drop")) == set()
    assert said(search_ideas(spoken, "other")) == {HAND}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(st.one_of(st.sampled_from("\"'-*()^:&|!<>\\+{}NOTdrop \0%"), st.characters()), max_size=40))
def test_whatever_is_typed_is_answered(spoken: User, typed: str) -> None:
    for hit in search_ideas(spoken, typed).hits:
        assert hit.idea.user == spoken


def test_edited_words_are_found_once_they_are_written_and_those_before_no_more(
    spoken: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    transcript = Idea.objects.get(text=SPOON).transcript
    with django_capture_on_commit_callbacks(execute=True):
        edit_text(transcript, "When she drops the ladle it is research.", by=spoken)
    assert said(search_ideas(spoken, "ladle")) == {"When she drops the ladle it is research."}
    assert not search_ideas(spoken, "spoon").word_count
    with django_capture_on_commit_callbacks(execute=True):
        undo_edits(spoken, transcript.edits.get().batch)
    assert said(search_ideas(spoken, "spoon")) == {SPOON}


def test_what_is_missing_or_behind_is_written_by_a_worker(spoken: User) -> None:
    edit_text(Idea.objects.get(text=SPOON).transcript, "When she drops the ladle it is research.", by=spoken)
    SearchEntry.objects.filter(idea__text=HAND).delete()
    SearchEntry.objects.filter(idea__text=RESUME).update(tokens="", tokens_version=0)
    assert count_due_search_rows() == 3
    write_due_rows()
    assert count_due_search_rows() == 0
    assert {len(said(search_ideas(spoken, word))) for word in ("ladle", "hand", "resume")} == {1}
    entry = SearchEntry.objects.get(is_edited=True)
    assert entry.vector_model == entry.idea.vector_model
    assert bytes(entry.vector) != bytes(entry.idea.vector)


INDEX_CONTENT = {
    "sqlite": "SELECT group_concat(hex(block), '') FROM insights_searchtext_data",
    "postgresql": "SELECT encode(convert_to(string_agg(text::text, ' '), 'UTF8'), 'hex') FROM insights_searchentry",
}


def test_nothing_of_deleted_words_stays_in_the_index(spoken: User) -> None:
    place_texts(Device.objects.get(user=spoken), *(f"{HAND} {number}" for number in range(30)))
    Idea.objects.get(text=SPOON).memo.delete()
    overwrite_deleted_words()
    with connection.cursor() as cursor:
        cursor.execute(INDEX_CONTENT[connection.vendor])
        held = bytes.fromhex(cursor.fetchone()[0])
    assert b"research" not in held
    assert b"hand" in held


def test_what_is_near_in_meaning_comes_beneath_and_never_what_another_one_said(spoken: User, bob: User) -> None:
    place_texts(create_device(bob, "his")[0], "A hand holds a ball.")
    near = {hit.idea.said for hit in search_ideas(spoken, "fingers let an object fall").hits if hit.by_meaning}
    assert HAND in near
    assert "A hand holds a ball." not in near
    assert HAND not in {hit.idea.said for hit in search_ideas(spoken, "fingers let an object fall -thing").hits}


def test_an_edited_idea_is_near_by_what_it_says_now(spoken: User) -> None:
    prepare_index_file(spoken.pk)
    assert search_ideas(spoken, "vegetables in the garden bed").hits[:1] == []
    edit_text(Idea.objects.get(text=SPOON).transcript, "Plant carrots and peas in the garden.", by=spoken)
    write_due_rows()
    hits = search_ideas(spoken, "vegetables in the garden bed").hits
    assert hits[0].idea.said == "Plant carrots and peas in the garden."
    assert hits[0].by_meaning


def test_new_ideas_are_near_before_the_file_has_them(spoken: User, bedside: Device) -> None:
    prepare_index_file(spoken.pk)
    search_ideas(spoken, "bread")
    place_texts(bedside, "Bake a rye loaf with more salt.")
    assert search_ideas(spoken, "making bread from rye").hits[0].idea.text == "Bake a rye loaf with more salt."


def test_of_what_all_have_the_latest_are_ranked_and_one_rare_word_finds_any(
    spoken: User, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_words, "MOST_RANKED", 2)
    place_texts(bedside, *(f"The gong rings at {number}." for number in ("six", "seven", "eight", "nine")))
    assert said(search_ideas(spoken, "gong")) == {"The gong rings at eight.", "The gong rings at nine."}
    assert "The gong rings at six." in said(search_ideas(spoken, "gong six spoon"))


@pytest.mark.parametrize("share", [0.0, 2.0], ids=["gone back through", "gathered"])
@pytest.mark.parametrize("common", [0, 10**6], ids=["by its share", "counted"])
def test_the_same_is_found_however_the_database_looks(
    spoken: User, bedside: Device, monkeypatch: pytest.MonkeyPatch, share: float, common: int
) -> None:
    place_texts(bedside, "He drops the rope.", "Drop the thing, drop it, and the other thing over there as well.")
    monkeypatch.setattr(search_words, "READ_THROUGH_SHARE", share)
    monkeypatch.setattr(search_words, "COMMON", common)
    found = [hit.idea.said for hit in search_ideas(spoken, "drop").hits if hit.by_words]
    assert found[0] == "He drops the rope."  # the shortest
    assert set(found[1:]) == {HAND, SPOON, "Drop the thing, drop it, and the other thing over there as well."}
    assert said(search_ideas(spoken, "drop spoon")) == {SPOON}


def test_many_new_ideas_are_near_once_the_file_has_them(
    spoken: User, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_index_file(spoken.pk)
    search_ideas(spoken, "bread")
    monkeypatch.setattr(search_meanings, "MOST_FROM_ROWS", 2)
    breads = {f"Bake a {kind} loaf with more salt." for kind in ("rye", "wheat", "spelt", "barley")}
    place_texts(bedside, *breads)
    assert search_ideas(spoken, "making bread").meaning is MeaningState.LATER
    prepare_index_file(spoken.pk)
    found = search_ideas(spoken, "making bread")
    assert found.meaning is MeaningState.READY
    assert breads <= {hit.idea.text for hit in found.hits}


def test_ideas_that_only_moved_are_not_read_again(
    spoken: User, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_index_file(spoken.pk)
    search_ideas(spoken, "bread")
    monkeypatch.setattr(search_meanings, "MOST_FROM_ROWS", 2)
    topic = create_topic(spoken, "All")
    for idea in Idea.objects.all():
        move_idea(idea, topic)
    assert search_ideas(spoken, "fingers let an object fall").meaning is MeaningState.READY


def test_what_was_left_out_of_the_best_makes_room_for_others(
    spoken: User, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_words, "MOST_FOUND", 2)
    place_texts(bedside, "Drop it.", "Drop this.")
    for text in ("Drop it.", "Drop this."):
        idea = Idea.objects.get(text=text)
        ReviewState.objects.create(idea=idea, user=spoken, decision=Decision.LET_GO, seen_at=timezone.now())
    assert said(search_ideas(spoken, "drop")) == {HAND, SPOON}


def test_an_edit_in_between_leaves_no_old_words(spoken: User, monkeypatch: pytest.MonkeyPatch) -> None:
    transcript = Idea.objects.get(text=SPOON).transcript
    write = SearchEntryQuerySet.write

    def edited_meanwhile(self: SearchEntryQuerySet, *given: Any) -> None:
        monkeypatch.setattr(SearchEntryQuerySet, "write", write)
        edit_text(transcript, "Plant carrots and peas in the garden.", by=spoken)
        write(self, *given)

    monkeypatch.setattr(SearchEntryQuerySet, "write", edited_meanwhile)
    rebuild_index()
    write_due_rows()
    assert said(search_ideas(spoken, "carrots")) == {"Plant carrots and peas in the garden."}


def test_a_search_is_narrowed_down(spoken: User, bedside: Device) -> None:
    topic = create_topic(spoken, "Hands")
    move_idea(Idea.objects.get(text=HAND), topic)
    assert said(search_ideas(spoken, "drop", SearchFilters(topic=topic.pk))) == {HAND}
    assert said(search_ideas(spoken, "drop", SearchFilters(unsorted=True))) == {SPOON}
    assert said(search_ideas(spoken, "drop", SearchFilters(since=timezone.now()))) == set()
    assert said(search_ideas(spoken, "drop", SearchFilters(archive=True))) == set()
    assert said(search_ideas(spoken, "drop", SearchFilters(kind=IdeaKind.THOUGHT))) == {HAND, SPOON}
    assert said(search_ideas(spoken, "drop", SearchFilters(state=WantedState.LET_GO))) == set()
    for context in Context:
        search_ideas(spoken, "drop", SearchFilters(context=context))


def test_a_night_is_that_of_each_recordings_own_clock(spoken: User) -> None:
    night = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    Memo.objects.update(recorded_at=night, utc_offset=0)
    Memo.objects.filter(transcripts__ideas__text=SPOON).update(utc_offset=-8 * 60)  # it was six in the evening there
    for filters in (SearchFilters(context=Context.NIGHT), SearchFilters(evening=date(2026, 11, 23))):
        assert said(search_ideas(spoken, "drop", filters)) == {HAND}
    assert said(search_ideas(spoken, "drop", SearchFilters(evening=date(2026, 11, 24)))) == set()


def test_what_was_let_go_is_found_by_asking_for_it(spoken: User) -> None:
    ReviewState.objects.create(
        idea=Idea.objects.get(text=HAND), user=spoken, decision=Decision.LET_GO, seen_at=timezone.now()
    )
    assert said(search_ideas(spoken, "drop")) == {SPOON}
    assert HAND not in {hit.idea.text for hit in search_ideas(spoken, "fingers let an object fall").hits}
    assert said(search_ideas(spoken, "drop", SearchFilters(state=WantedState.LET_GO))) == {HAND}
    assert said(search_ideas(spoken, "drop", SearchFilters(state=WantedState.ANY))) == {HAND, SPOON}
