"""Where models come from."""

from faster_whisper.utils import _MODELS

from transcription.model_choice.hub import REPOSITORIES


def test_each_model_of_faster_whispers_has_its_repository() -> None:
    assert REPOSITORIES == _MODELS
