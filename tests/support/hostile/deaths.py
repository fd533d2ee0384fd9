"""Ways in which a decoding child may end, each in place of transcription.core.decoding.decode's own function for it."""

import json
import math
import os
import signal
from multiprocessing.connection import Connection
from typing import Any

from transcription.core.decoding import sandbox
from transcription.core.decoding.integrity import Integrity

CPU_SECONDS = 1


def spin(_recording: Connection, _out: Connection, _kind: str, _copied: bool) -> None:
    """Work for ever, and come to nothing."""
    sandbox.give_up_everything(sandbox.Limits(cpu=CPU_SECONDS))
    while True:
        sum(range(1000))


def swell(recording: Connection, out: Connection, kind: str, copied: bool) -> None:
    """Ask for more memory than there may be, on the way through the recording."""
    sandbox.__dict__["_send_pcm"] = _allocate
    sandbox.send_decoded(recording, out, kind, copied)


def _allocate(*_: Any, **__: Any) -> float:
    return float(len(bytearray(1024**3)))


def stumble(recording: Connection, out: Connection, kind: str, copied: bool) -> None:
    """Meet with what nobody thought of."""
    sandbox.__dict__["_send_pcm"] = _nobody_thought_of
    sandbox.send_decoded(recording, out, kind, copied)


def _nobody_thought_of(*_: Any, **__: Any) -> float:
    raise AttributeError


def lie(_recording: Connection, out: Connection, _kind: str, _copied: bool) -> None:
    """Say of the recording what nobody measured."""
    for what in (b"P" + bytes(3), b'M{"container_seconds": [], "__class__": 1}', b"D"):
        out.send_bytes(what)


def boast(_recording: Connection, out: Connection, _kind: str, _copied: bool) -> None:
    """Say in the right form what cannot be."""
    facts = Integrity(math.nan, 1.0, 1.0, 0, is_cut=False)
    for what in (b"P" + bytes(2), b"M" + json.dumps(facts._asdict()).encode(), b"D"):
        out.send_bytes(what)


def swamp(_recording: Connection, out: Connection, _kind: str, _copied: bool) -> None:
    """Send a copy that never ends."""
    while True:
        out.send_bytes(b"C" + bytes(1 << 20))


def crash(_recording: Connection, _out: Connection, _kind: str, _copied: bool) -> None:
    """Die as of a fault in a decoder's own code."""
    sandbox.give_up_everything(sandbox.Limits())
    os.kill(os.getpid(), signal.SIGSEGV)
