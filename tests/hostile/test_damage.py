"""A damaged recording is never passed for whole, and a whole one never for damaged."""

from pathlib import Path

import pytest

from tests.support.hostile.damaged import DAMAGES, MADE, SECONDS, whole
from tests.support.recordings import made, sample
from transcription.core.decoding.decode import Decoded, Undecodable, decode
from transcription.core.decoding.dropouts import Holes
from transcription.error_text import sentence_of

LIST_LAST = {"m4a", "caf"}
END_UNKNOWN = {"ogg", "live webm", "fragmented m4a", "fragmented m4a of old", "mp3 without count", "aac", "amr"}
"""Where nothing says how much there was, once the end is gone."""
HOLE_UNKNOWN = {"mp3 without count", "aac", "amr"}
"""Where nothing says how much is gone from the middle."""


def decoded(content: bytes, kind: str, folder: Path) -> Decoded:
    path = folder / "recording"
    path.write_bytes(content)
    with path.open("rb") as recording:
        return decode(recording, kind, max_seconds=3600)


@pytest.mark.parametrize("name", MADE)
def test_a_whole_recording_is_whole(name: str, tmp_path: Path) -> None:
    heard = decoded(whole(name), MADE[name].kind, tmp_path)
    assert heard.damage == []
    assert heard.readable_seconds == pytest.approx(SECONDS, abs=0.15)
    assert heard.seconds == pytest.approx(SECONDS, abs=0.15)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", MADE)
def test_damage_is_told_with_how_much_could_be_read(name: str, damage: str, tmp_path: Path) -> None:
    done, share = DAMAGES[damage]
    content = done(whole(name))
    if damage == "truncated" and name in LIST_LAST:
        with pytest.raises(Undecodable) as refused:
            decoded(content, MADE[name].kind, tmp_path)
        assert "breaks off before the list" in sentence_of(refused.value.message)
        return
    heard = decoded(content, MADE[name].kind, tmp_path)
    assert heard.readable_seconds == pytest.approx(share * SECONDS, abs=0.11 * SECONDS)
    (told,) = map(sentence_of, heard.damage)
    unknown = {"truncated": END_UNKNOWN, "zeroed": set[str](), "holed": HOLE_UNKNOWN}[damage]
    if name in unknown:
        assert told.startswith("damaged: ")
        assert told.endswith("s could be read")
    else:
        assert told == f"damaged: {heard.readable_seconds:.0f} of {SECONDS:.0f} s could be read"


def test_a_list_at_the_front_tells_of_a_missing_end(tmp_path: Path) -> None:
    list_first = decoded(whole("wav"), "wav", tmp_path).playback
    assert decoded(list_first, "mp4", tmp_path).damage == []
    heard = decoded(list_first[: int(len(list_first) * 0.7)], "mp4", tmp_path)
    (told,) = map(sentence_of, heard.damage)
    assert told.endswith("of 12 s could be read")
    assert heard.readable_seconds == pytest.approx(0.7 * SECONDS, abs=1)


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_a_browser_records_is_whole_without_a_duration_and_damaged_when_it_is(damage: str, tmp_path: Path) -> None:
    content = sample("hard-browser.webm").read_bytes()
    heard = decoded(content, "webm", tmp_path)
    assert (heard.container_seconds, heard.damage) == (None, [])
    done, share = DAMAGES[damage]
    hurt = decoded(done(content), "webm", tmp_path)
    assert hurt.damage
    assert hurt.readable_seconds == pytest.approx(share * heard.seconds, abs=0.15 * heard.seconds)


@pytest.mark.parametrize("path", sorted(sample("").glob("*.*")), ids=lambda path: path.name)
def test_the_sample_memos_are_whole(path: Path) -> None:
    if path.suffix != ".json":
        with path.open("rb") as recording:
            assert decode(recording, path.suffix[1:].replace("m4a", "mp4"), max_seconds=3600).damage == []


ID3 = b"ID3\x04\0\0\0\0\x10\0" + bytes(2048)
ID3V1 = b"TAG" + bytes(125)
APE_END = b"APETAGEX" + (2000).to_bytes(4, "little") * 2 + bytes(4) + b"\0\0\0\x80" + bytes(8)
APE = APE_END + bytes(2000 - len(APE_END)) + APE_END


@pytest.mark.parametrize("name", ["mp3", "mp3 without count", "aac", "flac"])
def test_what_players_write_around_it_is_no_damage(name: str, tmp_path: Path) -> None:
    assert decoded(ID3 + whole(name), "mp3", tmp_path).damage == []
    if name != "flac":
        assert decoded(whole(name) + ID3V1, MADE[name].kind, tmp_path).damage == []
        assert decoded(whole(name) + APE, MADE[name].kind, tmp_path).damage == []


@pytest.mark.parametrize(
    ("codec", "container", "kind", "rate"),
    [
        ("libmp3lame", "mp3", "mp3", 16_000),
        ("aac", "adts", "aac", 16_000),
        ("aac", "mov", "mp4", 44_100),
        ("alac", "mp4", "mp4", 44_100),
        ("libopus", "mp4", "mp4", 48_000),
        ("pcm_s24le", "wav", "wav", 44_100),
        ("pcm_f32le", "wav", "wav", 48_000),
        ("pcm_mulaw", "wav", "wav", 8_000),
        ("adpcm_ima_wav", "wav", "wav", 8_000),
        ("pcm_s16le", "matroska", "webm", 44_100),
    ],
)
def test_codec_delay_and_odd_rates_are_no_damage(
    codec: str, container: str, kind: str, rate: int, tmp_path: Path
) -> None:
    heard = decoded(made(3.37, codec, container, rate=rate), kind, tmp_path)
    assert heard.damage == []
    assert heard.seconds == pytest.approx(3.37, abs=0.25)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000024])
def test_a_recorder_that_did_not_know_its_length_beforehand_is_no_damage(size: int, tmp_path: Path) -> None:
    content = bytearray(whole("wav"))
    at = content.index(b"data") + 4
    content[at : at + 4] = size.to_bytes(4, "little")
    assert decoded(bytes(content), "wav", tmp_path).damage == []


def test_silence_is_no_hole_unless_sound_breaks_off_into_it() -> None:
    loud, soft, silence = b"\xff\x1f" * 1600, b"\x10\0" * 1600, bytes(32_000)
    for pieces, seconds in (
        ([loud, silence, loud], 1.0),
        ([loud, soft, silence, soft, loud], 0.0),
        ([silence, loud, soft], 0.0),
        ([loud, soft, silence], 0.0),
        ([loud, silence], 1.0),
        ([loud, bytes(16_000)], 0.0),
        ([loud, bytes(3200), loud], 0.0),
    ):
        holes = Holes()
        for piece in pieces:
            holes.feed(piece)
        holes.close()
        assert holes.seconds == pytest.approx(seconds, abs=0.05)
