"""The process that reads files of strangers. It holds one open file and one pipe, and has given up everything else.

It is forked from a server that has imported this module and PyAV, and nothing that knows of users or of the database.
What it sends is framed: one byte that says what follows, then the content (see the tags). Nothing in it is unpickled.
"""

import contextlib
import ctypes
import io
import json
import os
import resource
import signal
import sys
import wave
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import NamedTuple

import av
import numpy as np

from transcription.core.decoding import playback, repair, truncation
from transcription.core.decoding.containers import (
    DEMUXERS,
    Recording,
    TooCoarse,
    UnknownCodec,
    announced,
    frames,
    mended,
    new_tally,
    open_container,
    unknown_tracks,
)
from transcription.core.decoding.mixing import Mixer
from transcription.core.decoding.peaks import PeakMeter
from transcription.core.decoding.voice import hear_voice
from transcription.core.words import SAMPLE_RATE

MESSAGE_BYTES = 1024 * 1024
"""Bytes of sound in one message: a frame may hold minutes."""
GATHERED_BYTES = 16 * 1024
"""Bytes of sound that are sent at once, half a second: a message a frame would be a million of them."""
PCM, PEAKS, MEASURED, PLAYBACK, ALIVE, DONE, REASON = b"P", b"K", b"M", b"C", b"A", b"D", b"R"

CHUNK_BYTES = 1 << 20
MALLOPT_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""
CODECS = ("opus", "vorbis", "aac", "mp3float", "flac", "pcm_s16le", "alac", "amrnb")

Send = Callable[[bytes], None]


class Limits(NamedTuple):
    """What the child may use. memory: bytes of address space. cpu: seconds, fewer than its parent waits (decode.py)."""

    memory: int = 512 * 1024**2
    cpu: int = 1800

    @classmethod
    def reading(cls, size: int) -> "Limits":
        """Return those for a file of so many bytes: a little, and more in proportion for what may hold hours."""
        return cls(cpu=min(cls().cpu, 15 + size // 10_000))


def give_up_everything(limits: Limits) -> None:
    """Set the limits that make an exploited decoder harmless: no file, no socket, no growth, no core dump.

    A service that is told to end lets its decoders end by themselves: who dies of it would count as killed by its file.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)  # FFmpeg's complaints may quote what a file says of itself
    if sys.platform != "darwin":  # there the address space cannot be limited
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    # By SIGXCPU, the soft one, its parent knows it; what follows is SIGKILL, as for any other reason.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 5))
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NOFILE):
        resource.setrlimit(what, (0, 0))


def send_decoded(recording: Connection, out: Connection, kind: str, copied: bool) -> None:
    """Send the recording as 16 kHz mono s16 PCM, then its peaks and what was measured, then its playback copy."""
    original, demuxer = io.FileIO(recording.fileno(), closefd=False), DEMUXERS[kind]
    give_up_everything(Limits.reading(truncation.size_of(original)))
    try:
        file = mended(original, demuxer)
        mixer = Mixer()
        loudness = playback.Loudness() if copied else None
        gain = _send_pcm(
            file, out.send_bytes, demuxer, mixer, loudness, breaks_off=repair.breaks_off(original, demuxer)
        )
    except Exception as error:  # noqa: BLE001 - whatever a file leads to is a verdict on it, and no death
        out.send_bytes(REASON + _reason(error, original, demuxer))
        return
    # The words are what matters: where the copy fails, the original is played.
    with contextlib.suppress(Exception):
        if copied:
            _send_playback(file, out.send_bytes, demuxer, gain, mixer)
    out.send_bytes(DONE)


def _reason(error: Exception, file: Recording, demuxer: str) -> bytes:
    """Return which of the REASONS in decode.py it is."""
    if isinstance(error, MemoryError):
        return b"memory"
    if isinstance(error, IndexError):
        return b"no sound"
    if isinstance(error, TooCoarse):
        return b"coarse"
    if isinstance(error, UnknownCodec):
        return b"codec"
    return b"no list" if repair.lacks_list(file, demuxer) else b"bytes"


def _send_pcm(
    file: Recording,
    send: Send,
    demuxer: str,
    mixer: Mixer,
    loudness: playback.Loudness | None = None,
    *,
    breaks_off: bool = False,
) -> float:
    """Return the gain in dB that brings the recording to the playback copy's loudness, where that is measured."""
    gathered, meter = bytearray(), PeakMeter()
    with open_container(file, demuxer) as container:
        says = announced(container, file)
        tallies, unknown = new_tally(container), unknown_tracks(container)
        for frame in frames(container, SAMPLE_RATE, tallies, mixer):
            pcm = bytes(frame.planes[0])[: frame.samples * 2]
            gathered += pcm
            while len(gathered) >= GATHERED_BYTES:
                send(PCM + gathered[:MESSAGE_BYTES])
                meter.feed(gathered[:MESSAGE_BYTES])
                del gathered[:MESSAGE_BYTES]
            if loudness:
                loudness.feed(frame)
    if gathered:
        send(PCM + gathered)
        meter.feed(gathered)
    _send_in_chunks(send, PEAKS, meter.close())
    is_cut = breaks_off or truncation.is_cut(file, demuxer, tallies.last)
    found = tallies.result(says, truncation.sound_bytes(file), truncation.missing_share(file, demuxer), is_cut=is_cut)
    found = found._replace(
        unheard_tracks=unknown + tallies.refused, left_out=len(mixer.left_out), inverted=len(mixer.inverted)
    )
    send(MEASURED + json.dumps(found._asdict()).encode())
    return loudness.close() if loudness else 0.0


def _send_playback(file: Recording, send: Send, demuxer: str, gain: float, mixer: Mixer) -> None:
    content = playback.playback_copy(file, demuxer, gain, mixer, still_alive=lambda: send(ALIVE)).getbuffer()
    _send_in_chunks(send, PLAYBACK, content)


def _send_in_chunks(send: Send, tag: bytes, content: bytes | memoryview) -> None:
    for start in range(0, len(content), CHUNK_BYTES):
        send(tag + bytes(content[start : start + CHUNK_BYTES]))


def _keep_one_heap() -> None:
    """Let glibc make no heap beside the first: each takes 64 MB of the address space that a child may have.

    A thread of the ONNX Runtime wakes up now and then, and whoever allocates just then gets a heap of its own.
    """
    with contextlib.suppress(AttributeError):  # macOS and musl have nothing of the kind
        ctypes.CDLL(None).mallopt(MALLOPT_ARENA_MAX, 1)


def _rehearse() -> None:
    """Decode a moment of silence in the server: whatever is loaded late is loaded before the files are given up."""
    for codec in CODECS:
        av.CodecContext.create(codec, "r")
    hear_voice(np.zeros(SAMPLE_RATE, np.float32))
    for channels in (1, 2):
        silence, mixer = io.BytesIO(), Mixer()
        with wave.open(silence, "wb") as recording:
            recording.setparams((channels, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
            recording.writeframes(bytes(channels * SAMPLE_RATE))
        _send_pcm(silence, lambda _: None, "wav", mixer, playback.Loudness())
        _send_playback(silence, lambda _: None, "wav", 0.0, mixer)


_keep_one_heap()
_rehearse()
