"""What a listener may pass over: long quiet, measured against the voice itself."""

from transcription.core.decoding.pauses import find_pauses


def test_long_quiet_is_passed_over_but_for_its_ends() -> None:
    peaks = bytes([200] * 50 + [20] * 100 + [180] * 50)
    assert find_pauses(peaks) == [(1.2, 2.8)]
    assert find_pauses(peaks, 10.0) == [(11.2, 12.8)]


def test_a_breath_is_no_pause() -> None:
    assert find_pauses(bytes([200] * 50 + [20] * 39 + [180] * 50)) == []


def test_a_whisper_is_measured_against_itself() -> None:
    assert find_pauses(bytes([20] * 50 + [12] * 100 + [20] * 50)) == []
    assert find_pauses(bytes([20] * 50 + [4] * 100 + [20] * 50)) == [(1.2, 2.8)]


def test_nothing_and_silence() -> None:
    assert find_pauses(b"") == []
    assert find_pauses(bytes(200)) == [(0.2, 3.8)]
