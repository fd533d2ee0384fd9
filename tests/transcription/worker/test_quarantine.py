"""A recording that kills its decoder is left alone after three times, and stays its speaker's."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from capture.models import Device
from config.demo.sample_memos import MEMOS
from tests.support.recordings import audio_path, speak
from transcription.core.decoding import decode
from transcription.error_text import sentence_of
from transcription.models import State
from transcription.services.jobs import retry_transcript
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState


def test_after_three_deaths_it_is_kept_can_be_saved_and_can_be_tried_again(
    worker: WorkerState, bedside: Device, alices: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    memo = speak(bedside, "memo-002.ogg")
    with monkeypatch.context() as broken:
        broken.setattr(decode, "START_SECONDS", 0.0)
        for deaths in (1, 2, 3):
            memo.transcripts.update(due=timezone.now())
            assert transcribe_next(worker)
            transcript = memo.transcripts.get()
            assert transcript.decoder_deaths == deaths
            assert transcript.state == (State.WAITING if deaths < 3 else State.QUARANTINED)
    assert sentence_of(transcript.error) == "Reading it was stopped: the decoder died or took too long."
    assert not transcribe_next(worker)
    content = (MEMOS / "memo-002.ogg").read_bytes()
    assert audio_path(memo).read_bytes() == content
    saved = alices.get(reverse("memo_original", args=[memo.pk]))
    assert b"".join(saved) == content
    assert saved["Content-Disposition"].startswith("attachment")
    retry_transcript(transcript)
    assert transcribe_next(worker)
    assert memo.transcripts.get().state == State.READY
