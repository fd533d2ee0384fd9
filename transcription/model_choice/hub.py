"""Which Whisper model is to be used, whether it is here, and how it gets here."""

import os
from pathlib import Path
from typing import NamedTuple

import psutil

from transcription.core.messages import Message
from transcription.core.model_download import download_snapshot
from transcription.model_choice.auto import BestModel, best_model
from transcription.model_choice.benchmark import Speed
from transcription.model_choice.sizes import SIZES

GIB = 1024**3
AUTO = "auto"
UNTIMED = ((8, 4, "small"), (4, 2, "base"), (0, 0, "tiny"))
"""Least memory in GiB, least cores, and the model that is comfortable with them, where speed cannot be measured."""

PATTERNS = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")
"""The files of a faster-whisper model (faster_whisper.utils.download_model)."""

SYSTRAN = ("tiny", "base", "small", "medium", "tiny.en", "base.en", "small.en", "medium.en", "large-v1", "large-v2")
"""Models whose repository is named as they are; the other ones follow."""
REPOSITORIES = {
    **{name: f"Systran/faster-whisper-{name}" for name in SYSTRAN},
    "large-v3": "Systran/faster-whisper-large-v3",
    "large": "Systran/faster-whisper-large-v3",
    "distil-large-v2": "Systran/faster-distil-whisper-large-v2",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
"""Where each model of faster-whisper's is on the hub (faster_whisper.utils): to ask it would load CTranslate2."""


class ModelChoice(NamedTuple):
    """A model: what it was asked for by, its name, the folder in which it is or will be, and why it is that one."""

    asked: str
    name: str
    folder: Path
    why: Message | None = None

    @property
    def is_folder(self) -> bool:
        """Whether the user named a folder of their own."""
        return self.asked == str(self.folder)

    @property
    def is_here(self) -> bool:
        """Whether it can be loaded. A download that was cut off leaves no model.bin in place."""
        return (self.folder / "model.bin").is_file() and (self.folder / "config.json").is_file()


def choose_model(asked: str, models: Path, speed: Speed | None) -> ModelChoice:
    """Return the model that a setting names: "auto", a folder, or a name on the hub.

    models: where downloads go. speed: of this machine, where it was measured.
    """
    if asked == AUTO:
        name, why = _best_for(speed)
        return ModelChoice(asked, name, models / name, why)
    if os.sep in asked and (asked.startswith((os.sep, ".", "~")) or Path(asked).is_dir()):
        folder = Path(asked).expanduser()
        return ModelChoice(str(folder), folder.name, folder)
    return ModelChoice(asked, asked, models / asked.replace("/", "--"))


def _best_for(speed: Speed | None) -> BestModel:
    memory = psutil.virtual_memory().total
    if speed:
        return best_model(speed, memory)
    cores = os.cpu_count() or 1
    name = next(
        name for least_memory, least_cores, name in UNTIMED if memory >= least_memory * GIB and cores >= least_cores
    )
    return BestModel(name, Message("auto_untimed", {"cores": cores, "memory": round(memory / GIB)}))


def usable_model(choice: ModelChoice, models: Path) -> ModelChoice:
    """Return the model to use: the chosen one, or until `auto`'s is here the one that is nearest to it, if any is."""
    if choice.is_here or choice.asked != AUTO:
        return choice
    names = list(SIZES)
    nearest = sorted(names, key=lambda name: (names.index(name) > names.index(choice.name), -names.index(name)))
    others = (ModelChoice(AUTO, name, models / name) for name in nearest)
    other = next((other for other in others if other.is_here), None)
    if other is None:
        return choice
    return other._replace(why=Message("auto_other_suits_better", {"better": choice.name}))


def model_problem(choice: ModelChoice, *, offline: bool, named: bool = False) -> Message | None:
    """Return what is missing and what to do, or None where the model is here.

    named: whether it is another model than the settings name.
    """
    if choice.is_here:
        return None
    if choice.is_folder:
        return Message("model_folder_empty", {"folder": str(choice.folder)})
    if offline:
        return Message("model_forbidden", {"name": choice.name})
    return Message("other_model_missing" if named else "model_missing", {"name": choice.name})


def download_model(choice: ModelChoice) -> bool:
    """Fetch the model, showing megabytes, from where an earlier attempt ended. Returns whether it is here now."""
    repository = REPOSITORIES.get(choice.name, choice.name)
    return download_snapshot(repository, choice.folder, PATTERNS) and choice.is_here
