"""Names that a user corrects twice, or puts in, are listened for; nobody else's are."""

from typing import Any

import pytest
from faster_whisper import WhisperModel

from capture.models import Device, User
from tests.support.editors import batches, correct, edit
from tests.support.recordings import speak
from tests.support.transcripts import write_transcript
from transcription.core.engines.protocol import Heard, Options
from transcription.core.words import Word
from transcription.models import Vocabulary
from transcription.services import vocabulary
from transcription.services.edits import edit_text, undo_edits
from transcription.services.vocabulary import (
    MAX_PROMPT_BYTES,
    MAX_PROMPT_WORDS,
    add_vocabulary_word,
    exclude_word,
    hotwords,
    include_word,
)
from transcription.worker import transcribe as hearing
from transcription.worker.claims import claim_next
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState

STONES = "Ask Anneliese about the stones"


def test_a_word_corrected_twice_is_listened_for_and_no_longer_when_undone(bedside: Device) -> None:
    one, other = write_transcript(bedside, STONES), write_transcript(bedside, "Anneliese is here")
    correct(one, 1, 2, "Amaryllis")
    assert hotwords(bedside.user) == ()
    edit(other, "amaryllis is here")
    assert hotwords(bedside.user) == ("Amaryllis",)
    undo_edits(bedside.user, batches(other)[0])
    assert hotwords(bedside.user) == ()


def test_twice_in_one_memo_at_once_is_one_correction_and_in_two_memos_two(bedside: Device) -> None:
    one = write_transcript(bedside, "Annie and annie and")
    correct(one, 0, 1, "Amy", f"{one.pk}:2")
    assert Vocabulary.objects.get().corrections == 1
    undo_edits(bedside.user, batches(one)[0])
    other = write_transcript(bedside, "Hello Annie")
    correct(one, 0, 1, "Amy", f"{other.pk}:1")
    assert hotwords(bedside.user) == ("Amy",)


def test_a_comma_after_a_corrected_name_is_no_second_correction(bedside: Device) -> None:
    spoken = write_transcript(bedside, STONES)
    edit(spoken, "Ask Amaryllis about the stones")
    edit(spoken, "Ask Amaryllis, about the stones")
    assert Vocabulary.objects.get().corrections == 1
    for batch in batches(spoken):
        undo_edits(bedside.user, batch)
    assert Vocabulary.objects.get().corrections == 0


def test_what_a_person_takes_out_stays_out_and_what_they_put_in_is_used_at_once(alice: User, bedside: Device) -> None:
    by_hand = add_vocabulary_word(alice, "Gremmelsbach")
    assert hotwords(alice) == ("Gremmelsbach",)
    exclude_word(by_hand)
    edit(write_transcript(bedside, "Grimmels bach"), "Gremmelsbach")
    edit(write_transcript(bedside, "to Grimmels bach"), "to gremmelsbach")
    assert hotwords(alice) == ()
    assert Vocabulary.objects.get().corrections == 2
    include_word(by_hand)
    assert hotwords(alice) == ("Gremmelsbach",)


def test_the_engine_is_told_no_more_than_it_has_room_for_the_most_corrected_first(alice: User) -> None:
    Vocabulary.objects.bulk_create(
        Vocabulary(user=alice, word=f"Gremmelsbach {n}", corrections=n) for n in range(1, 100)
    )
    words = hotwords(alice)
    assert words[0] == "Gremmelsbach 99"
    assert len(", ".join(words).encode()) <= MAX_PROMPT_BYTES < len(", ".join([*words, "Gremmelsbach"]).encode())
    Vocabulary.objects.bulk_create(Vocabulary(user=alice, word=f"x{n}", by_hand=True) for n in range(100))
    assert len(hotwords(alice)) == MAX_PROMPT_WORDS


def test_the_words_of_its_user_reach_the_engine(
    worker: WorkerState, alice: User, bob: User, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Options] = []

    class Listener:
        name = model = "listener"

        def transcribe(self, samples: object, options: Options, progress: object = None) -> Heard:
            asked.append(options)
            return Heard([Word("Hello", 0.0, 0.1, 0.9)], "en", [])

    add_vocabulary_word(alice, "Amaryllis")
    add_vocabulary_word(bob, "Bobbin")
    speak(bedside, "memo-014.ogg")
    claim = claim_next(worker)
    assert claim
    hearing.transcribe_claim(worker, claim, Listener())
    assert [options.hotwords for options in asked] == [("Amaryllis",)]


def test_whisper_hears_without_them_and_then_with_them(
    worker: WorkerState, alice: User, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts: list[str] = []
    get_prompt = WhisperModel.get_prompt

    def listening(self: WhisperModel, tokenizer: Any, *args: Any, **named: Any) -> list[int]:
        tokens = get_prompt(self, tokenizer, *args, **named)
        prompts.append(tokenizer.tokenizer.decode(tokens, skip_special_tokens=False))
        return tokens

    monkeypatch.setattr(WhisperModel, "get_prompt", listening)
    for word in ("Amaryllis", "Gremmelsbach"):
        add_vocabulary_word(alice, word)
    speak(bedside, "memo-014.ogg")
    assert transcribe_next(worker)
    has_names = ["Gremmelsbach, Amaryllis" in prompt for prompt in prompts]
    assert has_names == sorted(has_names)  # without them first
    assert set(has_names) == {False, True}


def test_corrections_teach_so_many_words_and_no_more(
    bedside: Device, alice: User, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(vocabulary, "MAX_VOCABULARY_WORDS", 30)
    transcript = write_transcript(bedside, " ".join(f"word{n} and" for n in range(50)))
    with django_assert_max_num_queries(20):
        edit_text(transcript, " ".join(f"Name{n} and" for n in range(50)), by=alice)
    assert Vocabulary.objects.of(alice).count() == 30
    assert transcript.said(0, 9) == "Name0 and"
