"""Ways in which a decoding child may end, each in place of transcription.audio's own function for it."""

import os
import signal
from multiprocessing.connection import Connection
from typing import Any

from transcription.decoding import child

CPU_SECONDS = 1


def spin(_recording: Connection, _out: Connection, _kind: str) -> None:
    """Work for ever, and come to nothing."""
    child.give_up_everything(child.Limits(cpu=CPU_SECONDS))
    while True:
        sum(range(1000))


def swell(recording: Connection, out: Connection, kind: str) -> None:
    """Ask for more memory than there may be, on the way through the recording."""
    child.__dict__["_send_pcm"] = _allocate
    child.decode(recording, out, kind)


def _allocate(*_: Any, **__: Any) -> float:
    return float(len(bytearray(1024**3)))


def stumble(recording: Connection, out: Connection, kind: str) -> None:
    """Meet with what nobody thought of."""
    child.__dict__["_send_pcm"] = _nobody_thought_of
    child.decode(recording, out, kind)


def _nobody_thought_of(*_: Any, **__: Any) -> float:
    raise AttributeError


def crash(_recording: Connection, _out: Connection, _kind: str) -> None:
    """Die as of a fault in a decoder's own code."""
    child.give_up_everything(child.Limits())
    os.kill(os.getpid(), signal.SIGSEGV)
