"""What is whole in any form is told to be whole, gated, denoised and joined too; what is damaged is told."""

import io
import json

import numpy as np
import pytest

from capture.core.audio_types import HEAD_BYTES, sniff
from tests.support.channels import SPOKEN_HZ, spoken
from tests.support.hostile.forms import Form, form_of, forms, middle_lost, sounds
from transcription.core.decoding import sandbox
from transcription.core.decoding.containers import DEMUXERS, mended
from transcription.core.decoding.decode import READABLE_GAP_SECONDS
from transcription.core.decoding.integrity import Integrity
from transcription.core.decoding.mixing import Mixer

TIMES = {"joined": 2, "joined_with_tags": 2, "chained": 3}
"""How often the sound is in a file of this shape."""
PLACES = 10
UNCOMPRESSED = [name for name, form in forms().items() if form.codec.startswith("pcm_")]


def measured(content: bytes, kind: str) -> tuple[Integrity, float]:
    """Return what the decoding child says of a file, and how many seconds of sound it sends: without a child."""
    sent = list[bytes]()
    demuxer = DEMUXERS[kind]
    sandbox._send_pcm(mended(io.BytesIO(content), demuxer), sent.append, demuxer, Mixer())
    seconds = sum(len(one) - 1 for one in sent if one[:1] == sandbox.PCM) / 2 / SPOKEN_HZ
    return Integrity(**json.loads(sent[-1][1:])), seconds


def is_whole(found: Integrity) -> bool:
    lost = found.whole_seconds - found.readable_seconds
    return lost <= READABLE_GAP_SECONDS and not found.is_cut and not found.decoder_errors


def test_there_are_forms_enough() -> None:
    assert len(forms()) >= 67


@pytest.mark.parametrize("name", forms())
def test_what_is_whole_is_told_to_be_whole(name: str) -> None:
    form: Form = forms()[name]
    for sound, samples in sounds().items():
        content = form_of(form, samples)
        assert sniff(content[:HEAD_BYTES]) == form.kind
        found, seconds = measured(content, form.kind)
        assert is_whole(found), (sound, found)
        assert seconds == pytest.approx(len(samples) / SPOKEN_HZ * TIMES.get(form.shape.__name__, 1), abs=0.3), sound


@pytest.mark.parametrize("name", UNCOMPRESSED)
def test_sound_that_breaks_off_into_zeros_is_told(name: str) -> None:
    form = forms()[name]
    content = form_of(form, spoken())
    places = np.linspace(0.08, 0.72, PLACES)
    told = [not is_whole(measured(middle_lost(content, place), form.kind)[0]) for place in places]
    assert sum(told) >= 0.5 * PLACES
