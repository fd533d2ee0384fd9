"""How loud memos are: measured with their words, and in the background for those that were written down before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from capture.models import Device, Memo, MemoPeaks
from capture.services.deletion import delete_memo, purge_deleted
from capture.services.recordings import peaks_of, save_peaks
from config.demo.sample_memos import MEMOS
from tests.support.buckets import Held, Proxy, down
from tests.support.recordings import audio_path, playback_path, send, speak
from transcription.core.decoding.decode import decode
from transcription.core.decoding.peaks import PEAKS_PER_SECOND
from transcription.models import State, Transcript
from transcription.worker.next_memo import transcribe_next
from transcription.worker.peaks import count_due_peaks, measure_due_peaks
from transcription.worker.state import WorkerState

NAME = "memo-002.ogg"


@pytest.fixture
def old(worker: WorkerState, bedside: Device) -> Memo:
    """Give a memo that was written down when there were no peaks."""
    memo = speak(bedside, NAME)
    assert transcribe_next(worker)
    MemoPeaks.objects.all().delete()
    return memo


def test_peaks_come_with_the_words(worker: WorkerState, bedside: Device) -> None:
    memo = speak(bedside, NAME)
    assert peaks_of(memo) == b""
    assert transcribe_next(worker)
    with (MEMOS / NAME).open("rb") as recording:
        seconds = decode(recording, memo.kind, max_seconds=60, copied=False).seconds
    assert len(peaks_of(memo)) == pytest.approx(seconds * PEAKS_PER_SECOND, abs=1)
    assert count_due_peaks() == 0


def test_a_memo_from_before_gets_them_in_the_background(worker: WorkerState, old: Memo) -> None:
    assert count_due_peaks() == 1
    assert measure_due_peaks(worker) is False
    assert max(peaks_of(old)) > 50
    assert count_due_peaks() == 0


def test_with_them_comes_the_copy_that_is_lacking(worker: WorkerState, old: Memo) -> None:
    playback_path(old).unlink()
    measure_due_peaks(worker)
    assert playback_path(old).stat().st_size > 1000


def test_without_its_original_they_are_made_of_the_copy(worker: WorkerState, old: Memo) -> None:
    audio_path(old).unlink()
    measure_due_peaks(worker)
    assert max(peaks_of(old)) > 50


def test_what_cannot_be_read_has_none_and_is_tried_once(worker: WorkerState, bedside: Device) -> None:
    memo = send(bedside, b"OggS" + bytes(2000), client_id="broken")
    assert transcribe_next(worker)
    assert count_due_peaks() == 1
    measure_due_peaks(worker)
    assert peaks_of(memo) == b""
    assert count_due_peaks() == 0


def test_while_a_store_is_away_they_wait(
    worker: WorkerState, bedside: Device, bucket: Held, proxy: Proxy, old: Memo
) -> None:
    proxy.fault = down
    assert measure_due_peaks(worker) is False
    assert count_due_peaks() == 1
    proxy.fault = None
    measure_due_peaks(worker)
    assert peaks_of(old)


def test_a_new_memo_goes_first(worker: WorkerState, bedside: Device, old: Memo) -> None:
    Transcript.objects.filter(memo=speak(bedside, "memo-009.ogg")).update(state=State.WAITING)
    assert count_due_peaks() == 0
    assert measure_due_peaks(worker) is False
    assert peaks_of(old) == b""


def test_two_threads_do_not_make_the_same(worker: WorkerState, old: Memo) -> None:
    with worker.measuring:
        assert measure_due_peaks(worker) is False
    assert count_due_peaks() == 1


def test_they_are_replaced_and_never_doubled(old: Memo) -> None:
    save_peaks(old, b"\x01")
    save_peaks(old, b"\x02\x03")
    assert peaks_of(old) == b"\x02\x03"


@pytest.mark.django_db(transaction=True)
def test_they_go_with_their_memo_and_none_are_kept_of_one_that_is_gone(bedside: Device) -> None:
    memo = speak(bedside, NAME)
    save_peaks(memo, b"\x01")
    delete_memo(memo)
    memo.refresh_from_db()
    Memo.objects.update(deleted_at=timezone.now() - timedelta(days=400))
    assert purge_deleted(timezone.now()) == 1
    save_peaks(memo, b"\x01")
    assert not MemoPeaks.objects.exists()
