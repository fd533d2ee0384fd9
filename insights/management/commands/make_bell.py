"""`manage.py make_bell`: the bell between topics, drawn as partials that die away, coded as playback copies are."""

from pathlib import Path
from typing import Any

import av
import numpy as np
from django.core.management.base import BaseCommand

from insights.core.listening.bell import BELL_FILE, BELL_SECONDS, QUIET_SECONDS
from transcription.core.decoding.playback import BITS_PER_SECOND, CODER, RATE_HZ

STRIKE_HZ = 523.25
PARTIALS = ((0.5, 0.30, 1.1), (1.0, 1.0, 0.8), (2.0, 0.35, 0.5), (2.76, 0.20, 0.35), (5.4, 0.06, 0.12))
"""Of a struck bell: how many times as high as the strike note, how loud, and after how many seconds a third is left."""
PEAK = 0.1
"""Of full scale, -20 dB: below a voice, whose copies are at -18 LUFS with peaks of about -3 dB."""
RISE_SECONDS = 0.012


class Command(BaseCommand):
    """Write the bell's file anew; the sound of a night is joined of it and of playback copies."""

    help = "Makes the soft bell that Listen plays between topics (development)."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Write the file."""
        time = np.arange(round(BELL_SECONDS * RATE_HZ)) / RATE_HZ
        ring = sum(
            loud * np.exp(-time / dies) * np.sin(2 * np.pi * STRIKE_HZ * high * time) for high, loud, dies in PARTIALS
        )
        struck = ring * np.minimum(time / RISE_SECONDS, 1.0) * np.minimum((BELL_SECONDS - time) / 0.3, 1.0)
        silence = np.zeros(round(QUIET_SECONDS * RATE_HZ))
        write_sound(BELL_FILE, np.concatenate((silence, PEAK * struck / np.abs(struck).max(), silence)))


def write_sound(target: Path, samples: "np.ndarray[Any, np.dtype[np.float64]]") -> None:
    """Write mono samples at RATE_HZ, in [-1, 1], as playback copies are written."""
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as copy:
        stream = copy.add_stream("aac", rate=RATE_HZ, layout="mono", bit_rate=BITS_PER_SECOND, options=CODER)
        for place in range(0, len(samples), 1024):
            block = samples[None, place : place + 1024].astype(np.float32)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), "fltp", "mono")
            frame.sample_rate, frame.pts = RATE_HZ, place
            copy.mux(stream.encode(frame))
        copy.mux(stream.encode(None))
