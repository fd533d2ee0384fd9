"""Runs the peer of placing, BERTopic, in an environment of its own that is made at the first time and kept.

It is given the vectors, so that it needs neither torch nor sentence-transformers; they are not installed.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from insights.core.topics.idea_traits import IdeaFeatures
from tests.bench.figures import data_folder

PINS = Path(__file__).parent / "bertopic.txt"
PROGRAM = Path(__file__).parent / "refit.py"
PATIENCE_SECONDS = 3600


class NoPeer(Exception):
    """It cannot be installed or run here; the message says why."""


def refit_seconds(ideas: Sequence[IdeaFeatures]) -> float:
    """Return what it costs to find the topics of these ideas anew, in seconds of CPU. Raises NoPeer."""
    python = _environment() / "bin" / "python"
    with tempfile.TemporaryDirectory(prefix="stillnote-bench-") as folder:
        vectors, texts = Path(folder, "vectors.npy"), Path(folder, "texts")
        np.save(vectors, np.array([features.vector for features in ideas]))
        texts.write_text("".join(f"{' '.join(features.words)}\n" for features in ideas), encoding="utf-8")
        return float(_run(str(python), str(PROGRAM), str(vectors), str(texts)).splitlines()[-1])


def _environment() -> Path:
    """Return the environment; one of other pins, or half made, is made anew."""
    folder = (data_folder() / "cache" / "bertopic").absolute()
    made_of = folder / PINS.name
    if not made_of.exists() or made_of.read_bytes() != PINS.read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        print("Installing BERTopic into an environment of its own (0.7 GB). This happens once.", flush=True)
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(folder / "bin" / "pip"), "install", "--quiet", "--no-deps", "-r", str(PINS))
        shutil.copyfile(PINS, made_of)
    return folder


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True)
    except subprocess.CalledProcessError as error:
        raise NoPeer((error.stderr.strip().splitlines() or ["it says nothing"])[-1]) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoPeer(str(error)) from error
    return done.stdout
