"""Which model `auto` is: the most exact one that hears twice as fast as people speak, in half the memory."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import psutil

from transcription.core.messages import Message, Parameter
from transcription.model_choice.benchmark import Speed
from transcription.model_choice.sizes import SIZES, SMALLEST, Size

CLIP_SECONDS, CLIP_TOKENS = 30.0, 110
"""What is timed: half a minute of speech without a pause. Of shorter clips all is less by the same share."""
MAX_WORK_FACTOR = 0.5
"""Most seconds of work for a second of audio."""
MEMORY_SHARE = 0.5
PATIENCE_SECONDS = 120
HOUSE = Path(__file__).resolve().parents[2]
GB = 1e9


class Machine(NamedTuple):
    """What a timing is true of: another machine, or one that was rebuilt, is timed anew."""

    processor: str
    cores: int
    memory_gib: int
    gpus: int
    threads: int


class BestModel(NamedTuple):
    """A model, and why it is that."""

    name: str
    why: Message


def this_machine(threads: int) -> Machine:
    """Return what this machine is. threads: processor threads that each memo gets."""
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in {"", "-1"}
    gpus = 0 if hidden else len(list(Path("/dev").glob("nvidia[0-9]*")))
    memory = round(psutil.virtual_memory().total / 1024**3)
    return Machine(_processor(), os.cpu_count() or 1, memory, gpus, threads)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:  # not Linux
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def work_factor(size: Size, speed: Speed) -> float:
    """Return the seconds of work for each second of audio. speed: of the smallest model, from which others' follow."""
    smallest = SIZES[SMALLEST]
    encoding = speed.encoding * size.encoding / smallest.encoding
    return (encoding + CLIP_TOKENS * speed.token * size.token / smallest.token) / CLIP_SECONDS


def best_model(speed: Speed, memory: float) -> BestModel:
    """Return the most exact model that is fast and small enough, or the smallest. memory: of the machine, in bytes."""
    names = [
        name
        for name, size in SIZES.items()
        if work_factor(size, speed) <= MAX_WORK_FACTOR and size.peak_bytes <= memory * MEMORY_SHARE
    ]
    name = names[-1] if names else SMALLEST
    larger = next((other for other in list(SIZES)[list(SIZES).index(name) + 1 :]), "")
    costs: dict[str, Parameter] = {"pace": _pace(name, speed), "memory": _gigabytes(name)}
    if not names:
        return BestModel(name, Message("auto_none_smaller", costs))
    if not larger:
        return BestModel(name, Message("auto_none_larger", costs))
    costs |= {"larger": larger, "larger_pace": _pace(larger, speed), "larger_memory": _gigabytes(larger)}
    return BestModel(name, Message("auto_next_larger", costs))


def _pace(name: str, speed: Speed) -> float:
    """Return how many times as fast as people speak this machine hears with a model."""
    return round(1 / work_factor(SIZES[name], speed), 1)


def _gigabytes(name: str) -> float:
    return round(SIZES[name].peak_bytes / GB, 1)


class SpeedFile:
    """The speed of this machine, kept in the data folder so that it is not taken at each start."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def speed(self) -> Speed | None:
        """Return what was measured last, if anything."""
        kept = self._kept()
        return kept and kept[0]

    def is_of(self, machine: Machine) -> bool:
        """Return whether the kept speed was measured on this machine."""
        kept = self._kept()
        return kept is not None and kept[1] == machine

    def measure(self, machine: Machine) -> bool:
        """Measure the speed and write the file; takes some seconds. Returns whether it could be measured."""
        command = [sys.executable, "-m", "transcription.model_choice.benchmark", str(machine.threads)]
        try:
            run = subprocess.run(
                command, cwd=HOUSE, capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS
            )
            speed = Speed(**json.loads(run.stdout))
            written = self.path.with_suffix(".part")
            written.write_text(json.dumps({"speed": speed._asdict(), "machine": machine._asdict()}, indent=2))
            written.replace(self.path)
        except (OSError, subprocess.SubprocessError, ValueError, TypeError):
            return False
        return True

    def _kept(self) -> tuple[Speed, Machine] | None:
        try:
            kept = json.loads(self.path.read_text())
            speed, machine = Speed(**kept["speed"]), Machine(**kept["machine"])
            is_possible = speed.encoding > 0 and speed.token > 0
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return (speed, machine) if is_possible else None
