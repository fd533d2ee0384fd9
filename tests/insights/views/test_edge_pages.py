"""Ideas split, joined, their edges moved and their words changed on pages, without any script."""

import re
from typing import Any

import pytest
from django.test import Client

from capture.models import Device, User
from insights.models import Correction
from insights.services.idea_edges import part_idea
from insights.services.ideas import move_idea
from insights.services.topics import create_topic
from insights.services.undo import undo_batch
from tests.support.pages import TAXES, TOMATOES, ideas, text_of, texts
from tests.support.transcripts import write_transcript
from transcription.models import Edit, Transcript
from transcription.services.edits import edit_text


def messages_of(answer: Any) -> str:
    told = re.search(r'<div id="told">(.*?)</div>', text_of(answer))
    return told.group(1) if told else ""


def test_an_idea_is_split_at_a_word_that_is_chosen(alices: Client, alice: User, two_ideas: Transcript) -> None:
    one = ideas(alice)[0]
    page = text_of(alices.get(f"/ideas/{one.pk}/split?back=/memos/{two_ideas.memo_id}/"))
    assert 'name="at" value="2"' in page
    assert 'name="at" value="0"' not in page
    answer = alices.post(f"/ideas/{one.pk}/split", {"at": "2"})
    assert answer["Location"] == f"/memos/{two_ideas.memo_id}/"
    assert texts(alice) == [" ".join(TOMATOES.split()[:2]), " ".join(TOMATOES.split()[2:]), TAXES]


def test_a_neighbour_that_is_another_by_now_is_not_joined_with(
    alices: Client, alice: User, two_ideas: Transcript
) -> None:
    one, other = ideas(alice)
    page = text_of(alices.get(f"/memos/{two_ideas.memo_id}/"))
    assert f'<input type="hidden" name="other" value="{other.pk}">' in page
    part_idea(other, one.text.count(" ") + 4)
    before = texts(alice)
    answer = alices.post(f"/ideas/{one.pk}/join", {"with": "after", "other": str(other.pk)}, follow=True)
    assert "in another window meanwhile. Nothing is changed." in messages_of(answer)
    assert texts(alice) == before
    assert len(before) == 3


def test_neighbours_are_joined_and_undone_on_the_page(alices: Client, alice: User, two_ideas: Transcript) -> None:
    one = ideas(alice)[0]
    where = f"/memos/{two_ideas.memo_id}/"
    page = text_of(alices.post(f"/ideas/{one.pk}/join", {"with": "after", "back": where}, follow=True))
    assert "You joined two ideas." in page
    assert texts(alice) == [f"{TOMATOES} {TAXES}"]
    batch = Correction.objects.filter(kind=Correction.Kind.JOINED).get().batch
    assert alices.post("/topics/undo", {"batch": str(batch), "back": where})["Location"] == where
    assert texts(alice) == [TOMATOES, TAXES]
    assert "You joined two ideas." not in text_of(alices.get(where))


def test_an_edge_is_moved_to_a_word_of_either(alices: Client, alice: User, two_ideas: Transcript) -> None:
    two = ideas(alice)[1]
    page = text_of(alices.get(f"/ideas/{two.pk}/edge"))
    assert f'value="{len(TOMATOES.split())}" aria-current="true"' in page
    alices.post(f"/ideas/{two.pk}/edge", {"at": "2"})
    assert texts(alice)[0] == " ".join(TOMATOES.split()[:2])
    assert alices.get(f"/ideas/{ideas(alice)[0].pk}/edge").status_code == 404


@pytest.mark.parametrize("at", ["", "x", "-1", "0", "99", "1" * 40, "²"])
def test_what_is_no_word_changes_nothing(alices: Client, alice: User, two_ideas: Transcript, at: str) -> None:
    one, two = ideas(alice)
    for address in (f"/ideas/{one.pk}/split", f"/ideas/{two.pk}/edge"):
        assert "Nothing is changed." in messages_of(alices.post(address, {"at": at}, follow=True))
    assert texts(alice) == [TOMATOES, TAXES]


@pytest.mark.parametrize("what", ["split", "edge", "join", "edit"])
def test_a_second_page_is_told(alices: Client, alice: User, two_ideas: Transcript, what: str) -> None:
    old = ideas(alice)[1]
    part_idea(old, len(TOMATOES.split()) + 2)
    before = texts(alice)
    sent = {"at": "3", "with": "before", "text": "Send it."}
    answer = alices.post(f"/ideas/{old.pk}/{what}", sent, follow=True)
    assert "in another window meanwhile. Nothing is changed." in messages_of(answer)
    assert texts(alice) == before
    assert not Edit.objects.exists()


def test_an_idea_is_edited_beside_what_was_heard(alices: Client, alice: User, two_ideas: Transcript) -> None:
    two = ideas(alice)[1]
    page = text_of(alices.get(f"/ideas/{two.pk}/edit"))
    assert TAXES in page
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen
    sent = {"text": TAXES.replace("invoice", "bill"), "seen": seen.group(1), "back": f"/memos/{two_ideas.memo_id}/"}
    assert alices.post(f"/ideas/{two.pk}/edit", sent)["Location"] == f"/memos/{two_ideas.memo_id}/"
    assert [idea.said for idea in ideas(alice)] == [TOMATOES, TAXES.replace("invoice", "bill")]
    shown = text_of(alices.get(f"/memos/{two_ideas.memo_id}/"))
    assert "1 change<" in shown
    assert 'title="heard as: invoice">bill</span>' in shown


def test_the_same_words_changed_on_two_pages_are_told_and_nothing_is_lost(
    alices: Client, alice: User, two_ideas: Transcript
) -> None:
    two = ideas(alice)[1]
    edit_text(two_ideas, f"{TOMATOES} {TAXES.replace('invoice', 'bill')}", by=alice)
    page = text_of(alices.post(f"/ideas/{two.pk}/edit", {"text": TAXES.replace("invoice", "letter"), "seen": " "}))
    assert "changed in another window meanwhile" in page
    assert "letter" in page
    assert [idea.said for idea in ideas(alice)][1] == TAXES.replace("invoice", "bill")


def test_a_word_is_corrected_on_the_page_and_undone_there(alices: Client, alice: User, two_ideas: Transcript) -> None:
    at = len(TOMATOES.split()) + TAXES.split().index("invoice")
    address = f"/transcripts/{two_ideas.pk}/words/{at}-{at + 1}"
    sent = {"written": "bill", "stood": " invoice", "from": "page"}
    page = alices.post(address, sent, follow=True)
    assert page.redirect_chain[-1][0] == f"/memos/{two_ideas.memo_id}/"
    assert "Changed in one place." in messages_of(page)
    told = messages_of(alices.post(address, sent | {"written": "letter"}, follow=True))
    assert "“bill” stands there now. You wrote “letter”." in told
    batch = Edit.objects.get().batch
    undone = alices.post(f"/transcripts/{two_ideas.pk}/history/{batch}/undo", {"from": "page"})
    assert undone["Location"] == f"/memos/{two_ideas.memo_id}/"
    assert [idea.said for idea in ideas(alice)] == [TOMATOES, TAXES]


def test_the_ums_are_folded_by_an_address_and_the_text_is_as_it_was(alices: Client, bedside: Device) -> None:
    heard = write_transcript(bedside, "um, The robot hand holds the cup, uh.")
    where = f"/memos/{heard.memo_id}/"
    assert "Without the ums" in text_of(alices.get(where))
    folded = text_of(alices.get(f"{where}?ums=no"))
    assert "With the ums" in folded
    assert 'class="transcript without-ums"' in folded
    assert re.search(r'class="w um"[^>]*>um,</span>', folded)
    assert 'cup<span class="um">,</span></span>' in folded
    assert '<span class="rest">.</span>' in folded
    heard.refresh_from_db()
    assert heard.text == "um, The robot hand holds the cup, uh."


def test_a_review_is_split_and_joined_and_undone_to_its_beginning(
    alices: Client, alice: User, two_ideas: Transcript
) -> None:
    for idea in ideas(alice):
        move_idea(idea, create_topic(alice, f"Topic of {idea.position}"))
    alices.post("/review/begin", {"ideas": "5"})
    assert "1 of 2" in text_of(alices.get("/review/"))
    shown = alices.get("/review/").context["idea"]
    first = 2 if shown.text == TOMATOES else len(TOMATOES.split()) + 2
    alices.post(f"/ideas/{shown.pk}/split", {"at": str(first), "back": "/review/"})
    page = alices.get("/review/")
    assert "1 of 3" in text_of(page)
    assert "You split an idea in two." in text_of(page)
    decide_shown(alices, page, "keep")
    page = alices.get("/review/")
    assert "2 of 3" in text_of(page)
    alices.post(f"/ideas/{page.context['idea'].pk}/join", {"with": "before", "back": "/review/"})
    page = alices.get("/review/")
    assert "You joined two ideas." in text_of(page)
    assert "1 of 2" in text_of(page)
    for _step in range(3):
        page = alices.get("/review/")
        changed, made = page.context["changed"], page.context["made"]
        alices.post("/review/undo", {"batch": str(changed.batch)} if changed else {"made": str(made.pk)})
    page = alices.get("/review/")
    assert not page.context["changed"]
    assert not page.context["made"]
    assert "1 of 2" in text_of(page)
    assert texts(alice) == [TOMATOES, TAXES]


def decide_shown(alices: Client, page: Any, decision: str) -> None:
    sent = {"turn": page.context["turn"].pk, "nonce": str(page.context["nonce"]), "decision": decision}
    alices.post("/review/decide", sent)


def test_a_review_undoes_only_what_was_done_in_it(alices: Client, alice: User, two_ideas: Transcript) -> None:
    (one, _two) = part_idea(ideas(alice)[0], 2)
    alices.post("/review/begin", {"ideas": "5"})
    assert not alices.get("/review/").context["changed"]
    batch = one.corrections.get(kind=Correction.Kind.PARTED).batch
    alices.post("/review/undo", {"batch": str(batch)})
    assert len(texts(alice)) == 3
    assert undo_batch(alice, batch)
