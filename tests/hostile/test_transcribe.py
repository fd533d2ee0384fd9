"""`manage.py transcribe` on files good and bad: one line each. The database is not asked: these tests have none."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from config.demo.sample_memos import MEMOS
from tests.support.hostile.damaged import whole
from tests.support.workers import OneEngine
from transcription.core.decoding import decode
from transcription.core.engines.protocol import EnginePermanent, Heard, Options
from transcription.core.engines.provided_text import ProvidedText
from transcription.core.hearing import hear_all
from transcription.core.messages import Message
from transcription.core.warnings.spans import parse_doubt
from transcription.core.words import SAMPLE_RATE, Word
from transcription.management.commands import transcribe

GOLDEN = json.loads((MEMOS / "golden.json").read_text())


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    call_command("transcribe", *arguments)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_memo_is_told_with_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(MEMOS / "memo-002.ogg")
    (one,) = told(capsys, "--language", "en", path)
    assert (one["file"], one["state"], one["reason"], one["format"]) == (path, "ready", "", "ogg")
    assert one["text"] == GOLDEN["memo-002.ogg"]["beam5_vad"]
    assert "".join(word[0] for word in one["words"]) == one["text"]
    assert all(0 <= start <= end <= one["readable"] and 0 <= p <= 1 for _text, start, end, p in one["words"])
    assert one["seconds"] == pytest.approx(one["readable"], abs=0.1)
    assert (one["language"], one["warnings"]) == ("en", [])
    assert one["window"] in {"short", "full"}
    assert one["compute_seconds"] > 0


def test_each_file_has_its_line_whatever_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "letter.mp3").write_text("Dear diary")
    (tmp_path / "list.ogg").write_text(f"ffconcat version 1.0\nfile {MEMOS / 'memo-002.ogg'}\n")
    (tmp_path / "broken.ogg").write_bytes(b"OggS" + bytes(2000))
    (tmp_path / "half.flac").write_bytes(whole("flac")[: len(whole("flac")) // 2])
    shutil.copy(MEMOS / "memo-014.ogg", tmp_path / "really-ogg.mp3")
    shutil.copy(MEMOS / "hard-silence.ogg", tmp_path / "silence.ogg")
    bad = ["empty.wav", "letter.mp3", "list.ogg", "broken.ogg"]
    names = [*bad, "half.flac", "really-ogg.mp3", "silence.ogg", "none.wav"]
    lines = told(capsys, *(str(tmp_path / name) for name in names), str(tmp_path))
    states = [(Path(line["file"]).name, line["state"]) for line in lines]
    assert states == [
        *((name, "refused") for name in bad),
        ("half.flac", "no_speech"),
        ("really-ogg.mp3", "ready"),
        ("silence.ogg", "no_speech"),
        ("none.wav", "refused"),
        (tmp_path.name, "refused"),
    ]
    assert all(line["reason"].endswith(".") for line in lines if line["state"] == "refused")
    assert lines[4]["warnings"] == ["damaged: 6 of 12 s could be read"]
    assert lines[5]["text"] == GOLDEN["memo-014.ogg"]["beam5_vad"]
    assert lines[5]["format"] == "ogg"


def test_a_long_file_is_heard_in_slices(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    content = (MEMOS / "hard-long.ogg").read_bytes()
    path = tmp_path / "long.ogg"
    path.write_bytes(content[: len(content) // 4])
    (one,) = told(capsys, "--language", "en", "--window", "full", str(path))
    assert (one["state"], one["window"]) == ("ready", "slices")
    assert one["readable"] > 40
    *doubts, damage = one["warnings"]
    assert damage == f"damaged: its end is missing, {one['readable']:.0f} s could be read"
    assert all(doubt and doubt.last <= len(one["words"]) for doubt in map(parse_doubt, doubts))
    times = [time for word in one["words"] for time in word[1:3]]
    assert times == sorted(times)
    assert 30 < times[-1] <= one["readable"]


def test_doubts_are_about_the_same_words_once_slices_are_put_together() -> None:
    class Doubting(ProvidedText):
        def transcribe(self, samples: Any, options: Options, progress: Any = None) -> Heard:
            return Heard([Word(" one", 0, 1, 0.9), Word(" two", 1, 2, 0.1)], "en", ["unsure[1:2]"], options.window)

    heard = hear_all(Doubting([], model="txt"), np.zeros(70 * SAMPLE_RATE, dtype=np.float32), Options())
    assert [word.text for word in heard.words] == [" one", " two"] * (len(heard.words) // 2)
    assert heard.warnings == [f"unsure[{place}:{place + 1}]" for place in range(1, len(heard.words), 2)]
    assert heard.window == "slices"


REFUSED = "The machine at WHISPER_URL cannot read this recording (422)."


def test_an_engine_that_cannot_hear_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(ProvidedText):
        def transcribe(self, samples: Any, options: Options, progress: Any = None) -> Heard:
            raise EnginePermanent(Message("endpoint_unreadable", {"status": 422}))

    monkeypatch.setattr(transcribe, "EnginePool", lambda: OneEngine(Refusing([], model="txt")))
    (one,) = told(capsys, str(MEMOS / "memo-002.ogg"))
    assert (one["state"], one["reason"], one["format"]) == ("refused", REFUSED, "ogg")
    assert one["readable"] > 4


def test_a_file_that_kills_its_decoder_three_times_is_quarantined(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "START_SECONDS", 0.0)
    (one,) = told(capsys, str(MEMOS / "memo-002.ogg"))
    assert (one["state"], one["format"], one["words"]) == ("quarantined", "ogg", [])
    assert one["reason"].startswith("Reading it was stopped 3 times")


def test_without_a_model_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcribe, "engine_problem", lambda: Message("model_missing", {"name": "tiny"}))
    with pytest.raises(CommandError, match="not here"):
        call_command("transcribe", "any.ogg")
