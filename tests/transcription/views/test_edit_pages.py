"""What a person changes on pages: the text, a word and its like, what is listened for; by forms alone."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from capture.models import Device, User
from capture.services.deletion import delete_memo, purge_deleted
from insights.models import DigestPlan, Idea, Topic
from insights.services.digest_email import compose_digest
from tests.support.editors import batches, correct, edit, text
from tests.support.transcripts import place_texts, write_transcript
from transcription.models import Edit, Transcript, Vocabulary
from transcription.services.edits import undo_edits
from transcription.services.vocabulary import add_vocabulary_word

STONES = "Ask Anneliese about the stones."
CAKE = "The cake needs flower."


@pytest.fixture
def stones(bedside: Device) -> Transcript:
    return place_texts(bedside, STONES)[0]


def shown(answer: Any) -> str:
    """Return what a page says, its tags left out."""
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", answer.content.decode()))


def address(transcript: Transcript, more: str) -> str:
    return f"/transcripts/{transcript.pk}/{more}"


def memo_page(client: Client, transcript: Transcript) -> str:
    return shown(client.get(f"/memos/{transcript.memo_id}/"))


def test_a_changed_text_is_shown_with_the_heard_one_a_click_away(alices: Client, stones: Transcript) -> None:
    assert "As it was heard" not in memo_page(alices, stones)
    page = alices.get(address(stones, "edit"))
    assert STONES in page.content.decode()
    answer = alices.post(address(stones, "edit"), {"text": "Ask Amaryllis about the stones."}, follow=True)
    assert "Changed in one place." in shown(answer)
    said = memo_page(alices, stones)
    assert said.index("Ask Amaryllis about the stones.") < said.index("As it was heard") < said.index(STONES)
    word = 'data-w="1-2" data-space=" " data-start="0.50" title="heard as: Anneliese">Amaryllis</span>'
    assert word in answer.content.decode()
    assert "Nothing was changed." in shown(
        alices.post(address(stones, "edit"), {"text": "Ask Amaryllis about the stones."}, follow=True)
    )


def test_a_text_of_nothing_is_not_taken(alices: Client, stones: Transcript) -> None:
    assert "This field is required." in shown(alices.post(address(stones, "edit"), {"text": " \n"}))
    assert not Edit.objects.exists()


def test_a_word_is_corrected_wherever_it_was_chosen_each_with_its_sound(
    alices: Client, bedside: Device, stones: Transcript
) -> None:
    other, left = write_transcript(bedside, "Call anneliese, please"), write_transcript(bedside, "Anneliese again")
    page = alices.get(address(stones, "words/1-2"))
    content = page.content.decode()
    assert "Call anneliese, please" in shown(page)
    for there, seconds in ((stones, "0.20,1.20"), (other, "0.20,1.20"), (left, "0.00,0.70")):
        assert f"/memos/{there.memo_id}/audio#t={seconds}" in content
    answer = alices.post(address(stones, "words/1-2"), {"written": "Amaryllis", "also": f"{other.pk}:1"}, follow=True)
    assert "Changed in 2 places." in shown(answer)
    assert "Anneliese Amaryllis" in shown(answer)
    assert "and in one place of other recordings" in shown(answer)
    assert [text(one) for one in (stones, other, left)] == [
        "Ask Amaryllis about the stones.",
        "Call Amaryllis, please",
        "Anneliese again",
    ]
    (batch,) = batches(stones)
    undone = alices.post(address(stones, f"history/{batch}/undo"), follow=True)
    assert "Undone in 2 places." in shown(undone)
    assert text(other) == "Call anneliese, please"
    assert alices.post(address(left, f"history/{batch}/undo")).status_code == 404


def test_everywhere_means_everywhere_that_was_shown(alices: Client, bedside: Device, stones: Transcript) -> None:
    offered, later = write_transcript(bedside, "Anneliese again"), write_transcript(bedside, "Anneliese came later")
    form = {"written": "Amaryllis", "all": "yes", "offered": [f"{offered.pk}:0"]}
    alices.post(address(stones, "words/1-2"), form)
    assert text(offered) == "Amaryllis again"
    assert text(later) == "Anneliese came later"


@pytest.mark.parametrize("words", ["5-6", "1-1", "2-1", "0-99999999999999999999"])
def test_words_that_are_not_there_are_not_found(words: str, alices: Client, stones: Transcript) -> None:
    assert alices.get(address(stones, f"words/{words}")).status_code == 404


def test_what_was_changed_is_corrected_whole(alices: Client, stones: Transcript) -> None:
    edit(stones, "Ask Amarylis of the stones.")
    page = shown(alices.get(address(stones, "words/1-2")))
    assert "Ask Amarylis of the stones." in page


def test_ideas_follow_the_text_and_keep_their_sound(alices: Client, bedside: Device) -> None:
    spoken = place_texts(bedside, f"{STONES} Another idea: {CAKE[0].lower()}{CAKE[1:]}")[0]
    first, second = Idea.objects.order_by("position")
    spans = [(idea.text_start, idea.text_end, idea.audio_start, idea.audio_end) for idea in (first, second)]
    edit(spoken, "Ask Amaryllis about all the stones. Another idea: the cake needs flour.")
    first, second = Idea.objects.of(bedside.user).in_order()
    assert [first.said, second.said] == ["Ask Amaryllis about all the stones.", "Another idea: the cake needs flour."]
    assert [(idea.text_start, idea.text_end, idea.audio_start, idea.audio_end) for idea in (first, second)] == spans
    assert memo_page(alices, spoken).count("Another idea: the cake needs flour.") == 2
    plan = DigestPlan.objects.create(user=bedside.user, style=DigestPlan.Style.WORDS)
    sent = compose_digest(plan, first.placed_at.replace(year=2000), first.placed_at)
    assert sent
    assert "needs flour." in sent.text


def test_a_topic_is_named_by_the_words_as_they_were_corrected(bedside: Device) -> None:
    (misheard,) = place_texts(bedside, "Water the Amarylis in the pond.")
    edit(misheard, "Water the Amaryllis in the pond.")
    place_texts(bedside, "The Amaryllis in the pond needs water.")
    topic = Topic.objects.get()
    assert topic.name == "Water Amaryllis"
    assert "Water the Amaryllis in the pond." in topic.ideas.all().as_said()


def test_a_page_of_ideas_asks_no_more_for_many_edited_memos(
    alices: Client, bedside: Device, django_assert_max_num_queries: Any
) -> None:
    for spoken in place_texts(bedside, *[f"{STONES} Take {n}." for n in range(12)]):
        edit(spoken, f"Amaryllis {spoken.pk}")
    alices.get("/health/")  # the first page of a log-in, and one an hour, writes down the browser
    with django_assert_max_num_queries(20):
        assert shown(alices.get("/")).count("Amaryllis") == 12


def test_words_are_added_taken_out_and_put_back(alices: Client, alice: User, bedside: Device) -> None:
    assert "Gremmelsbach" in shown(alices.post("/vocabulary/", {"word": " Gremmelsbach "}, follow=True))
    assert "at most three words" in shown(alices.post("/vocabulary/", {"word": "a whole sentence of words"}))
    word = Vocabulary.objects.get()
    page = shown(alices.post(f"/vocabulary/{word.pk}/take-out", follow=True))
    assert page.index("Taken out") < page.index("Gremmelsbach")
    page = shown(alices.post(f"/vocabulary/{word.pk}/put-back", follow=True))
    assert "Taken out" not in page
    assert "Gremmelsbach" in page
    edit(write_transcript(bedside, "Anna is here"), "Hannah is here")
    page = shown(alices.get("/vocabulary/"))
    assert page.index("Corrected once") < page.index("Hannah")
    for n in range(70):
        add_vocabulary_word(alice, f"Name {n}")
    assert "There is no room to listen for all of them" in shown(alices.get("/vocabulary/"))


def test_edits_go_with_their_memo_and_words_stay_their_users(bedside: Device) -> None:
    spoken, other = write_transcript(bedside, STONES), write_transcript(bedside, STONES)
    correct(spoken, 1, 2, "Amaryllis", f"{other.pk}:1")
    delete_memo(spoken.memo)
    purge_deleted(timezone.now() + timedelta(days=1))
    assert [made.transcript for made in Edit.objects.all()] == [other]
    assert Vocabulary.objects.get().corrections == 2
    bedside.user.delete()
    assert not Edit.objects.exists()
    assert not Vocabulary.objects.exists()


def window(client: Client, at: str) -> dict[str, str]:
    """Return what the last form of a page would send: somebody has it open, while others go on."""
    content = client.get(at).content.decode()
    form = content[content.rindex('<form method="post">') :]
    fields = dict(re.findall(r'<input type="(?:hidden|text)" name="(\w+)" value="([^"]*)"', form))
    if written := re.search(r"<textarea[^>]*>\s?(.*?)</textarea>", form, re.DOTALL):
        fields["text"] = written[1]
    fields.pop("csrfmiddlewaretoken")
    return {name: unescape(value) for name, value in fields.items()}


FENCE = "The old fence and two apple trees must go"


@pytest.fixture
def fence(bedside: Device) -> Transcript:
    return place_texts(bedside, FENCE)[0]


def save(client: Client, transcript: Transcript, form: dict[str, str], was: str, wanted: str) -> Any:
    """Send what a window holds, with one change by hand."""
    assert was in form["text"]
    form["text"] = form["text"].replace(was, wanted)
    return client.post(address(transcript, "edit"), form, follow=True)


def test_what_two_windows_change_in_one_text_stands_both(alices: Client, fence: Transcript) -> None:
    one, other = (window(alices, address(fence, "edit")) for _ in range(2))
    save(alices, fence, one, "two apple trees", "three pear trees")
    assert "Changed in one place." in shown(save(alices, fence, other, "old fence", "rotten fence"))
    assert text(fence) == "The rotten fence and three pear trees must go"


@pytest.mark.parametrize("before", ["", "The old fence and two apple trees must go away"])
def test_who_changes_the_same_words_in_a_second_window_is_told_and_loses_nothing(
    alices: Client, fence: Transcript, before: str
) -> None:
    if before:
        edit(fence, before)
    one, other = (window(alices, address(fence, "edit")) for _ in range(2))
    save(alices, fence, one, "The old fence and two apple trees", "The new fence and two apple trees")
    other["text"] = other["text"].replace("two apple", "no apple")
    told = save(alices, fence, other, "old fence", "rotten fence")
    assert "changed in another window meanwhile" in shown(told)
    assert text(fence).startswith("The new fence and two apple trees")
    again = re.search(r"<textarea[^>]*>\s?(.*?)</textarea>", told.content.decode(), re.DOTALL)
    assert again
    assert again[1].startswith("The rotten fence and no apple trees")
    seen = re.search(r'name="seen" value="([^"]*)"', told.content.decode())
    assert seen
    alices.post(address(fence, "edit"), {"text": again[1], "seen": seen[1]})
    assert text(fence).startswith("The rotten fence and no apple trees")


def test_what_was_undone_in_another_window_stays_undone(alices: Client, fence: Transcript) -> None:
    edit(fence, FENCE.replace("apple", "pear"))
    form = window(alices, address(fence, "edit"))
    undo_edits(fence.memo.user, batches(fence)[0])
    save(alices, fence, form, "old fence", "rotten fence")
    assert text(fence) == "The rotten fence and two apple trees must go"


def test_the_same_change_in_two_windows_is_one(alices: Client, fence: Transcript) -> None:
    one, other = (window(alices, address(fence, "edit")) for _ in range(2))
    save(alices, fence, one, "old fence", "rotten fence")
    save(alices, fence, other, "old fence", "rotten fence")
    assert text(fence) == "The rotten fence and two apple trees must go"


def test_a_word_that_was_corrected_in_another_window_is_told(alices: Client, fence: Transcript) -> None:
    one, other = (window(alices, address(fence, "words/1-2")) for _ in range(2))
    alices.post(address(fence, "words/1-2"), one | {"written": "new"})
    told = alices.post(address(fence, "words/1-2"), other | {"written": "rotten"})
    assert "changed in another window meanwhile" in shown(told)
    assert text(fence) == "The new fence and two apple trees must go"
    assert 'value="rotten"' in told.content.decode()


@pytest.mark.parametrize("seen", ["nonsense", "9" * 5000, "-1", "1;2"])
def test_what_no_page_sends_changes_nothing_and_breaks_nothing(alices: Client, fence: Transcript, seen: str) -> None:
    assert alices.post(address(fence, "edit"), {"text": FENCE, "seen": seen}, follow=True).status_code == 200
    assert text(fence) == FENCE
