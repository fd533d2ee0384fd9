"""Peaks: fifty bytes a second, whatever the pieces in which sound comes, and never more than the sound has."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.recordings import made
from transcription.core.decoding.decode import ChildDied, _Arrived, decode
from transcription.core.decoding.peaks import PEAKS_PER_SECOND, SAMPLES_A_PEAK, PeakMeter
from transcription.core.words import SAMPLE_RATE


def measured(*pieces: bytes) -> bytes:
    meter = PeakMeter()
    for piece in pieces:
        meter.feed(piece)
    return meter.close()


def pcm(*levels: float) -> bytes:
    """Return a fiftieth of a second of each level, with its loudest sample somewhere within."""
    samples = np.zeros((len(levels), SAMPLES_A_PEAK), np.int16)
    samples[:, 7] = [round(-level * 32768) for level in levels]
    return samples.tobytes()


def test_quiet_speech_shows() -> None:
    assert list(measured(pcm(0, 0.01, 0.1, 0.25, 1))) == [0, 26, 81, 128, 255]


@given(st.lists(st.integers(-32768, 32767), max_size=1500), st.integers(1, 1500))
def test_it_does_not_matter_in_which_pieces_sound_comes(samples: list[int], piece: int) -> None:
    sound = np.array(samples, np.int16).tobytes()
    cut = range(0, len(sound), 2 * piece)
    assert measured(*(sound[at : at + 2 * piece] for at in cut)) == measured(sound)
    assert len(measured(sound)) == -(-len(samples) // SAMPLES_A_PEAK)


@pytest.mark.parametrize("is_copied", [True, False])
def test_the_decoding_child_measures_them(tmp_path: Path, *, is_copied: bool) -> None:
    file = tmp_path / "tone.wav"
    file.write_bytes(made(2, "pcm_s16le", "wav"))
    with file.open("rb") as recording:
        decoded = decode(recording, "wav", max_seconds=10, copied=is_copied)
    assert len(decoded.peaks) == 2 * PEAKS_PER_SECOND
    loudest = np.abs(decoded.samples).max()
    assert max(decoded.peaks) == pytest.approx(255 * loudest**0.5, abs=1)


def test_a_child_that_sends_more_peaks_than_sound_is_not_believed() -> None:
    arrived = _Arrived(max_seconds=10, file_bytes=1000, folder=None)
    arrived.take(b"P" + bytes(2 * SAMPLE_RATE))
    arrived.take(b"K" + bytes(PEAKS_PER_SECOND))
    with pytest.raises(ChildDied):
        arrived.take(b"K" + bytes(2))
