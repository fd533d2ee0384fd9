"""A recording of doubtful words alone ends as "no speech", and a person who says that they were said has them kept."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from capture.models import Device, Memo, User
from tests.support.doubtful import write_doubtful
from tests.support.editors import batches, edit, text
from tests.support.recordings import speak
from transcription.core.engines.protocol import Heard
from transcription.core.warnings.spans import UNSAID
from transcription.core.words import Word
from transcription.models import Edit, State, Transcript
from transcription.services.doubtful_words import keep_words
from transcription.services.edits import undo_edits
from transcription.services.jobs import retry_without_vad
from transcription.services.retranscribe import request_retranscription, request_retranscriptions
from transcription.signals import transcript_edited, transcript_ready
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState

THANKS = Heard([Word("Thank", 0.1, 0.4, 0.9), Word(" you.", 0.4, 0.8, 0.3)], "en", [f"{UNSAID}[0:2]"])
MORE = THANKS._replace(words=[*THANKS.words, Word(" Milk", 1.0, 1.2, 0.9)])
Hear = Callable[[Heard], None]


def shown(memo: Memo) -> Transcript:
    return Transcript.objects.current().get(memo=memo)


@pytest.fixture
def announced() -> Iterator[list[tuple[str, UUID]]]:
    """Give what is announced of transcripts: that they have words, or other ones."""
    news: list[tuple[str, UUID]] = []

    def ready(**told: Any) -> None:
        news.append(("ready", told["id"]))

    def edited(**told: Any) -> None:
        news.append(("edited", told["id"]))

    transcript_ready.connect(ready)
    transcript_edited.connect(edited)
    yield news
    transcript_ready.disconnect(ready)
    transcript_edited.disconnect(edited)


@pytest.fixture
def hear(worker: WorkerState, monkeypatch: pytest.MonkeyPatch) -> Hear:
    """Give what hears this in the memo that is due."""

    def hear_this(heard: Heard) -> None:
        monkeypatch.setattr(type(worker.engines.load()), "transcribe", lambda *_: heard)
        assert transcribe_next(worker)

    return hear_this


@pytest.fixture
def silent(hear: Hear, bedside: Device) -> Transcript:
    """Return the transcript of a memo in which Whisper wrote what nobody said."""
    memo = speak(bedside, "hard-silence.ogg")
    hear(THANKS)
    return shown(memo)


@pytest.mark.django_db(transaction=True)
def test_doubtful_words_alone_are_no_speech_and_are_not_announced(
    announced: list[tuple[str, UUID]], silent: Transcript
) -> None:
    assert (silent.state, silent.text, silent.is_doubtful) == (State.NO_SPEECH, "", True)
    assert silent.heard() == THANKS.words
    assert silent.finished_at
    assert announced == []


def test_one_sure_word_is_speech(hear: Hear, bedside: Device) -> None:
    memo = speak(bedside, "hard-silence.ogg")
    hear(MORE)
    assert shown(memo).state == State.READY


@pytest.mark.django_db(transaction=True)
def test_kept_words_are_sure_and_go_to_their_ideas(
    announced: list[tuple[str, UUID]], silent: Transcript, alice: User
) -> None:
    fence = silent.fence
    assert keep_words(silent, 0, 2, by=alice)
    assert not keep_words(silent, 0, 2, by=alice), "kept already"
    now = Transcript.objects.get(pk=silent.pk)
    assert (now.state, now.fence, now.doubtful()) == (State.READY, fence + 1, set())
    assert (text(now), now.is_changed, now.text) == ("Thank you.", False, "Thank you.")
    assert announced == [("ready", silent.pk)]
    assert not request_retranscriptions(alice, "", doubtful_alone=True), "a person had a look at it"


@pytest.mark.django_db(transaction=True)
def test_two_who_keep_at_once_keep_once(announced: list[tuple[str, UUID]], silent: Transcript, alice: User) -> None:
    begun, told = threading.Barrier(2), list[bool]()

    def keep() -> None:
        begun.wait()
        told.append(keep_words(silent, 0, 2, by=alice))
        connection.close()

    threads = [threading.Thread(target=keep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False, True]
    assert Edit.objects.count() == 1
    assert announced == [("ready", silent.pk)]


@pytest.mark.django_db(transaction=True)
def test_a_run_of_a_text_is_kept_alone_and_can_be_undone(
    announced: list[tuple[str, UUID]], bedside: Device, alice: User
) -> None:
    spoken = write_doubtful(bedside, "{Thank you.} Milk and {bread for} us {Bye.}")
    assert keep_words(spoken, 0, 5, by=alice), "from the first to the middle of the second doubt"
    assert Transcript.objects.get(pk=spoken.pk).doubtful() == {5, 7}
    assert [(edit.first, edit.last) for edit in Edit.objects.order_by("first")] == [(0, 2), (4, 5)]
    assert announced == [("edited", spoken.pk)]
    (batch,) = batches(spoken)
    undo_edits(alice, batch)
    assert Transcript.objects.get(pk=spoken.pk).doubtful() == {0, 1, 4, 5, 7}
    assert announced == [("edited", spoken.pk)] * 2


def test_what_a_person_changes_within_kept_words_takes_no_other_word_of_them_back(bedside: Device, alice: User) -> None:
    spoken = write_doubtful(bedside, "{Thank you all.} Milk.")
    keep_words(spoken, 0, 3, by=alice)
    edit(spoken, "Thank thee all. Milk.")
    now = Transcript.objects.get(pk=spoken.pk)
    assert (text(now), now.doubtful()) == ("Thank thee all. Milk.", set())


def test_a_corrected_word_is_sure_and_those_beside_it_are_not(bedside: Device) -> None:
    spoken = write_doubtful(bedside, "{Thank you all.} Milk.")
    edit(spoken, "Thank you Anna. Milk.")
    now = Transcript.objects.get(pk=spoken.pk)
    assert now.doubtful() == {0, 1}
    assert [one for one in now.marked() if one.is_doubtful] == [("Thank you", True)]


@pytest.mark.parametrize("first_last", [(0, 0), (2, 1), (3, 4), (7, 10**30)])
def test_where_nothing_is_doubtful_nothing_is_kept(bedside: Device, alice: User, first_last: tuple[int, int]) -> None:
    spoken = write_doubtful(bedside, "{Thank you all.} Milk.")
    assert not keep_words(spoken, *first_last, by=alice)
    assert not Edit.objects.exists()


@pytest.mark.parametrize("way", ["all of it", "by another model"])
def test_what_nobody_kept_gives_way_to_what_is_heard_anew(
    hear: Hear, silent: Transcript, alices: Client, bedside: Device, way: str
) -> None:
    if way == "all of it":
        assert retry_without_vad(silent)
    else:
        assert request_retranscription(silent.memo, "")
    assert not keep_words(silent, 0, 2, by=bedside.user), "it is heard again"
    assert "Thank" not in alices.get(f"/memos/{silent.memo_id}/").text
    hear(MORE)
    assert (shown(silent.memo).state, shown(silent.memo).text) == (State.READY, "Thank you. Milk")


def test_kept_words_are_not_heard_over(silent: Transcript, alice: User) -> None:
    keep_words(silent, 0, 2, by=alice)
    assert not retry_without_vad(silent)
    assert request_retranscription(silent.memo, "")
    assert (shown(silent.memo).text, silent.memo.transcripts.count()) == ("Thank you.", 2)


def test_whoever_had_all_of_it_listened_to_gets_what_was_heard(hear: Hear, silent: Transcript) -> None:
    assert retry_without_vad(silent)
    hear(THANKS)
    assert (shown(silent.memo).state, shown(silent.memo).text) == (State.READY, "Thank you.")
    assert not retry_without_vad(shown(silent.memo))


def test_heard_again_doubtful_words_alone_take_nothing_away(hear: Hear, silent: Transcript, alice: User) -> None:
    keep_words(silent, 0, 2, by=alice)
    request_retranscription(silent.memo, "")
    hear(THANKS._replace(words=[Word("Bye.", 0.1, 0.4, 0.9)], warnings=[f"{UNSAID}[0:1]"]))
    assert shown(silent.memo).text == "Thank you."


def test_the_words_are_one_tap_away_on_the_page(alices: Client, silent: Transcript) -> None:
    address = f"/memos/{silent.memo_id}/"
    page = alices.get(address).text
    hidden = page.partition('<details class="fold lift">\n<summary>What was perhaps said</summary>')[2]
    assert "Thank you." in hidden.partition("</details>")[0]
    assert "Thank" not in page.partition('<details class="fold lift">\n<summary>What was')[0]
    assert f'action="/transcripts/{silent.pk}/words/0-2/keep"' in hidden
    assert "Nobody speaks in it. The recording is kept." in page
    answer = alices.post(f"/transcripts/{silent.pk}/words/0-2/keep", follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "The words are kept." in answer.text
    assert "Word for word" in answer.text
    assert 'class="doubtful"' not in answer.text
    assert "Perhaps nobody speaks" not in answer.text
    assert "as it was heard" in alices.get(f"/transcripts/{silent.pk}/history").text
    assert "Nothing was changed." in alices.post(f"/transcripts/{silent.pk}/words/0-2/keep", follow=True).text


def test_a_doubt_is_told_until_somebody_says_that_it_was_said(alices: Client, bedside: Device) -> None:
    spoken = write_doubtful(bedside, "Water the roses. {Thank you.} {Bye.}")
    page = alices.get(f"/memos/{spoken.memo_id}/").text
    assert page.count("Perhaps it was not said.") == 2
    assert page.count('class="w doubtful"') == 3
    assert page.count('aria-describedby="doubts"') == 1
    assert page.count('<p class="legend" id="doubts">Words that look like this may not have been said.</p>') == 1
    page = alices.post(f"/transcripts/{spoken.pk}/words/3-5/keep", follow=True).text
    assert page.count("Perhaps it was not said.") == 1
    assert page.count('class="w doubtful"') == 1


def test_faint_words_are_faint_wherever_a_text_is_changed(alices: Client, bedside: Device) -> None:
    spoken = write_doubtful(bedside, "Water the roses. {Thank you.}")
    assert alices.get(f"/transcripts/{spoken.pk}/edit").text.count('class="doubtful"') == 2
    assert "]</span></span>" in alices.get(f"/transcripts/{spoken.pk}/history").text
    assert "]</span></span>" in alices.get(f"/transcripts/{spoken.pk}/words/1-2").text
    edit(spoken, "Water the tulips. Thank you.")
    page = alices.get(f"/transcripts/{spoken.pk}/edit").text
    assert (page.count('class="changed"'), page.count('class="doubtful"')) == (1, 2)
