"""What is whole in any form is told to be whole, gated, denoised and joined too; what is damaged is told."""

import numpy as np
import pytest

from capture.core.audio_types import HEAD_BYTES, sniff
from tests.support.channels import SPOKEN_HZ, spoken
from tests.support.hostile.forms import Form, form_of, forms, middle_lost, sounds
from tests.support.hostile.measured import measured

TIMES = {"joined": 2, "joined_with_tags": 2, "chained": 3}
"""How often the sound is in a file of this shape."""
PLACES = 10
UNCOMPRESSED = [name for name, form in forms().items() if form.codec.startswith(("pcm_", "adpcm_"))]


def test_there_are_forms_enough() -> None:
    assert len(forms()) >= 67


@pytest.mark.parametrize("name", forms())
def test_what_is_whole_is_told_to_be_whole(name: str) -> None:
    form: Form = forms()[name]
    for sound, samples in sounds().items():
        content = form_of(form, samples)
        assert sniff(content[:HEAD_BYTES]) == form.kind
        found = measured(content, form.kind)
        assert found.is_whole, (sound, found.found)
        assert found.seconds == pytest.approx(len(samples) / SPOKEN_HZ * TIMES.get(form.shape.__name__, 1), abs=0.3), (
            sound
        )


@pytest.mark.parametrize("name", UNCOMPRESSED)
def test_sound_that_breaks_off_into_zeros_is_told(name: str) -> None:
    form = forms()[name]
    content = form_of(form, spoken())
    places = np.linspace(0.08, 0.72, PLACES)
    told = [not measured(middle_lost(content, place), form.kind).is_whole for place in places]
    assert sum(told) >= 0.5 * PLACES
