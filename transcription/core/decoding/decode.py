"""Decode recordings of unknown make to samples, in a child process that can do no harm."""

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import psutil

from transcription.core.decoding.forkserver import Child
from transcription.core.decoding.integrity import Integrity
from transcription.core.decoding.peaks import PEAKS_PER_SECOND
from transcription.core.decoding.spool import Sound, Spool
from transcription.core.messages import Message
from transcription.core.slicing import to_float
from transcription.core.words import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHILD = "transcription.core.decoding.sandbox"
START_SECONDS = 22.0
"""Seconds of processor time that the child may need at all, and what follows from its sound. On a busy machine they
take long, and no recording is to blame for that."""
CPU_SECONDS_PER_AUDIO_SECOND = 0.2
"""Seconds of processor time that each second of audio may add; 0.03 was seen."""
BYTES_PER_AUDIO_SECOND = 2000
"""For how much sound a file of a size is given time; with fewer bytes it hardly holds speech. A file of 80 KB that
announces days has its verdict within half a minute of work."""
LOOK_SECONDS = 0.5
"""Seconds after which it is looked at how much the child has worked."""
IDLE_SECONDS = 180.0
"""Seconds of wall time in which a child that neither sends nor works is given up."""
READABLE_GAP_SECONDS = 0.25
"""Seconds by which container and decoder may differ in an undamaged file: codec delay and padding."""
MAX_FRAME_BYTES = 4 * 1024**2
MAX_PLAYBACK_BYTES = 100_000
"""Bytes of the playback copy that there may be, and that each second of audio may add; it has 6,000."""
BYTES_PER_SAMPLE = 2
REASONS = {
    b"bytes": Message("unreadable_bytes"),
    b"no list": Message("unreadable_no_list"),
    b"no sound": Message("unreadable_no_sound"),
    b"coarse": Message("unreadable_coarse"),
    b"codec": Message("unreadable_codec"),
    b"memory": Message("unreadable_memory"),
    b"time": Message("unreadable_time"),
    b"nothing": Message("unreadable_nothing"),
}
"""What the child may say, or is seen of it, and what is the matter then."""
MAX_DECODER_DEATHS = 3
"""Deaths of the decoding child after which a recording is not read again."""
ENDS_WITHIN_SECONDS = 2.0
"""Seconds between the end of its pipe and the word of how it ended."""


class Undecodable(Exception):
    """The recording cannot be read, and never will be; the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class ChildDied(Exception):
    """The decoding child was killed by what it read, or used more time than it may. Another try may go better.

    why: "decoder_died", or "decoder_nonsense" where it sent what none does.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.message = Message(why)


class Decoded(NamedTuple):
    """sound: 16 kHz mono, read in slices. copy: for playback, AAC in MP4, or empty. peaks: see `peaks`.

    The rest says how whole the recording is: see transcription.core.decoding.integrity.Integrity.
    """

    sound: Sound
    container_seconds: float | None
    decoder_errors: int
    copy: Spool
    readable_seconds: float
    whole_seconds: float
    is_cut: bool
    unheard_tracks: int = 0
    left_out: int = 0
    inverted: int = 0
    peaks: bytes = b""

    @property
    def seconds(self) -> float:
        """How much sound there is, what stands for holes included."""
        return len(self.sound) / SAMPLE_RATE

    @property
    def samples(self) -> "NDArray[np.float32]":
        """All samples of a short recording at once, float32 of shape (n,), in [-1, 1]."""
        return to_float(self.sound[:])

    @property
    def playback(self) -> bytes:
        """All bytes of the copy."""
        return self.copy.read(0, len(self.copy))

    @property
    def damage(self) -> list[Message]:
        """What is damaged in a recording that could not be read whole; a missing duration is no damage."""
        read, whole = self.readable_seconds, self.whole_seconds
        if whole - read > READABLE_GAP_SECONDS:
            digits = int(whole - read < 1)
            return [Message("damaged_partly", {"read": f"{read:.{digits}f}", "whole": f"{whole:.{digits}f}"})]
        if self.is_cut:
            return [Message("damaged_end", {"read": f"{read:.0f}"})]
        return [Message("damaged_parts", {"read": f"{read:.0f}"})] if self.decoder_errors else []

    @property
    def notes(self) -> list[Message]:
        """What is worth knowing of how it was heard, beside damage: tracks and channels that were not, or turned."""
        notes = [
            (self.unheard_tracks, Message("tracks_unheard", {"count": self.unheard_tracks})),
            (self.left_out, Message("channels_left_out", {"count": self.left_out})),
            (self.inverted, Message("channels_inverted")),
        ]
        return [note for count, note in notes if count]


def decode(
    recording: BinaryIO,
    kind: str,
    *,
    max_seconds: float,
    progress: Callable[[], None] = lambda: None,
    copied: bool = True,
    folder: Path | None = None,
) -> Decoded:
    """Return the samples and the playback copy of a recording.

    kind: its container, sniffed, a key of DEMUXERS in containers.py. max_seconds: of audio; more is not read.
    progress: called as samples come in, and while the child works. copied: whether to make a playback copy. folder:
    for what is too long for memory. Raises Undecodable or ChildDied.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([CHILD])
    ours, theirs = context.Pipe(duplex=False)
    handed_over = Connection(os.dup(recording.fileno()), writable=False)
    child = Child(target=_in_child, args=(handed_over, theirs, kind, copied), daemon=True)
    child.start()
    theirs.close()
    handed_over.close()
    try:
        arrived = _Arrived(max_seconds, os.fstat(recording.fileno()).st_size, folder)
        return _receive_frames(ours, arrived, _Work(child.pid or 0), progress, copied=copied)
    except ChildDied:
        if ours.poll():  # the end of its pipe: it is about to end, or has ended
            child.join(ENDS_WITHIN_SECONDS)
        if child.exitcode == -signal.SIGXCPU:  # its own limit: another try would end the same
            raise Undecodable(REASONS[b"time"]) from None
        raise
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def _in_child(recording: Connection, out: Connection, kind: str, copied: bool) -> None:
    # By name, for only the child and the server it is forked from are to load PyAV.
    import_module(CHILD).send_decoded(recording, out, kind, copied)


def _receive_frames(
    out: Connection, arrived: "_Arrived", work: "_Work", progress: Callable[[], None], *, copied: bool
) -> Decoded:
    while not (arrived.has_ended or (arrived.measured and not copied)):
        frame = _next_frame(out, arrived, work, progress)
        if not frame and not arrived.measured:
            raise ChildDied("decoder_died")
        if not frame:
            arrived.playback.clear()  # the words are what matters: without a copy the original is played
            break
        arrived.take(frame)
        progress()
    return arrived.decoded()


def _next_frame(out: Connection, arrived: "_Arrived", work: "_Work", progress: Callable[[], None]) -> bytes:
    """Return what the child sends next, or nothing where it died, worked more than it may, or does nothing at all."""
    while work.goes_on(arrived.allowed_seconds):
        try:
            if out.poll(LOOK_SECONDS):
                work.note_arrival()
                return out.recv_bytes(MAX_FRAME_BYTES)
        except (EOFError, OSError):  # it died, or sent what it never should
            break
        progress()
    return b""


class _Work:
    """How much processor time a child has used, looked at now and then."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._used, self._looked_at, self._moved_at = 0.0, 0.0, time.monotonic()

    def note_arrival(self) -> None:
        """Note that something came."""
        self._moved_at = time.monotonic()

    def goes_on(self, allowed: float) -> bool:
        """Return whether the child has used less than it may, and works, or sent something not long ago."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            used = self._seconds()
            if used > self._used:
                self._used, self._moved_at = used, now
        return self._used < allowed and now - self._moved_at < IDLE_SECONDS

    def _seconds(self) -> float:
        try:
            times = psutil.Process(self._pid).cpu_times()
        except psutil.Error:  # it has ended: the pipe tells the rest
            return self._used
        return float(times.user + times.system)


class _Arrived:
    """What the child has sent so far."""

    def __init__(self, max_seconds: float, file_bytes: int, folder: Path | None) -> None:
        self.max_seconds, self.file_bytes = max_seconds, file_bytes
        self.pcm, self.playback = Spool(folder), Spool(folder)
        self.measured, self.has_ended = b"", False
        self.peaks = bytearray()

    @property
    def seconds(self) -> float:
        """How much audio has arrived."""
        return len(self.pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE

    @property
    def allowed_seconds(self) -> float:
        """How much processor time the child may have used by now."""
        return START_SECONDS + CPU_SECONDS_PER_AUDIO_SECOND * min(
            self.seconds, self.file_bytes / BYTES_PER_AUDIO_SECOND
        )

    def take(self, frame: bytes) -> None:
        """Take one frame: a tag of the sandbox's, and what it announces. Raises Undecodable."""
        match frame[:1]:
            case b"P":
                self.pcm.append(memoryview(frame)[1:])
            case b"K":
                self.peaks += memoryview(frame)[1:]
                if len(self.peaks) > PEAKS_PER_SECOND * self.seconds + 1:
                    raise ChildDied("decoder_nonsense")
            case b"M":
                self.measured = frame[1:]
            case b"C":
                self.playback.append(memoryview(frame)[1:])
                if len(self.playback) > MAX_PLAYBACK_BYTES * (1 + self.seconds):
                    raise ChildDied("decoder_nonsense")
            case b"R":
                raise Undecodable(REASONS.get(frame[1:], REASONS[b"bytes"]))
            case b"D":
                self.has_ended = True
        if self.seconds > self.max_seconds:
            raise Undecodable(Message("too_long", {"hours": f"{self.max_seconds / 3600:.3g}"}))

    def decoded(self) -> Decoded:
        """Return what arrived as samples. Raises Undecodable, or ChildDied where that is not what a child sends."""
        try:
            facts = Integrity(**json.loads(self.measured)).checked()
        except (ValueError, TypeError, RecursionError):
            raise ChildDied("decoder_nonsense") from None
        if len(self.pcm) % BYTES_PER_SAMPLE:
            raise ChildDied("decoder_nonsense")
        decoded = Decoded(Sound(self.pcm), copy=self.playback, peaks=bytes(self.peaks), **facts._asdict())
        if not len(decoded.sound) and decoded.damage:
            raise Undecodable(REASONS[b"nothing"])
        return decoded
