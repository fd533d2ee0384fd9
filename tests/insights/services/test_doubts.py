"""Doubtful words never found a topic and never name one; a person's word on them counts at once."""

from typing import Any

import numpy as np
import pytest
from django.test import Client

from capture.models import Device
from insights.core.embedding.protocol import from_bytes
from insights.core.embedding.wordllama import default_embedder
from insights.models import Author, Correction, Idea, Topic
from insights.services import index_cache
from insights.services.consolidate import consolidate_user, retry_unsorted_near
from insights.services.digest_email import compose_digest
from insights.services.doubts import follow_edits, renew_doubts
from insights.services.ideas import bar_idea, move_idea
from insights.services.index_rows import UserRows
from insights.services.place_ideas import place_transcript
from insights.services.topics import create_topic
from insights.services.undo import last_corrections, undo_batch
from insights.services.user_index import build_index
from insights.tasks import judge_doubts
from tests.support.digest_mails import enable_digest
from tests.support.doubtful import place_doubtful, write_doubtful
from tests.support.editors import batches, edit
from tests.support.insights_process import suggest_prepared
from tests.support.pages import LECTURE, MORE_TOMATOES, TOMATOES
from transcription.models import State
from transcription.services.doubtful_words import keep_words
from transcription.services.edits import undo_edits


def waiting(device: Device) -> tuple[set[Any], set[Any]]:
    """Return the ideas that may be placed: by the index that is kept, and by one that is made of the rows."""
    user, model = device.user, default_embedder()
    kept = index_cache.take_index(user, model).index
    rows = UserRows(user, model.model, model)
    made = build_index(rows, rows.ensure_basis()).index
    return {kept.keys[at] for at in kept.waiting}, {made.keys[at] for at in made.waiting}


def topics(*ideas: Idea) -> list[Topic | None]:
    return [Idea.objects.select_related("topic").get(pk=idea.pk).topic for idea in ideas]


@pytest.mark.parametrize("which", ["both", "the first", "the second"])
def test_doubtful_ideas_found_no_topic_and_are_no_company(bedside: Device, which: str) -> None:
    first = TOMATOES if which == "the second" else f"{{{TOMATOES}}}"
    second = MORE_TOMATOES if which == "the first" else f"{{{MORE_TOMATOES}}}"
    ideas = place_doubtful(bedside, first, second)
    consolidate_user(bedside.user)
    for idea in ideas:
        retry_unsorted_near(idea.pk)
    assert topics(*ideas) == [None, None]
    assert not Topic.objects.exists()
    sure = {idea.pk for idea in Idea.objects.filter(is_doubtful=False)}
    assert waiting(bedside) == (sure, sure)


def test_of_surely_said_ones_they_do(bedside: Device) -> None:
    first, second = place_doubtful(bedside, TOMATOES, MORE_TOMATOES)
    assert topics(first) == topics(second) != [None]


def test_a_doubtful_idea_does_not_join_what_is_there_and_is_suggested_where_it_may_belong(bedside: Device) -> None:
    place_doubtful(bedside, TOMATOES, MORE_TOMATOES)
    (doubtful,) = place_doubtful(bedside, f"{{{TOMATOES}}}")
    assert topics(doubtful) == [None]
    assert suggest_prepared(doubtful)[0].topic == Topic.objects.get()


def test_a_persons_word_places_it_and_to_take_that_back_leaves_it_alone_again(bedside: Device) -> None:
    garden = create_topic(bedside.user, "Garden")
    doubtful, company = place_doubtful(bedside, f"{{{TOMATOES}}}", LECTURE)
    move_idea(Idea.objects.get(pk=doubtful.pk), garden)
    assert topics(doubtful) == [garden]
    assert waiting(bedside) == ({company.pk}, {company.pk})
    undo_batch(bedside.user, last_corrections(bedside.user)[-1].batch)
    assert waiting(bedside) == ({company.pk}, {company.pk})
    move_idea(Idea.objects.get(pk=doubtful.pk), garden)
    bar_idea(Idea.objects.get(pk=doubtful.pk))
    assert waiting(bedside) == ({company.pk}, {company.pk})


@pytest.mark.parametrize("way", ["kept", "corrected", "found at night"])
def test_words_that_are_sure_now_find_their_company(bedside: Device, way: str) -> None:
    first, second = place_doubtful(bedside, TOMATOES, f"{{{MORE_TOMATOES}}}")
    transcript = second.transcript
    if way == "corrected":
        edit(transcript, "Plant many more tomatoes into our garden for next spring.")
    else:
        keep_words(transcript, 0, 99, by=bedside.user)
    if way == "found at night":
        consolidate_user(bedside.user)
    else:
        judge_doubts(str(transcript.pk))
    assert not Idea.objects.get(pk=second.pk).is_doubtful
    assert topics(first) == topics(second) != [None]
    undo_edits(bedside.user, batches(transcript)[0])
    judge_doubts(str(transcript.pk))
    assert Idea.objects.get(pk=second.pk).is_doubtful
    assert topics(first) == topics(second) != [None], "what is placed stays"


def test_to_take_a_word_back_leaves_what_still_waits_alone_again(bedside: Device) -> None:
    (idea,) = place_doubtful(bedside, f"{{{TOMATOES}}}")
    keep_words(idea.transcript, 0, 99, by=bedside.user)
    assert follow_edits(idea.transcript_id) == [idea.pk]
    assert waiting(bedside) == ({idea.pk}, {idea.pk})
    undo_edits(bedside.user, batches(idea.transcript)[0])
    assert follow_edits(idea.transcript_id) == []
    assert waiting(bedside) == (set(), set())
    assert renew_doubts(bedside.user, Idea.objects.of(bedside.user)) == []


def test_kept_before_it_is_placed_it_is_sure_from_the_first(bedside: Device) -> None:
    transcript = write_doubtful(bedside, f"{{{TOMATOES}}}", state=State.NO_SPEECH)
    keep_words(transcript, 0, 99, by=bedside.user)
    transcript.refresh_from_db()
    place_transcript(transcript)
    idea = Idea.objects.get()
    assert (idea.is_doubtful, idea.doubtful_spans, idea.doubtful) == (False, [], [[0, len(TOMATOES)]])


def test_the_vector_is_that_of_the_sure_words(bedside: Device) -> None:
    sure, mixed = place_doubtful(bedside, TOMATOES, f"{TOMATOES} {{Thank you.}}")
    model = default_embedder()
    vectors = from_bytes([sure.vector_of(model.model), mixed.vector_of(model.model)], len(model.background().common))
    np.testing.assert_array_equal(*vectors)
    assert (mixed.is_doubtful, mixed.surely_said) == (False, TOMATOES)
    assert [mixed.said[span.start : span.end] for span in mixed.doubtful_spans] == ["Thank you."]


def test_doubtful_words_name_no_topic(bedside: Device) -> None:
    place_doubtful(
        bedside,
        "Water the Amaryllis in the pond {and the hippopotamus}.".replace("hippopotamus}.", "hippopotamus.}"),
        "The Amaryllis in the pond needs water {for its hippopotamus.}",
    )
    topic = Topic.objects.get()
    assert "ippopotamus" not in topic.name
    assert "Amaryllis" in topic.name
    assert all("hippopotamus" not in text for text in topic.ideas.all().as_said())


def test_doubtful_words_do_not_say_where_a_memo_belongs(bedside: Device) -> None:
    hand = create_topic(bedside.user, "Hand")
    guessed, said = place_doubtful(
        bedside,
        "{For the hand project,} he still has not sent the drawings.",
        "For the hand project, he still has not sent {the drawings.}",
    )
    assert topics(guessed, said) == [None, hand]
    assert Correction.objects.filter(kind="spoken").count() == 1
    assert Idea.objects.get(pk=said.pk).placed_by == Author.PERSON


def test_pages_show_them_faint_with_a_text_for_who_does_not_see_it(alices: Client, bedside: Device) -> None:
    (idea,) = place_doubtful(bedside, "Water the <roses>. {Thank & you.}")
    faint = (
        'Water the &lt;roses&gt;. <span class="doubtful" title="Perhaps nobody said this.">'
        '<span class="hidden">[perhaps: </span>Thank &amp; you.<span class="hidden">]</span></span>'
    )
    for page in ("/", "/topics/unsorted/", f"/memos/{idea.transcript.memo_id}/", f"/ideas/{idea.pk}/move"):
        assert faint in alices.get(page).text, page
    garden = create_topic(bedside.user, "Garden")
    for other in (idea, *place_doubtful(bedside, LECTURE)):
        move_idea(other, garden)
    page, split = alices.get(f"/topics/{garden.pk}/").text, alices.get(f"/topics/{garden.pk}/change?tool=split").text
    assert (page.count(faint), split.count(faint)) == (1, 1), "among its ideas, and among those to be split off"
    assert "that look like this may not have been said" in page


def test_the_mail_has_them_faint_and_in_brackets(bedside: Device) -> None:
    (idea,) = place_doubtful(bedside, "Water the roses. {Thank you.}")
    plan = enable_digest(bedside.user)
    sent = compose_digest(plan, idea.placed_at.replace(year=2000), idea.placed_at)
    assert sent
    assert "Water the roses. [perhaps: Thank you.]" in sent.text
    assert 'title="Perhaps nobody said this.">[perhaps: Thank you.]</span>' in sent.html


def test_a_page_of_ideas_asks_no_more_for_many_doubtful_memos(
    alices: Client, bedside: Device, django_assert_max_num_queries: Any
) -> None:
    for idea in place_doubtful(bedside, *[f"Take {n} roses. {{Thank you.}}" for n in range(12)]):
        edit(idea.transcript, f"Take {idea.pk} roses. Thank you.")
    alices.get("/health/")  # who logged in is written down at the first page
    with django_assert_max_num_queries(20):
        assert alices.get("/").text.count('class="doubtful"') == 12
