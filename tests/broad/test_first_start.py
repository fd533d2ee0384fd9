"""A first start where the hub cannot be reached ends with a real person's words written down, all the same."""

import re
from pathlib import Path

import pytest

from tests.support.hubs import running_hole
from tests.support.phone import Phone, states
from tests.support.real_whisper import real_whisper, speech_clips
from tests.support.service import Service
from tests.support.settling import settle
from transcription.core.word_error_rate import word_error_rate

pytestmark = pytest.mark.alone

PAGE_SECONDS, MODEL_SECONDS = 30, 80
"""The page is up in three seconds on a machine that does nothing else; CI's does."""
WORDS = "from transcription.models import Transcript; print(Transcript.objects.get().text)"


def test_behind_a_hole_the_page_is_up_at_once_and_the_words_come(tmp_path: Path) -> None:
    real_whisper()  # where the package index cannot be reached, this is left out
    clip = speech_clips(1, 6.0)[-1]
    settings = {"STILLNOTE_OFFLINE": "0", "WHISPER_MODEL": "auto", "SWEEP_SECONDS": "1"}
    with running_hole() as hub, Service(settings | {"HF_ENDPOINT": hub}, home=tmp_path) as service:
        assert not (tmp_path / "models" / "base").exists()
        assert Phone(service).send(clip.path).status_code == 201
        assert "ready" not in states(service)["states"]
        assert settle(service, MODEL_SECONDS)["states"] == {"ready": 1}
        said = service.output.read_text()
        up = re.search(r"\(up in ([\d.]+) s;", said)
        assert up
        assert float(up[1]) < PAGE_SECONDS
        assert said.index("Stillnote is running") < said.index("Fetching the Whisper model")
        assert "did not answer in time" in said
        assert "from the package index: 133 MB." in said
        heard = service.manage("shell", "--no-imports", "-c", WORDS)
        assert word_error_rate([(clip.text, heard)]) <= 0.5
