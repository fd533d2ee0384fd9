"""One's own recordings in both windows: what `manage.py bench_asr` says of them."""

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.demo.sample_memos import MEMOS
from tests.support.recordings import made
from tests.support.workers import OneEngine
from transcription.core.engines.protocol import Heard, Options
from transcription.core.slicing import MAX_SLICE_SECONDS
from transcription.core.words import SAMPLE_RATE, Word
from transcription.management.commands import bench_asr
from transcription.services.compare_windows import Compared, WindowRun, compare_windows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two recordings, beside one of which lies what was said, and something else."""
    for name in ("memo-002.ogg", "memo-007.ogg"):
        shutil.copy(MEMOS / name, tmp_path)
    (tmp_path / "memo-002.txt").write_text("We should visit the grandparents in June and cook together.\n")
    (tmp_path / "shopping.md").write_text("bread")
    return tmp_path


def told(*arguments: str) -> tuple[str, str]:
    out, errors = StringIO(), StringIO()
    call_command("bench_asr", *arguments, stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def test_each_recording_of_a_folder_is_heard_both_ways(folder: Path) -> None:
    said, errors = told(str(folder))
    lines = said.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["recording", "memo-002.ogg", "memo-007.ogg", "together"]
    assert lines[2].endswith("10.0 / 10.0")
    assert lines[3].endswith("- / -")
    assert lines[4].endswith("10.0 / 10.0")
    assert errors == ""


def test_programs_are_told_all_of_it(folder: Path) -> None:
    said, _errors = told("--json", str(folder / "memo-002.ogg"))
    row = json.loads(said)
    assert row["file"] == "memo-002.ogg"
    assert row["differences"] == []
    assert (row["padded"]["window"], row["short"]["window"]) == ("full", "short")
    assert row["short"]["text"] == "We should visit the grandparents in May and cook together."
    assert row["short"]["wer"] == pytest.approx(0.1)
    assert min(row[side]["seconds"] for side in ("padded", "short")) > 0


def test_what_cannot_be_heard_is_said_and_the_others_are_heard(folder: Path) -> None:
    (folder / "broken.ogg").write_bytes(b"OggS" + bytes(500))
    said, errors = told(str(folder / "shopping.md"), str(folder / "gone.ogg"), str(folder))
    assert "together" in said
    assert [line.split(":")[0] for line in errors.splitlines()] == ["shopping.md", "gone.ogg", "broken.ogg"]


class Listener:
    """An engine that notes for how many seconds it listened, and breaks down where it is told to."""

    name, model = "listener", "test"

    def __init__(self, *, breaks: bool = False) -> None:
        self.heard: list[float] = []
        self.breaks = breaks

    def transcribe(self, samples: Any, options: Options, progress: Callable[[], None] = lambda: None) -> Heard:
        if self.breaks:
            raise MemoryError
        self.heard.append(len(samples) / SAMPLE_RATE)
        return Heard([Word(" word", 0.0, 0.1, 0.9)], "en", [], options.window)


def test_a_long_recording_is_heard_in_slices_as_memos_are(tmp_path: Path) -> None:
    path = tmp_path / "long.ogg"
    path.write_bytes(made(70.0, "libopus", "ogg", swells=True))
    listener = Listener()
    one = compare_windows(path, listener, ("en",), max_seconds=100)
    assert max(listener.heard) <= MAX_SLICE_SECONDS
    assert sum(listener.heard) == pytest.approx(2 * one.seconds)
    assert (one.padded.window, one.short.window) == ("slices", "slices")


def test_an_engine_that_breaks_down_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_asr, "EnginePool", lambda: OneEngine(Listener(breaks=True)))
    _said, errors = told(str(folder / "memo-002.ogg"))
    assert errors == "memo-002.ogg: The engine stopped (MemoryError).\n"


def test_without_a_model_it_says_what_is_missing(folder: Path, settings: Settings) -> None:
    settings.WHISPER_MODEL = str(folder)
    with pytest.raises(CommandError, match="There is no Whisper model"):
        told(str(folder))


def test_differences_are_told_by_their_words() -> None:
    padded, short = (
        WindowRun(1.0, "We planted late strawberries.", "full"),
        WindowRun(0.2, "we planted eight, strawberries", "short"),
    )
    one = Compared("a.ogg", 5.0, padded, short, None)
    assert one.differences() == [("late", "eight")]
    assert one.error_rate(short) is None
