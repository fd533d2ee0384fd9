"""What the decoding child finds of a file, without a child."""

import io
import json
from typing import NamedTuple

from tests.support.channels import SPOKEN_HZ
from transcription.core.decoding import repair, sandbox
from transcription.core.decoding.containers import DEMUXERS, mended
from transcription.core.decoding.decode import READABLE_GAP_SECONDS
from transcription.core.decoding.integrity import Integrity
from transcription.core.decoding.mixing import Mixer


class Measured(NamedTuple):
    """What it says of a file, and how many seconds of sound it sends."""

    found: Integrity
    seconds: float

    @property
    def lost(self) -> float:
        """How many seconds are told to be missing."""
        return self.found.whole_seconds - self.found.readable_seconds

    @property
    def is_whole(self) -> bool:
        """Whether nothing is told to be damaged."""
        return self.lost <= READABLE_GAP_SECONDS and not self.found.is_cut and not self.found.decoder_errors


def measured(content: bytes, kind: str) -> Measured:
    """Measure a file of a kind. Raises what decoding raises."""
    sent = list[bytes]()
    file, demuxer = io.BytesIO(content), DEMUXERS[kind]
    breaks_off = repair.breaks_off(file, demuxer)
    sandbox._send_pcm(mended(file, demuxer), sent.append, demuxer, Mixer(), breaks_off=breaks_off)
    seconds = sum(len(one) - 1 for one in sent if one[:1] == sandbox.PCM) / 2 / SPOKEN_HZ
    return Measured(Integrity(**json.loads(sent[-1][1:])), seconds)
