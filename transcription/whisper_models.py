"""Which Whisper model is to be used, whether it is here, and how it gets here."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import psutil

GIB = 1024**3
AUTO = ((8, 4, "small"), (4, 2, "base"), (0, 0, "tiny"))
"""Least memory in GiB, least cores, and the largest multilingual model that is comfortable with them."""

PATTERNS = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")
"""The files of a faster-whisper model (faster_whisper.utils.download_model)."""

_FETCH = """
import sys
from faster_whisper.utils import _MODELS
from huggingface_hub import snapshot_download
name, folder, *patterns = sys.argv[1:]
try:
    snapshot_download(_MODELS.get(name, name), local_dir=folder, allow_patterns=patterns)
except Exception as error:
    sys.exit(f"It could not be fetched ({type(error).__name__}).")
"""


class Choice(NamedTuple):
    """A model: what it was asked for by, its name, and the folder in which it is or will be."""

    asked: str
    name: str
    folder: Path

    @property
    def is_folder(self) -> bool:
        """Whether the user named a folder of their own."""
        return self.asked == str(self.folder)

    @property
    def is_here(self) -> bool:
        """Whether it can be loaded. A download that was cut off leaves no model.bin in place."""
        return (self.folder / "model.bin").is_file() and (self.folder / "config.json").is_file()


def choose(asked: str, models: Path) -> Choice:
    """Return the model that a setting names: "auto", a folder, or a name on the hub. models: where downloads go."""
    if asked == "auto":
        memory, cores = psutil.virtual_memory().total / GIB, os.cpu_count() or 1
        name = next(name for least_memory, least_cores, name in AUTO if memory >= least_memory and cores >= least_cores)
        return Choice(asked, name, models / name)
    if os.sep in asked and (asked.startswith((os.sep, ".", "~")) or Path(asked).is_dir()):
        folder = Path(asked).expanduser()
        return Choice(str(folder), folder.name, folder)
    return Choice(asked, asked, models / asked.replace("/", "--"))


def missing(choice: Choice, *, offline: bool) -> str | None:
    """Return a sentence that says what is missing and what to type, or None where the model is here."""
    if choice.is_here:
        return None
    if choice.is_folder:
        return (
            f"There is no Whisper model in {choice.folder}: it needs model.bin and config.json, in "
            "faster-whisper's format. Set WHISPER_MODEL to a folder that holds one, or leave it out, and start again."
        )
    own = "set WHISPER_MODEL=/folder/of/a/model and start again"
    if offline:
        return (
            f"The Whisper model “{choice.name}” is not here, and STILLNOTE_OFFLINE=1 forbids its download: "
            f"unset it, or {own}."
        )
    return (
        f"The Whisper model “{choice.name}” is not here yet. With a network, type "
        f".venv/bin/python manage.py model; without one, {own}."
    )


def download(choice: Choice) -> bool:
    """Fetch the model, showing megabytes, from where an earlier attempt ended. Returns whether it is here now.

    A process of its own does it, for this one has told the hub's library never to ask the network.
    """
    choice.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = os.environ | {
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_ETAG_TIMEOUT": "5",
        "HF_HUB_DOWNLOAD_TIMEOUT": "10",
    }
    command = [sys.executable, "-c", _FETCH, choice.name, str(choice.folder), *PATTERNS]
    fetched = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stderr=None, check=False)
    return fetched.returncode == 0 and choice.is_here
