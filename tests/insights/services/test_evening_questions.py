"""The question of the night: asked by page and by voice, one a night, with what was said to it, and undone exactly."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from capture.models import Device, Memo, User
from capture.services.deletion import delete_memo, restore_memo
from insights.models import EveningQuestion, Idea
from insights.services.evening_questions import (
    QuestionError,
    answering_memos,
    answers_to,
    answers_to_each,
    ask_question,
    question_of,
    settle_question,
    undo_question,
)
from insights.services.place_ideas import count_due_placements, place_next_transcript, place_transcript
from tests.support.editors import edit
from tests.support.transcripts import place_texts, write_transcript
from transcription.models import Transcript

HAND = "How does a hand let go?"
SPOKEN = f"Tonight's question: {HAND}"
EVENING = date(2026, 11, 27)
ANSWERED, CARRIED = EveningQuestion.Outcome.ANSWERED, EveningQuestion.Outcome.CARRIED


class Clock:
    """What the services take for now."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 27, 21, 33, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, alice: User) -> Clock:
    """Friday, 21:33 in London; Alice sleeps from ten to six."""
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/London")
    alice.refresh_from_db()
    at = Clock()
    monkeypatch.setattr("django.utils.timezone.now", at.now)
    return at


def speak(device: Device, text: str, at: datetime, offset: int | None = None) -> Transcript:
    transcript = write_transcript(device, text)
    Memo.objects.filter(pk=transcript.memo_id).update(recorded_at=at, utc_offset=offset)
    transcript = Transcript.objects.select_related("memo__user").get(pk=transcript.pk)
    place_transcript(transcript)
    return transcript


def asked(user: User, evening: date = EVENING) -> EveningQuestion:
    question = question_of(user, evening)
    assert question
    return question


def test_one_is_asked_for_the_night_that_comes(alice: User, clock: Clock) -> None:
    ask_question(alice, f"  {HAND}\n", "")
    assert (asked(alice).said, asked(alice).asked_at, asked(alice).evening) == (HAND, clock.at, EVENING)


@pytest.mark.parametrize(
    ("at", "evening"),
    [
        (datetime(2026, 11, 27, 13, tzinfo=UTC), EVENING),
        (datetime(2026, 11, 28, 2, tzinfo=UTC), EVENING),
        (datetime(2026, 11, 28, 7, tzinfo=UTC), date(2026, 11, 28)),
    ],
)
def test_a_night_belongs_to_its_evening_and_a_morning_to_the_next(
    alice: User, clock: Clock, at: datetime, evening: date
) -> None:
    clock.at = at
    ask_question(alice, HAND, "")
    assert EveningQuestion.objects.get().evening == evening


def test_of_two_pages_one_alone_asks_and_the_other_is_told(alice: User, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    with pytest.raises(QuestionError) as told:
        ask_question(alice, "Where does the dark go?", "")
    assert told.value.message.code == "question_elsewhere"
    assert asked(alice).said == HAND


def test_what_is_sent_twice_is_asked_once(alice: User, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    before = asked(alice).shown
    ask_question(alice, HAND, "")
    assert asked(alice).shown == before


def test_it_is_worded_anew_and_undone_step_by_step(alice: User, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    first = asked(alice)
    clock.at += timedelta(hours=1)
    ask_question(alice, "How does a hand hold?", first.shown)
    assert (asked(alice).said, asked(alice).asked_at) == ("How does a hand hold?", first.asked_at)
    undo_question(alice, asked(alice).shown)
    assert (asked(alice).said, asked(alice).asked_at) == (HAND, first.asked_at)
    with pytest.raises(QuestionError):
        undo_question(alice, asked(alice).shown)


def test_undone_at_once_it_is_not_there(alice: User, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    undo_question(alice, asked(alice).shown)
    assert not EveningQuestion.objects.exists()


@pytest.mark.parametrize(("text", "code"), [("  ", "question_missing"), ("x" * 501, "question_too_long")])
def test_it_has_words_but_not_too_many(alice: User, clock: Clock, text: str, code: str) -> None:
    with pytest.raises(QuestionError) as told:
        ask_question(alice, text, "")
    assert told.value.message.code == code


def test_a_memo_that_begins_so_asks_it_and_brings_no_idea(alice: User, bedside: Device, clock: Clock) -> None:
    speak(bedside, SPOKEN, clock.at, offset=60)
    question = asked(alice)
    assert (question.said, question.asked_at, question.utc_offset) == (HAND, clock.at, 60)
    assert not Idea.objects.exists()
    assert not count_due_placements()


def test_the_night_is_that_of_the_phones_clock(alice: User, bedside: Device, clock: Clock) -> None:
    speak(bedside, SPOKEN, datetime(2026, 11, 28, 13, tzinfo=UTC), offset=-300)  # eight in the morning, in New York
    assert EveningQuestion.objects.get().evening == date(2026, 11, 28)


def test_of_two_for_one_night_the_one_asked_last_stands(alice: User, bedside: Device, clock: Clock) -> None:
    ask_question(alice, "Where does the dark go?", "")
    speak(bedside, SPOKEN, clock.at - timedelta(minutes=5))  # it comes late from a phone without a network
    assert asked(alice).said == "Where does the dark go?"
    speak(bedside, SPOKEN, clock.at + timedelta(minutes=5))
    assert asked(alice).said == HAND
    undo_question(alice, asked(alice).shown)
    assert asked(alice).said == "Where does the dark go?"


def test_one_that_was_asked_by_voice_and_undone_is_an_idea(alice: User, bedside: Device, clock: Clock) -> None:
    speak(bedside, SPOKEN, clock.at)
    undo_question(alice, asked(alice).shown)
    assert not EveningQuestion.objects.exists()
    assert place_next_transcript()
    assert [idea.text for idea in Idea.objects.all()] == [SPOKEN]
    assert not place_next_transcript()


def test_a_corrected_word_is_corrected_in_it(alice: User, bedside: Device, clock: Clock) -> None:
    transcript = speak(bedside, "Tonight's question: how does a hen let go?", clock.at)
    edit(transcript, "Tonight's question: how does a hand let go?")
    assert asked(alice).said == HAND


def test_it_goes_and_comes_with_its_recording(alice: User, bedside: Device, clock: Clock) -> None:
    memo = speak(bedside, SPOKEN, clock.at).memo
    delete_memo(memo)
    assert question_of(alice, EVENING) is None
    restore_memo(memo)
    assert asked(alice).said == HAND
    memo.delete()
    assert not EveningQuestion.objects.exists()


def answered_texts(alice: User) -> list[str]:
    return [idea.text for idea in answers_to(asked(alice))]


def test_what_is_recorded_until_noon_answers_it(alice: User, bedside: Device, clock: Clock) -> None:
    speak(bedside, "Too early, the lemon tree.", clock.at - timedelta(minutes=1))
    ask_question(alice, HAND, "")
    speak(bedside, "A tremble in the skin.", datetime(2026, 11, 28, 3, 25, tzinfo=UTC))
    speak(bedside, "Listen to the fingertip.", datetime(2026, 11, 28, 11, 59, tzinfo=UTC))
    speak(bedside, "Buy milk.", datetime(2026, 11, 28, 12, 1, tzinfo=UTC))
    assert answered_texts(alice) == ["A tremble in the skin.", "Listen to the fingertip."]


def test_noon_is_that_of_the_phones_clock(alice: User, bedside: Device, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    speak(bedside, "In New York it is nine.", datetime(2026, 11, 28, 14, tzinfo=UTC), offset=-300)
    speak(bedside, "In Tokyo it is eight in the evening.", datetime(2026, 11, 28, 11, tzinfo=UTC), offset=540)
    assert answered_texts(alice) == ["In New York it is nine."]


def test_the_answers_of_many_are_asked_for_together(
    alice: User, bedside: Device, clock: Clock, django_assert_num_queries: Any
) -> None:
    for _night in range(3):
        ask_question(alice, HAND, "")
        speak(bedside, f"Said in night {_night}.", clock.at + timedelta(hours=5))
        clock.at += timedelta(days=1)
    questions = list(EveningQuestion.objects.of(alice))
    with django_assert_num_queries(3):
        found = answers_to_each(questions)
    assert {tuple(idea.text for idea in ideas) for ideas in found.values()} == {
        (f"Said in night {n}.",) for n in range(3)
    }
    assert answering_memos([]) == {}


def test_in_the_morning_it_is_answered_and_that_is_undone(alice: User, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    clock.at += timedelta(hours=10)
    settle_question(alice, asked(alice).shown, ANSWERED)
    assert (asked(alice).outcome, asked(alice).settled_at) == (ANSWERED, clock.at)
    undo_question(alice, asked(alice).shown)
    assert (asked(alice).outcome, asked(alice).settled_at) == ("", None)


def test_carried_over_it_is_asked_the_next_night_and_undone_it_is_not(alice: User, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    clock.at += timedelta(hours=10)
    settle_question(alice, asked(alice).shown, CARRIED)
    assert asked(alice, date(2026, 11, 28)).said == HAND
    undo_question(alice, asked(alice).shown)
    assert [question.outcome for question in EveningQuestion.objects.all()] == [""]


def test_carried_over_it_still_goes_with_its_recording(alice: User, bedside: Device, clock: Clock) -> None:
    spoken = speak(bedside, SPOKEN, clock.at)
    clock.at += timedelta(hours=10)
    settle_question(alice, asked(alice).shown, CARRIED)
    carried = asked(alice, date(2026, 11, 28))
    assert carried.said == HAND
    undo_question(alice, carried.shown)
    assert count_due_placements() == 0, "an idea comes of undoing the question itself"
    spoken.memo.delete()
    assert not EveningQuestion.objects.exists()


def test_worded_anew_it_keeps_no_word_of_a_recording_that_goes(alice: User, bedside: Device, clock: Clock) -> None:
    spoken = speak(bedside, SPOKEN, clock.at)
    ask_question(alice, "Where does the dark go?", asked(alice).shown)
    assert "hand" not in str(asked(alice).former)
    spoken.memo.delete()
    with pytest.raises(QuestionError):
        undo_question(alice, asked(alice).shown)


def test_where_the_next_night_has_one_nothing_is_carried_over(alice: User, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    clock.at += timedelta(hours=10)
    ask_question(alice, "Where does the dark go?", "")
    with pytest.raises(QuestionError) as told:
        settle_question(alice, asked(alice).shown, CARRIED)
    assert told.value.message.code == "question_taken"
    assert asked(alice).outcome == ""


def test_two_pages_never_decide_twice(alice: User, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    clock.at += timedelta(hours=10)
    shown = asked(alice).shown
    settle_question(alice, shown, ANSWERED)
    with pytest.raises(QuestionError):
        settle_question(alice, shown, CARRIED)
    assert EveningQuestion.objects.count() == 1


def test_what_was_carried_over_and_changed_since_is_not_taken_back(alice: User, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    clock.at += timedelta(hours=10)
    settle_question(alice, asked(alice).shown, CARRIED)
    ask_question(alice, "Where does the dark go?", asked(alice, date(2026, 11, 28)).shown)
    with pytest.raises(QuestionError):
        undo_question(alice, asked(alice).shown)
    assert asked(alice).outcome == CARRIED


def test_nobody_settles_anothers(alice: User, bob: User, clock: Clock) -> None:
    ask_question(alice, HAND, "")
    for shown in (asked(alice).shown, "guessed", ""):
        with pytest.raises(QuestionError):
            settle_question(bob, shown, ANSWERED)


def test_a_memo_that_is_heard_again_asks_its_question_once(alice: User, bedside: Device, clock: Clock) -> None:
    first = speak(bedside, SPOKEN, clock.at)
    Transcript.objects.update(current=False)
    again = Transcript.objects.create(
        memo=first.memo,
        generation=2,
        again=True,
        due=timezone.now(),
        state=first.state,
        language="en",
        text=first.text,
        words=first.words,
        audio_seconds=first.audio_seconds,
    )
    place_transcript(again)
    assert EveningQuestion.objects.get().transcript_id == again.pk
    assert not Idea.objects.exists()


def test_what_perhaps_nobody_said_asks_nothing(bedside: Device) -> None:
    place_texts(bedside, "I ask tonight's question: no.")
    assert not EveningQuestion.objects.exists()
