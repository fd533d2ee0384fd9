"""Plain faster-whisper, beside which ours is held: what it heard is kept by model and sound."""

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import ctranslate2
import faster_whisper
from faster_whisper import WhisperModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WAYS: Mapping[str, Mapping[str, Any]] = MappingProxyType({"plain": {}, "plain, VAD": {"vad_filter": True}})
"""How it is called: as by default, and with its own VAD."""
SEED = 1
"""Of what it samples at temperatures above 0: by itself it says something else each time."""
HASHED_BYTES = 2**20
KEPT_EVERY = 20


class Hearing(NamedTuple):
    """What was heard. cpu: seconds of all threads. is_kept: whether it is from an earlier run, its time too."""

    text: str
    language: str
    cpu: float
    is_marked: bool = False
    is_kept: bool = False


class PlainWhisper:
    """A model as faster-whisper alone hears by it, in one thread."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """Load the model. cache: the folder in which what it heard is kept."""
        self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
        versions = f"{faster_whisper.__version__}-{ctranslate2.__version__}"
        self._file = cache / f"plain-whisper-{_digest_of_file(folder / 'model.bin')[:16]}-{versions}.json"
        self._kept: dict[str, list[Any]] = json.loads(self._file.read_text()) if self._file.is_file() else {}
        self._new = 0

    def hear(self, samples: "NDArray[np.float32]", way: str, language: str | None) -> Hearing:
        """Return what it hears, kept or anew."""
        key = f"{way} {language} {hashlib.sha256(samples.tobytes()).hexdigest()[:32]}"
        if kept := self._kept.get(key):
            text, heard_language, cpu = kept
            return Hearing(text, heard_language, cpu, is_kept=True)
        ctranslate2.set_random_seed(SEED)
        begun = time.process_time()
        segments, info = self._model.transcribe(samples, language=language, **WAYS[way])
        text = "".join(segment.text for segment in segments)
        heard = Hearing(text, info.language, time.process_time() - begun)
        self._kept[key] = [heard.text, heard.language, heard.cpu]
        self._new += 1
        if self._new % KEPT_EVERY == 0:
            self.keep()
        return heard

    def keep(self) -> None:
        """Write down what was heard so far."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(self._kept))
        part.replace(self._file)


def _digest_of_file(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(HASHED_BYTES):
            digest.update(piece)
    return digest.hexdigest()
