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

CHILD = "transcription.decoding_child"
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
    recording: BinaryIO, kind: str, *, max_seconds: float, progress: Callable[[], None] = lambda: None
) -> Decoded:
    """Return the samples and the playback copy of a recording.

    kind: its container, sniffed, a key of decoding_child.DEMUXERS. max_seconds: of audio; more is not read.
    progress: called as samples come in. Raises Undecodable or ChildDied.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([CHILD])
    ours, theirs = context.Pipe(duplex=False)
    handed_over = Connection(dup(recording.fileno()), writable=False)
    # By name and late: it brings PyAV, which the web processes never need.
    in_child = import_module(CHILD)
    arguments = (handed_over, theirs, kind, in_child.Limits())
    child = context.Process(target=in_child.decode, args=arguments, daemon=True)
    child.start()
    theirs.close()
    handed_over.close()
    try:
        return _listen(ours, max_seconds, progress)
    except EOFError:
        child.join(1)
        raise ChildDied(f"the decoder died (exit code {child.exitcode})") from None
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def _listen(out: Connection, max_seconds: float, progress: Callable[[], None]) -> Decoded:
    pcm, playback, measured = bytearray(), bytearray(), b""
    begun = time.monotonic()
    while True:
        seconds = len(pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE
        if time.monotonic() - begun > START_SECONDS + seconds * PER_AUDIO_SECOND or not out.poll(START_SECONDS):
            if measured:
                return _decoded(pcm, b"", measured)
            raise ChildDied("the decoder took too long")
        try:
            frame = out.recv_bytes(MAX_FRAME)
        except EOFError:
            if measured:
                return _decoded(pcm, b"", measured)
            raise
        match frame[:1]:
            case b"P":
                pcm += memoryview(frame)[1:]
                progress()
                if len(pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE > max_seconds:
                    raise Undecodable(f"It holds more than the {max_seconds / 3600:.0f} hours of sound that are read.")
            case b"M":
                measured = frame[1:]
            case b"C":
                playback += memoryview(frame)[1:]
            case b"R":
                raise Undecodable(f"It could not be read as audio ({frame[1:].decode(errors='replace')[:60]}).")
            case b"D":
                return _decoded(pcm, bytes(playback), measured)


def _decoded(pcm: bytearray, playback: bytes, measured: bytes) -> Decoded:
    import numpy as np

    facts = json.loads(measured)
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768
    return Decoded(samples, facts["container_seconds"], facts["decoder_errors"], playback)
