"""Which language is heard: one of those that the user speaks."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES
from hypothesis import given
from hypothesis import strategies as st

from transcription.engines.devices import Device, suited
from transcription.engines.languages import NAMES, code_of, known, likeliest
from transcription.engines.protocol import Options
from transcription.engines.whisper import FasterWhisper

HEARD = [("cy", 0.5), ("de", 0.3), ("en", 0.15), ("fr", 0.05)]
CODES = st.sampled_from(["en", "de", "fr", "cy", "xx"])


def test_the_table_holds_the_languages_of_whisper() -> None:
    assert set(NAMES) == set(_LANGUAGE_CODES)
    assert known(["gsw", "de", "en", "de"]) == ("de", "en")


@pytest.mark.parametrize(
    ("told", "code"), [("English", "en"), ("haitian creole", "ht"), ("de", "de"), ("klingon", ""), ("", "")]
)
def test_a_language_is_told_by_its_code_or_its_name(told: str, code: str) -> None:
    assert code_of(told) == code


@pytest.mark.parametrize(
    ("allowed", "language"),
    [(("en", "de"), "de"), (("en", "fr"), "en"), (("fr",), "fr"), ((), "cy"), (("xx",), "cy"), (("xx", "en"), "en")],
)
def test_the_likeliest_of_those_that_are_spoken(allowed: tuple[str, ...], language: str) -> None:
    assert likeliest(HEARD, allowed) == language
    assert likeliest([], allowed) is None


@given(st.dictionaries(CODES, st.floats(0, 1), min_size=1), st.lists(CODES))
def test_what_is_not_spoken_is_never_heard_where_any_that_is_spoken_could_be(
    heard: dict[str, float], allowed: list[str]
) -> None:
    language = likeliest(heard.items(), allowed)
    possible = set(allowed) & set(heard) or set(heard)
    assert language in possible
    assert heard[str(language)] == max(heard[code] for code in possible)


@pytest.mark.parametrize(
    ("spoken", "language", "detections"),
    [(("de",), "de", 0), (("en", "de"), "de", 1), (("gsw", "de"), "de", 0), ((), None, 0), (("gsw",), None, 0)],
)
def test_detection_chooses_among_the_spoken_and_one_skips_it(
    spoken: tuple[str, ...], language: str | None, detections: int
) -> None:
    detected: list[Any] = []

    def detect(samples: Any) -> tuple[str, float, list[tuple[str, float]]]:
        detected.append(samples)
        return "cy", 0.5, HEARD

    whisper = FasterWhisper.__new__(FasterWhisper)
    whisper._whisper = SimpleNamespace(  # type: ignore[assignment]  # a multilingual model weighs 75 MB
        model=SimpleNamespace(is_multilingual=True), supported_languages=list(NAMES), detect_language=detect
    )
    assert whisper._language(np.zeros(16_000, np.float32), Options(languages=spoken)) == language
    assert len(detected) == detections


@pytest.mark.parametrize(
    ("gpus", "gpu_types", "device"),
    [
        (0, set(), Device("cpu", "int8")),
        (1, {"float32", "float16", "int8_float16", "int8"}, Device("cuda", "float16")),
        (1, {"float32", "int8", "int8_float32"}, Device("cuda", "int8")),
        (2, {"float32"}, Device("cuda", "float32")),
        (1, set(), Device("cpu", "int8")),
    ],
)
def test_the_device_and_its_numbers(gpus: int, gpu_types: set[str], device: Device) -> None:
    assert suited(gpus, gpu_types, {"float32", "int8", "int8_float32"}) == device
    assert suited(0, gpu_types, {"float32"}) == Device("cpu", "float32")
    assert suited(0, gpu_types, set()) == Device("cpu", "default")
