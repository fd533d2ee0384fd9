"""Whichever channel or track somebody speaks in, it is heard, and can be listened to."""

import io
from pathlib import Path

import av
import numpy as np
import pytest

from tests.support.channels import Samples, hissing, humming, spoken, tracks_of_sound, wav_of
from tests.support.recordings import made
from transcription.core.decoding.containers import open_container
from transcription.core.decoding.decode import Decoded, decode
from transcription.core.decoding.playback import RATE_HZ

ALIKE = 0.9


def decoded(content: bytes, kind: str, folder: Path) -> Decoded:
    path = folder / "recording"
    path.write_bytes(content)
    with path.open("rb") as recording:
        return decode(recording, kind, max_seconds=3600)


def alike(heard: Samples, said: Samples, most_late: int = 3200) -> float:
    """Return the highest correlation at any delay up to so many samples."""
    size = min(len(heard), len(said))
    one, other = (np.diff(sound[:size].astype(np.float64)) for sound in (heard, said))
    spectrum = np.fft.rfft(one, 2 * size) * np.conj(np.fft.rfft(other, 2 * size))
    found = np.abs(np.fft.irfft(spectrum, 2 * size))
    best = max(found[:most_late].max(), found[-most_late:].max())
    return float(best / (np.linalg.norm(one) * np.linalg.norm(other) + 1e-12))


def listened(copy: bytes) -> Samples:
    resampler = av.AudioResampler("flt", "mono", 16_000)
    with open_container(io.BytesIO(copy), "mov") as file:
        frames = [one.to_ndarray()[0] for frame in file.decode(audio=0) for one in resampler.resample(frame)]
    return np.concatenate(frames)


def is_heard(content: bytes, kind: str, said: Samples, folder: Path) -> Decoded:
    heard = decoded(content, kind, folder)
    assert heard.damage == []
    assert alike(heard.samples, said) > ALIKE
    assert alike(listened(heard.playback), said) > ALIKE * 0.9
    return heard


@pytest.mark.parametrize("share", [1.0, 0.6])
def test_channels_of_opposite_phase_do_not_cancel(share: float, tmp_path: Path) -> None:
    speech = spoken()
    heard = is_heard(wav_of([speech, -share * speech]), "wav", speech, tmp_path)
    assert [note.code for note in heard.notes] == ["channels_inverted"]


@pytest.mark.parametrize("level", [0.3, 0.7])
@pytest.mark.parametrize("hiss", [0.01, 0.03, 0.06, 0.15])
def test_a_voice_in_the_difference_of_noisy_channels_is_heard(level: float, hiss: float, tmp_path: Path) -> None:
    speech = spoken() * level
    noise = hissing(len(speech), hiss)
    is_heard(wav_of([speech + noise, -speech + noise]), "wav", speech, tmp_path)


def test_a_voice_in_the_difference_of_humming_channels_is_heard(tmp_path: Path) -> None:
    speech = spoken() * 0.4
    hum = humming(len(speech), 0.3)
    is_heard(wav_of([speech + hum, -speech + hum]), "wav", speech, tmp_path)


@pytest.mark.parametrize("turned", [slice(0, 40_000), slice(40_000, 80_000), slice(60_000, None)])
def test_a_channel_whose_sign_changes_midway_cancels_nothing(turned: slice, tmp_path: Path) -> None:
    speech = spoken()
    other = speech.copy()
    other[turned] *= -1
    is_heard(wav_of([speech, other]), "wav", speech, tmp_path)


def test_a_voice_of_either_sign_in_many_humming_channels_is_heard(tmp_path: Path) -> None:
    speech = spoken() * 0.4
    hum = humming(len(speech), 0.05)
    heard = decoded(wav_of([sign * speech + hum for sign in (1, -1, 1, -1)]), "wav", tmp_path)
    assert alike(heard.samples, speech) > ALIKE


@pytest.mark.parametrize("width", [3, 6, 9, 16])
@pytest.mark.parametrize("place", ["first", "fourth", "last"])
def test_a_voice_in_any_channel_is_heard(width: int, place: str, tmp_path: Path) -> None:
    speech = spoken()
    channels = [hissing(len(speech), 0.0003, seed) for seed in range(width)]
    channels[{"first": 0, "fourth": min(3, width - 1), "last": -1}[place]] += speech
    is_heard(wav_of(channels), "wav", speech, tmp_path)


@pytest.mark.parametrize("layout", ["5.1", "7.1"])
def test_a_voice_in_the_bass_box_is_heard(layout: str, tmp_path: Path) -> None:
    speech = spoken()
    out = io.BytesIO()
    with av.open(out, "w", format="flac") as file:
        stream = file.add_stream("flac", rate=16_000, layout=layout)
        width = stream.layout.nb_channels
        laid = np.zeros((len(speech), width), np.int16)
        laid[:, 3] = speech * 32767
        for at in range(0, len(speech), 4096):
            frame = av.AudioFrame.from_ndarray(laid[at : at + 4096].reshape(1, -1), "s16", layout)
            frame.sample_rate = 16_000
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    is_heard(out.getvalue(), "flac", speech, tmp_path)


def test_what_is_loud_and_no_speech_is_left_out_and_told(tmp_path: Path) -> None:
    speech = spoken() * 0.2
    for noise in (humming(len(speech), 0.4), hissing(len(speech), 0.3)):
        heard = is_heard(wav_of([noise, speech]), "wav", speech, tmp_path)
        assert [note.code for note in heard.notes] == ["channels_left_out"]


def test_two_people_in_two_channels_are_both_heard(tmp_path: Path) -> None:
    first, second = spoken("memo-001.ogg"), spoken("memo-003.ogg") * 0.1
    size = len(first) + len(second)
    channels = [np.zeros(size, np.float32), np.zeros(size, np.float32)]
    channels[0][: len(first)] = first
    channels[1][len(first) :] = second
    heard = decoded(wav_of(channels), "wav", tmp_path).samples
    assert alike(heard[: len(first)], first) > ALIKE
    assert alike(heard[len(first) :], second) > ALIKE


@pytest.mark.parametrize(
    ("container", "kind", "codec"),
    [("mp4", "mp4", "aac"), ("matroska", "webm", "libopus"), ("mov", "mp4", "pcm_s16le")],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_whichever_track_speaks_is_heard(place: int, container: str, kind: str, codec: str, tmp_path: Path) -> None:
    speech = spoken()
    tracks = [np.zeros_like(speech) for _ in range(3)]
    tracks[place] = speech
    is_heard(tracks_of_sound(tracks, container, codec), kind, speech, tmp_path)


def test_tracks_that_begin_later_are_heard_beside_the_first(tmp_path: Path) -> None:
    first, second = spoken("memo-001.ogg"), spoken("memo-003.ogg")
    late = np.concatenate([np.zeros(len(first), np.float32), second])
    heard = decoded(tracks_of_sound([first, late], "mp4"), "mp4", tmp_path)
    assert heard.damage == []
    assert heard.seconds == pytest.approx(len(late) / 16_000, abs=0.2)
    assert alike(heard.samples[: len(first)], first) > ALIKE
    assert alike(heard.samples[len(first) :], second) > ALIKE


def test_an_unknown_track_is_told_and_the_others_heard(tmp_path: Path) -> None:
    speech = spoken()
    content = bytearray(tracks_of_sound([np.zeros_like(speech), speech], "mov", "aac"))
    for name in (b"mp4a", b"wave"):
        at = content.index(name, content.index(b"stsd"))
        content[at : at + 4] = b"apac"
    heard = is_heard(bytes(content), "mp4", speech, tmp_path)
    assert [(note.code, note.parameters) for note in heard.notes] == [("tracks_unheard", {"count": 1})]


def test_ordinary_stereo_stays_as_loud_as_it_was(tmp_path: Path) -> None:
    heard = decoded(made(1.0, "pcm_s16le", "wav", rate=44_100, layout="stereo"), "wav", tmp_path)
    assert np.abs(heard.samples).max() == pytest.approx(0.1, abs=0.01)
    assert len(heard.playback) > RATE_HZ / 100
    assert heard.notes == []
