"""The process that reads files of strangers. It holds one open file and one pipe, and has given up everything else.

It is forked from a server that has imported this module and PyAV, and nothing that knows of users or of the database.
What it sends is framed: one byte that says what follows, then the content (see the tags). Nothing in it is unpickled.
"""

import contextlib
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
from av.error import FFmpegError

from transcription.decoding import playback
from transcription.decoding.recordings import DEMUXERS, Recording, frames, opened
from transcription.words import SAMPLE_RATE

MOST_SENT = 1024 * 1024
"""Bytes of sound in one message: a frame may hold minutes."""
PCM, MEASURED, PLAYBACK, ALIVE, DONE, REASON = b"P", b"M", b"C", b"A", b"D", b"R"

CHUNK = 1 << 20
CODECS = ("opus", "vorbis", "aac", "mp3float", "flac", "pcm_s16le", "alac", "amrnb")
UNREADABLE = (FFmpegError, MemoryError, ValueError, IndexError)
"""What opening and decoding raise; IndexError where there is no audio stream."""

Send = Callable[[bytes], None]


class Limits(NamedTuple):
    """What the child may use. memory: bytes of address space. cpu: seconds."""

    memory: int = 512 * 1024**2
    cpu: int = 1800


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
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu))
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NOFILE):
        resource.setrlimit(what, (0, 0))


def decode(recording: Connection, out: Connection, kind: str) -> None:
    """Send the recording as 16 kHz mono s16 PCM, then what was measured on the way, then its playback copy."""
    give_up_everything(Limits())
    file = io.FileIO(recording.fileno(), closefd=False)
    try:
        gain = _send_pcm(file, out.send_bytes, DEMUXERS[kind])
    except UNREADABLE as error:
        out.send_bytes(REASON + type(error).__name__.encode())
        return
    # The words are what matters: where the copy fails, the original is played.
    with contextlib.suppress(*UNREADABLE):
        _send_playback(file, out.send_bytes, DEMUXERS[kind], gain)
    out.send_bytes(DONE)


def _send_pcm(file: Recording, send: Send, demuxer: str) -> float:
    """Return the gain in dB that brings the recording to the playback copy's loudness."""
    loudness, errors = playback.Loudness(), 0
    with opened(file, demuxer) as container:
        for frame in frames(container, "s16", SAMPLE_RATE):
            if frame is None:
                errors += 1
                continue
            pcm = bytes(frame.planes[0])[: frame.samples * 2]
            for start in range(0, len(pcm), MOST_SENT):
                send(PCM + pcm[start : start + MOST_SENT])
            loudness.hear(frame)
        seconds = container.duration / av.time_base if container.duration else None
    send(MEASURED + json.dumps({"container_seconds": seconds, "decoder_errors": errors}).encode())
    return loudness.gain()


def _send_playback(file: Recording, send: Send, demuxer: str, gain: float) -> None:
    content = playback.made_from(file, demuxer, gain, still_alive=lambda: send(ALIVE)).getbuffer()
    for start in range(0, len(content), CHUNK):
        send(PLAYBACK + content[start : start + CHUNK].tobytes())


def _rehearse() -> None:
    """Decode a moment of silence in the server: whatever is loaded late is loaded before the files are given up."""
    for codec in CODECS:
        av.CodecContext.create(codec, "r")
    silence = io.BytesIO()
    with wave.open(silence, "wb") as recording:
        recording.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        recording.writeframes(bytes(SAMPLE_RATE))
    _send_pcm(silence, lambda _: None, "wav")
    _send_playback(silence, lambda _: None, "wav", 0.0)


_rehearse()
