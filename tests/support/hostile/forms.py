"""Whole recordings in every form that can be made here, of sounds that are hard to tell from damage."""

import io
import struct
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple, cast

import av
import numpy as np
from av.audio.stream import AudioStream

from tests.support.channels import SPOKEN_HZ, Samples, hissing, spoken


class Form(NamedTuple):
    """How a recording is made. kind: as it is sniffed. shape: what is done to its bytes once it is made."""

    kind: str
    codec: str
    container: str
    rate: int
    options: dict[str, str] = {}
    shape: Callable[[bytes], bytes] = bytes


ID3_HEAD = b"ID3\x03\0\0\0\0\x10\0" + bytes(2048)


def middle_lost(content: bytes, share: float) -> bytes:
    """Return the bytes with a fifth of them read as zeros. share: where they begin."""
    start, end = int(len(content) * share), int(len(content) * (share + 0.2))
    return content[:start] + bytes(end - start) + content[end:]


def joined(content: bytes) -> bytes:
    return content + content


def joined_with_tags(content: bytes) -> bytes:
    return ID3_HEAD + content + b"TAG" + bytes(125) + ID3_HEAD + content


def _renumbered(ogg: bytes, by: int) -> bytes:
    """Return an Ogg file whose pages bear another stream's number (RFC 3533, section 6: serial number, checksum)."""
    made, at = bytearray(ogg), 0
    while at < len(made):
        size = 27 + made[at + 26] + sum(made[at + 27 : at + 27 + made[at + 26]])
        (serial,) = struct.unpack_from("<I", made, at + 14)
        struct.pack_into("<II", made, at + 14, (serial + by) & 0xFFFFFFFF, struct.unpack_from("<I", made, at + 18)[0])
        struct.pack_into("<I", made, at + 22, 0)
        struct.pack_into("<I", made, at + 22, _ogg_checksum(bytes(made[at : at + size])))
        at += size
    return bytes(made)


def chained(ogg: bytes) -> bytes:
    return ogg + _renumbered(ogg, 1) + _renumbered(ogg, 2)


@cache
def _table() -> list[int]:
    table = []
    for number in range(256):
        value = number << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        table.append(value)
    return table


def _ogg_checksum(page: bytes) -> int:
    value, table = 0, _table()
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ table[value >> 24 ^ byte]
    return value


TABLE = """
wav wav 44100 pcm_s16le pcm_s24le pcm_s32le pcm_f32le pcm_f64le pcm_u8 pcm_mulaw pcm_alaw adpcm_ima_wav adpcm_ms
wav wav 8000 pcm_u8 pcm_s16le pcm_f32le pcm_mulaw pcm_alaw adpcm_ima_wav adpcm_ms adpcm_g726 adpcm_yamaha
aiff aiff 44100 pcm_s16be pcm_s24be
aiff aiff 22050 adpcm_ima_qt pcm_s16be pcm_s8 pcm_mulaw
caf caf 44100 pcm_s16le pcm_s24le alac aac adpcm_ima_qt pcm_s16be
caf caf 8000 adpcm_ima_qt pcm_mulaw pcm_alaw pcm_s8
caf caf 48000 libopus
mp4 mov 44100 pcm_s16le pcm_s24le adpcm_ima_qt alac aac pcm_mulaw
mp4 mp4 44100 alac aac
mp4 mp4 48000 flac libopus aac
webm matroska 44100 pcm_s16le pcm_s24le alac aac
webm matroska 48000 flac libopus
webm matroska 8000 flac
webm matroska 16000 flac libmp3lame
webm webm 48000 libopus
webm webm 44100 libvorbis
flac flac 8000 flac
flac flac 16000 flac
flac flac 48000 flac
ogg ogg 8000 flac
ogg ogg 16000 flac
ogg ogg 44100 libvorbis
ogg ogg 48000 libopus
mp3 mp3 8000 libmp3lame
mp3 mp3 22050 libmp3lame
mp3 mp3 44100 libmp3lame
mp3 mp3 48000 libmp3lame
aac adts 44100 aac
"""
"""The kind, the container, the rate and the codecs."""
JOINED = (
    Form("ogg", "libopus", "ogg", 48_000, {}, chained),
    Form("ogg", "flac", "ogg", 16_000, {}, chained),
    Form("ogg", "libvorbis", "ogg", 44_100, {}, chained),
    Form("mp3", "libmp3lame", "mp3", 44_100, {}, joined),
    Form("mp3", "libmp3lame", "mp3", 16_000, {"write_xing": "0"}, joined),
    Form("mp3", "libmp3lame", "mp3", 44_100, {}, joined_with_tags),
    Form("mp3", "libmp3lame", "mp3", 16_000, {"write_xing": "0"}, joined_with_tags),
    Form("aac", "aac", "adts", 16_000, {}, joined),
    Form("mp3", "aac", "adts", 16_000, {}, joined_with_tags),
)


def _forms() -> Iterator[Form]:
    for line in TABLE.split("\n"):
        kind, container, rate, *codecs = line.split() or ("", "", "0")
        yield from (Form(kind, codec, container, int(rate)) for codec in codecs)
    yield from JOINED


def _is_makeable(form: Form) -> bool:
    try:
        return bool(form_of(form, np.zeros(SPOKEN_HZ, np.float32)))
    except (av.error.FFmpegError, ValueError, RuntimeError):
        return False


def form_of(form: Form, sound: Samples) -> bytes:
    """Return a sound, at SPOKEN_HZ, in a form."""
    out = io.BytesIO()
    with av.open(out, "w", format=form.container, options=form.options) as file:
        stream = cast("AudioStream", file.add_stream(form.codec, rate=form.rate, layout="mono"))
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), "flt", "mono")
        frame.sample_rate = SPOKEN_HZ
        size = stream.codec_context.frame_size or 0
        resampler = av.AudioResampler(stream.format.name, "mono", form.rate, frame_size=size)
        for one in (*resampler.resample(frame), *resampler.resample(None)):
            file.mux(stream.encode(one))
        file.mux(stream.encode(None))
    return form.shape(out.getvalue())


@cache
def forms() -> dict[str, Form]:
    """Return the forms that the encoders of this machine can make, by their names."""
    named = {
        f"{one.codec} in {one.container}, {one.rate} Hz{' '.join(['', *one.options])} {one.shape.__name__}": one
        for one in _forms()
    }
    return {name: one for name, one in named.items() if _is_makeable(one)}


def _gated(release: float) -> Samples:
    """Return speech in a room through a gate that closes within so many seconds and writes exact zeros then."""
    speech = spoken() + hissing(len(spoken()), 0.002)
    level = np.convolve(np.abs(speech), np.ones(320, np.float32) / 320, "same")
    is_open = np.convolve((level > 0.02).astype(np.float32), np.ones(800, np.float32), "same") > 0
    gain, step = np.zeros(len(speech), np.float32), 1 / (release * SPOKEN_HZ)
    now = 0.0
    for number, opened in enumerate(is_open):
        now = min(now + 1 / 32, 1.0) if opened else max(now - step, 0.0)
        gain[number] = now
    return speech * gain


def sounds() -> dict[str, Samples]:
    """Return the sounds: what is said, also through a gate and a denoiser, and nothing at all."""
    pause = np.zeros(SPOKEN_HZ * 2, np.float32)
    return {
        "speech and plain pauses": np.concatenate([pause, spoken(), pause]),
        "gated": _gated(0.03),
        "denoised": _gated(0.005),
        "silence": np.zeros(SPOKEN_HZ * 4, np.float32),
    }
