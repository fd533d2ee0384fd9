"""From a recording of unknown make to samples, by way of a child process that can do no harm."""

import json
import multiprocessing
import time
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from os import dup
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from transcription.words import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHILD = "transcription.decoding.child"
START_SECONDS = 30.0
"""How long the child may take before its first frame, the forkserver's own start included, and between any two."""
PER_AUDIO_SECOND = 0.2
"""Seconds of wall time that each second of audio may add; 0.03 was seen."""
MAX_FRAME = 4 * 1024**2
BYTES_PER_SAMPLE = 2


class Undecodable(Exception):
    """The recording cannot be read, and never will be; the message says why, for people."""


class ChildDied(Exception):
    """The decoding child was killed, by a limit or by what it read. Another try may go better."""


class Decoded(NamedTuple):
    """samples: float32 of shape (n,), 16 kHz mono in [-1, 1]. container_seconds: as the file says, if it does.

    playback: an AAC/MP4 copy, empty where none could be made.
    """

    samples: "NDArray[np.float32]"
    container_seconds: float | None
    decoder_errors: int
    playback: bytes

    @property
    def seconds(self) -> float:
        """How much audio could be read."""
        return len(self.samples) / SAMPLE_RATE


def decode(
    recording: BinaryIO,
    kind: str,
    *,
    max_seconds: float,
    progress: Callable[[], None] = lambda: None,
    copied: bool = True,
) -> Decoded:
    """Return the samples and the playback copy of a recording.

    kind: its container, sniffed, a key of decoding.recordings.DEMUXERS. max_seconds: of audio; more is not read.
    progress: called as samples come in. copied: whether to make a playback copy. Raises Undecodable or ChildDied.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([CHILD])
    ours, theirs = context.Pipe(duplex=False)
    handed_over = Connection(dup(recording.fileno()), writable=False)
    child = context.Process(target=_in_child, args=(handed_over, theirs, kind), daemon=True)
    child.start()
    theirs.close()
    handed_over.close()
    try:
        return _listen(ours, max_seconds, progress, copied=copied)
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def _in_child(recording: Connection, out: Connection, kind: str) -> None:
    # By name, for only the child and the server it is forked from are to load PyAV.
    import_module(CHILD).decode(recording, out, kind)


def _listen(out: Connection, max_seconds: float, progress: Callable[[], None], *, copied: bool) -> Decoded:
    arrived = _Arrived(max_seconds)
    begun = time.monotonic()
    while not (arrived.is_whole or (arrived.measured and not copied)):
        in_time = time.monotonic() - begun < START_SECONDS + arrived.seconds * PER_AUDIO_SECOND
        try:
            frame = out.recv_bytes(MAX_FRAME) if in_time and out.poll(START_SECONDS) else b""
        except (EOFError, OSError):  # it died, or sent what it never should
            frame = b""
        if not frame and not arrived.measured:
            raise ChildDied("the decoder died or took too long")
        if not frame:
            arrived.playback.clear()  # the words are what matters: without a copy the original is played
            break
        arrived.take(frame)
        progress()
    return arrived.decoded()


class _Arrived:
    """What the child has sent so far."""

    def __init__(self, max_seconds: float) -> None:
        self.max_seconds = max_seconds
        self.pcm, self.playback = bytearray(), bytearray()
        self.measured, self.is_whole = b"", False

    @property
    def seconds(self) -> float:
        """How much audio has arrived."""
        return len(self.pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE

    def take(self, frame: bytes) -> None:
        """Take one frame: a tag of decoding.child's, and what it announces. Raises Undecodable."""
        match frame[:1]:
            case b"P":
                self.pcm += memoryview(frame)[1:]
            case b"M":
                self.measured = frame[1:]
            case b"C":
                self.playback += memoryview(frame)[1:]
            case b"R":
                raise Undecodable(f"It could not be read as audio ({frame[1:].decode(errors='replace')[:60]}).")
            case b"D":
                self.is_whole = True
        if self.seconds > self.max_seconds:
            raise Undecodable(f"It holds more than the {self.max_seconds / 3600:.3g} hours of sound that are read.")

    def decoded(self) -> Decoded:
        """Return it as samples."""
        import numpy as np

        facts = json.loads(self.measured)
        samples = np.frombuffer(self.pcm, dtype="<i2").astype(np.float32)
        samples /= 32768  # in place: four hours are a gigabyte
        return Decoded(samples, facts["container_seconds"], facts["decoder_errors"], bytes(self.playback))
