"""What was heard stays as it was; a memo in which nobody was heard is listened to whole on request."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from capture.models import Device, Memo
from tests.support.recordings import audio_path, speak
from tests.support.transcripts import write_transcript
from transcription.core.engines.protocol import Heard, Options
from transcription.core.words import Word
from transcription.models import State, Transcript
from transcription.services.jobs import retry_without_vad
from transcription.templatetags.errors import doubts
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState

GUESSED = Heard([Word("Thank", 0.1, 0.4, 0.9), Word(" you.", 0.4, 0.8, 0.3)], "en", ["maybe no speech[0:2]"])


@pytest.mark.parametrize("change", [{"text": "what was never said"}, {"words": []}])
def test_the_database_refuses_to_rewrite_what_was_heard(bedside: Device, change: dict[str, object]) -> None:
    transcript = write_transcript(bedside, "The river is high today.")
    with pytest.raises(IntegrityError, match="never rewritten"), transaction.atomic():
        Transcript.objects.filter(pk=transcript.pk).update(**change)
    transcript.refresh_from_db()
    assert (transcript.text, len(transcript.words)) == ("The river is high today.", 5)


def test_whatever_else_is_known_of_a_transcript_may_change_and_it_may_be_deleted(bedside: Device) -> None:
    transcript = write_transcript(bedside, "The river is high today.")
    transcript.current = False
    transcript.save()
    transcript.delete()


@pytest.fixture
def silent(worker: WorkerState, bedside: Device) -> Memo:
    """Return a memo in which nobody was heard."""
    memo = speak(bedside, "hard-silence.ogg")
    transcribe_next(worker)
    return memo


def test_one_click_lets_all_of_a_silent_memo_be_listened_to(
    worker: WorkerState, alices: Client, silent: Memo, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Options] = []

    def guess(_self: object, _samples: object, options: Options, *_: object) -> Heard:
        asked.append(options)
        return GUESSED

    page = f"/memos/{silent.pk}/"
    assert f'action="{page}hear-all"' in alices.get(page).content.decode()
    assert alices.post(f"{page}hear-all")["Location"] == page
    monkeypatch.setattr(type(worker.engines.load()), "transcribe", guess)
    assert transcribe_next(worker)
    transcript = silent.transcripts.get()
    assert (transcript.state, transcript.text) == (State.READY, "Thank you.")
    assert not asked[0].vad
    shown = alices.get(page).content.decode()
    assert "Perhaps nobody speaks here." in shown
    assert f"{page}audio#t=0.10,0.80" in shown
    assert shown.count('class="w doubtful"') == 2


def test_where_perhaps_nobody_speaks_there_is_no_text_and_the_words_are_one_tap_away(
    worker: WorkerState, alices: Client, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(worker.engines.load()), "transcribe", lambda *_: GUESSED)
    memo = speak(bedside, "hard-silence.ogg")
    assert transcribe_next(worker)
    transcript = memo.transcripts.get()
    assert (transcript.state, transcript.text, transcript.heard()) == (State.NO_SPEECH, "", GUESSED.words)
    shown = alices.get(f"/memos/{memo.pk}/").content.decode()
    assert "Thank you." in shown.partition("What was perhaps said")[2]
    assert shown.count('class="doubtful"') == 1
    assert "Word for word" not in shown
    assert retry_without_vad(transcript)
    assert transcribe_next(worker)
    transcript.refresh_from_db()
    assert (transcript.state, transcript.text) == (State.READY, "Thank you.")


def test_listened_to_whole_and_still_silent_it_is_not_offered_again(
    worker: WorkerState, alices: Client, silent: Memo
) -> None:
    assert retry_without_vad(silent.transcripts.get())
    assert transcribe_next(worker)
    transcript = silent.transcripts.get()
    assert (transcript.state, transcript.without_vad, transcript.words) == (State.NO_SPEECH, True, [])
    page = alices.get(f"/memos/{silent.pk}/").content.decode()
    assert "though all of it was listened to" in page
    assert "hear-all" not in page
    assert not retry_without_vad(transcript)
    assert audio_path(silent).exists()


def test_a_memo_that_has_words_is_not_heard_over_them(alices: Client, bedside: Device) -> None:
    transcript = write_transcript(bedside, "The river is high today.")
    assert alices.post(f"/memos/{transcript.memo_id}/hear-all").status_code == 302
    transcript.refresh_from_db()
    assert (transcript.state, transcript.without_vad) == (State.READY, False)


def test_doubts_are_told_in_the_order_of_the_words_and_damage_as_it_is(bedside: Device) -> None:
    transcript = write_transcript(bedside, "Thanks for watching the river.")
    transcript.warnings = ["unsure[3:5]", "phantom[0:3]", 'damaged_partly {"read": "18", "whole": "60"}']
    found = doubts(transcript)
    assert [one.text for one in found] == ["", "Thanks for watching", "the river."]
    assert found[0].sentence == "damaged: 18 of 60 s could be read"
    assert transcript.doubtful() == {0, 1, 2, 3, 4}
