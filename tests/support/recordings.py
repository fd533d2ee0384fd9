"""Recordings for tests: sample memos received as if by a phone, and files made for one purpose."""

import io
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream

from capture.models import Device, Memo, Source
from capture.services.ingest import Sent, ingest_recording
from capture.storage.filesystem import ensure_audio_folder
from capture.storage.incoming import open_incoming
from capture.storage.protocol import playback_path_of
from config.demo.sample_memos import MEMOS


def speak(device: Device, name: str, *, client_id: str | None = None) -> Memo:
    """Let a device send a sample memo, and return what was kept."""
    return send(device, (MEMOS / name).read_bytes(), client_id=client_id or name)


def send(device: Device, content: bytes, *, client_id: str) -> Memo:
    """Let a device send these bytes, and return what was kept."""
    with open_incoming() as arriving:
        arriving.write(content)
        ingest_recording(device.user, device, Source.API, arriving, Sent(client_id=client_id))
    return Memo.objects.get(user=device.user, client_id=client_id)


def audio_path(memo: Memo) -> Path:
    """Return where the original lies in the data folder."""
    return ensure_audio_folder() / memo.path


def playback_path(memo: Memo) -> Path:
    """Return where its playback copy lies, or will lie."""
    return ensure_audio_folder() / playback_path_of(memo.path)


def made(
    seconds: float,
    codec: str,
    container: str,
    *,
    rate: int = 48_000,
    layout: str = "mono",
    loudness: float = 0.1,
    swells: bool = False,
    options: dict[str, str] | None = None,
) -> bytes:
    """Return a tone in a container. loudness: its peak, in [0, 1]. options: the muxer's.

    swells: it comes and goes as a voice does, so that it may hold one: what is steady for long is passed over.
    """
    out = io.BytesIO()
    with av.open(out, "w", format=container, options=options or {}) as file:
        stream = cast("AudioStream", file.add_stream(codec, rate=rate, layout=layout))
        times = np.arange(int(seconds * rate)) / rate
        level = 0.6 + 0.4 * np.sin(np.pi * times) if swells else 1.0
        tone = (loudness * level * np.sin(2 * np.pi * 220 * times) * 32767).astype(np.int16)
        interleaved = np.repeat(tone, 2) if layout == "stereo" else tone
        frame = av.AudioFrame.from_ndarray(interleaved.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format.name, layout, rate, frame_size=stream.frame_size or 0)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return out.getvalue()


def sample(name: str) -> Path:
    """Return where a sample memo lies."""
    return MEMOS / name
