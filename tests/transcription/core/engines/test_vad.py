"""What is made of Silero's probabilities: regions, and how much of a span has a voice in it."""

import numpy as np
import pytest
from faster_whisper.vad import VadOptions, get_speech_timestamps
from hypothesis import given
from hypothesis import strategies as st

from transcription.core.engines import vad
from transcription.core.engines.timestamps import Region
from transcription.core.engines.vad import SILERO_SAMPLES, Speech, voiced_regions, voiced_seconds
from transcription.core.words import SAMPLE_RATE

FRAME = SILERO_SAMPLES / SAMPLE_RATE
probabilities = st.lists(st.sampled_from([0.0, 0.2, 0.3, 0.45, 0.9]), max_size=200)


@given(probabilities)
def test_regions_are_those_that_silero_finds_by_itself(frames: list[float]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("faster_whisper.vad.get_vad_model", lambda: lambda _audio: [*frames, 0.0])
        options = VadOptions(
            threshold=vad.SPEECH_PROBABILITY,
            neg_threshold=vad.SILENCE_PROBABILITY,
            min_speech_duration_ms=round(vad.MIN_SPEECH_SECONDS * 1000),
            min_silence_duration_ms=round(vad.MIN_SILENCE_SECONDS * 1000),
            speech_pad_ms=0,
        )
        samples = np.zeros(len(frames) * SILERO_SAMPLES, np.float32)
        found = get_speech_timestamps(samples, options)
    ours = voiced_regions([*frames, 0.0], len(samples) / SAMPLE_RATE)
    assert ours == [Region(one["start"] / SAMPLE_RATE, one["end"] / SAMPLE_RATE) for one in found]


@given(probabilities, st.floats(0, 5), st.floats(0, 5))
def test_voice_is_counted_in_single_frames(frames: list[float], start: float, end: float) -> None:
    seconds = voiced_seconds(np.asarray(frames, np.float32), start, end)
    assert 0 <= seconds <= max(0.0, end - start) + FRAME
    assert voiced_seconds(np.asarray(frames, np.float32), 0, 99) == pytest.approx(frames.count(0.9) * FRAME)


def test_what_was_listened_to_has_its_own_probabilities() -> None:
    frames = np.linspace(0, 1, 100, dtype=np.float32)
    regions = [Region(0.32, 0.64), Region(1.6, 1.92)]
    listened = Speech(np.zeros(0, np.float32), regions, [], frames).listened()
    np.testing.assert_array_equal(listened, np.concatenate([frames[10:20], frames[50:60]]))


LENGTHS = st.lists(st.floats(0.1, 9).map(lambda seconds: round(seconds, 1)), min_size=1, max_size=9)


@given(LENGTHS, st.floats(0.5, 6))
def test_parts_are_long_enough_and_together_they_are_all(lengths: list[float], seconds: float) -> None:
    begun = [sum(lengths[:number]) + 2.0 * number for number in range(len(lengths))]
    regions = [Region(round(start, 3), round(start + length, 3)) for start, length in zip(begun, lengths, strict=True)]
    size = sum(round(one.end * SAMPLE_RATE) - round(one.start * SAMPLE_RATE) for one in regions)
    speech = Speech(np.arange(size, dtype=np.float32), regions, regions, np.zeros(0, np.float32))
    parts = speech.in_parts(seconds)
    np.testing.assert_array_equal(np.concatenate([part.samples for part in parts]), speech.samples)
    assert [one for part in parts for one in part.regions] == regions
    spoken = [sum(one.end - one.start for one in part.regions) for part in parts]
    assert len(parts) == 1 or min(spoken) >= seconds - 1e-6
