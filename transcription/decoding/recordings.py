"""Opening recordings of unknown make, whatever is wrong with them. Runs in the child alone."""

import io
from collections.abc import Iterator
from typing import cast

import av
from av.audio import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.error import FFmpegError

Recording = io.RawIOBase | io.BytesIO

DEMUXERS = {
    "ogg": "ogg",
    "webm": "matroska",
    "mp4": "mov",
    "mp3": "mp3",
    "flac": "flac",
    "wav": "wav",
    "aac": "aac",
    "caf": "caf",
    "amr": "amr",
    "aiff": "aiff",
}
"""The one demuxer that may read each kind. Left to guess, FFmpeg follows playlists to other files and addresses."""


def opened(file: Recording, demuxer: str) -> InputContainer:
    """Open a recording with its one demuxer. Raises FFmpegError where that cannot read it."""
    file.seek(0)
    return cast("InputContainer", av.open(file, format=demuxer, metadata_errors="ignore"))


def frames(container: InputContainer, sample_format: str, rate: int) -> Iterator[AudioFrame | None]:
    """Yield mono frames of the first audio stream, and None for each packet that could not be decoded.

    A stream may change its own format midway; the resampler is made anew for what follows. Raises IndexError where
    there is no audio stream.
    """
    resampler, shape = None, None
    packets = container.demux(container.streams.audio[0])
    while True:
        try:
            decoded = next(packets).decode()
        except StopIteration:
            break
        except MemoryError:
            raise
        except FFmpegError:
            yield None
            continue
        for frame in decoded:
            if shape != (frame.format.name, frame.layout.name, frame.sample_rate):
                yield from resampler.resample(None) if resampler else ()
                resampler = AudioResampler(format=sample_format, layout="mono", rate=rate)
                shape = (frame.format.name, frame.layout.name, frame.sample_rate)
            frame.pts = None
            yield from resampler.resample(frame) if resampler else ()
    yield from resampler.resample(None) if resampler else ()
