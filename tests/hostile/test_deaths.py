"""A child at its limits is a verdict at the first try; only one that crashed is a death, which another try follows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.hostile import deaths
from tests.support.hostile.damaged import whole
from tests.support.recordings import sample
from transcription.core.decoding import decode as audio
from transcription.core.decoding.decode import ChildDied, Undecodable, decode
from transcription.error_text import sentence_of


def read(name: str = "memo-002.ogg") -> audio.Decoded:
    with sample(name).open("rb") as recording:
        return decode(recording, "ogg", max_seconds=60)


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (deaths.spin, "that would take more time than any recording of its size does"),
        (deaths.swell, "that would take more memory than any recording does"),
        (deaths.stumble, "what is in it is not what its first bytes announce"),
    ],
)
def test_at_its_limits_it_is_a_verdict(ending: Callable[..., Any], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "_in_child", ending)
    with pytest.raises(Undecodable) as refused:
        read()
    assert said in sentence_of(refused.value.message)


@pytest.mark.parametrize("ending", [deaths.crash, deaths.lie, deaths.boast, deaths.swamp])
def test_a_crash_is_a_death_and_the_next_is_read(ending: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is a child that was taken over: of what it sends nothing is believed."""
    with monkeypatch.context() as broken:
        broken.setattr(audio, "_in_child", ending)
        with pytest.raises(ChildDied):
            read()
    assert read().seconds == pytest.approx(4.1, abs=0.2)


def test_sound_in_an_unknown_form_is_told_as_such(tmp_path: Path) -> None:
    path, content = tmp_path / "recording", bytearray(whole("wav"))
    content[20:22] = b"\x34\x12"
    path.write_bytes(content)
    with path.open("rb") as recording, pytest.raises(Undecodable) as refused:
        decode(recording, "wav", max_seconds=60)
    assert "in a form that is not known here" in sentence_of(refused.value.message)
