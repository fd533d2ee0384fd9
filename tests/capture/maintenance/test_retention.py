"""Where the owner of the machine wished it, old originals go and their playback copies stay; and nowhere else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from capture.maintenance.retention import delete_old_originals
from capture.models import Memo
from config.dispatch import sweep as sweeping
from tests.support.api_phone import OGG, Phone
from tests.support.recordings import audio_path, playback_path
from transcription.models import State, Transcript


@pytest.fixture
def memo(phone: Phone) -> Memo:
    """A memo that was written down well a year ago, with its playback copy."""
    phone.put("m-1")
    memo = Memo.objects.get()
    Memo.objects.update(received_at=timezone.now() - timedelta(days=365))
    playback_path(memo).write_bytes(b"copy")
    Transcript.objects.create(memo=memo, due=timezone.now(), state=State.READY, text="words")
    return memo


def is_whole(memo: Memo) -> bool:
    return audio_path(memo).read_bytes() == OGG if audio_path(memo).exists() else False


def swept(settings: Any, months: int) -> None:
    settings.ORIGINALS_MONTHS = months
    sweeping.sweep_once()


def test_nobody_asked_and_nothing_goes(memo: Memo, settings: Any) -> None:
    sweeping.sweep_once()
    assert settings.ORIGINALS_MONTHS == 0
    assert is_whole(memo)


def test_an_old_original_goes_and_its_copy_stays(memo: Memo, settings: Any) -> None:
    swept(settings, 13)
    assert is_whole(memo)
    swept(settings, 11)
    assert not audio_path(memo).exists()
    assert playback_path(memo).read_bytes() == b"copy"
    memo.refresh_from_db()
    assert memo.original_gone_at


@pytest.mark.parametrize("state", [State.WAITING, State.NO_SPEECH, State.FAILED, State.QUARANTINED])
def test_what_was_not_heard_well_keeps_its_original(memo: Memo, state: State, settings: Any) -> None:
    Transcript.objects.update(state=state)
    swept(settings, 1)
    assert is_whole(memo)


def test_without_a_copy_or_in_the_time_of_undo_it_stays(memo: Memo, settings: Any) -> None:
    playback_path(memo).unlink()
    swept(settings, 1)
    assert is_whole(memo)
    playback_path(memo).write_bytes(b"copy")
    Memo.objects.update(deleted_at=timezone.now())
    assert delete_old_originals(Memo.objects.all(), timezone.now()) == 0
    assert is_whole(memo)


def test_a_phone_that_sends_it_again_is_answered_and_brings_nothing_back(
    memo: Memo, phone: Phone, settings: Any
) -> None:
    swept(settings, 1)
    assert phone.put("m-1").status_code == 200
    assert phone.receipt("m-1").status_code == 200
    assert not audio_path(memo).exists()


def test_the_copy_is_played_and_saved_in_its_place(memo: Memo, settings: Any, client: Client) -> None:
    swept(settings, 1)
    client.force_login(memo.user)
    for page in ("audio", "original"):
        answer: Any = client.get(f"/memos/{memo.pk}/{page}")
        assert b"".join(answer.streaming_content) == b"copy"
    assert answer["Content-Disposition"].endswith('.m4a"')
    said = client.get("/health/").content.decode()
    assert "deleted for good one month after it arrived" in said
    assert "So far 1 of yours is there as a copy alone." in said
