"""Which language is heard: one of those that the user speaks."""

from types import SimpleNamespace

import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES
from hypothesis import given
from hypothesis import strategies as st

from transcription.core.engines.compute_device import ComputeDevice, best_device
from transcription.core.engines.faster_whisper import FasterWhisper
from transcription.core.engines.languages import (
    NAMES,
    code_of,
    known_languages,
    language_runs,
    likely_languages,
    plainly_other,
)
from transcription.core.engines.protocol import Options

HEARD = [("cy", 0.5), ("de", 0.3), ("en", 0.15), ("fr", 0.05)]
CODES = st.sampled_from(["en", "de", "fr", "cy", "xx"])


def test_the_table_holds_the_languages_of_whisper() -> None:
    assert set(NAMES) == set(_LANGUAGE_CODES)
    assert known_languages(["gsw", "de", "en", "de"]) == ("de", "en")


@pytest.mark.parametrize(
    ("told", "code"), [("English", "en"), ("haitian creole", "ht"), ("de", "de"), ("klingon", ""), ("", "")]
)
def test_a_language_is_told_by_its_code_or_its_name(told: str, code: str) -> None:
    assert code_of(told) == code


@pytest.mark.parametrize(
    ("allowed", "language", "share"),
    [
        (("en", "de"), "de", 2 / 3),
        (("en", "fr"), "en", 3 / 4),
        (("fr",), "fr", 1),
        ((), "cy", 1 / 2),
        (("xx",), "cy", 1 / 2),
        (("xx", "en"), "en", 1),
    ],
)
def test_the_likeliest_of_those_that_are_spoken(allowed: tuple[str, ...], language: str, share: float) -> None:
    [(code, chance), *_others] = likely_languages(HEARD, allowed)
    assert code == language
    assert chance == pytest.approx(share)
    assert likely_languages([], allowed) == []


@given(st.dictionaries(CODES, st.floats(0, 1), min_size=1), st.lists(CODES))
def test_what_is_not_spoken_is_never_heard_where_any_that_is_spoken_could_be(
    heard: dict[str, float], allowed: list[str]
) -> None:
    found = [code for code, _share in likely_languages(heard.items(), allowed)]
    possible = set(allowed) & set(heard) or set(heard)
    assert set(found) == possible
    assert heard[found[0]] == max(heard[code] for code in possible)


@pytest.mark.parametrize(
    ("languages", "taken"),
    [(("de",), ("de",)), (("en", "de"), ("en", "de")), (("gsw", "de"), ("de",)), ((), ()), (("gsw",), ())],
)
def test_of_what_is_spoken_only_what_whisper_knows_is_listened_for(
    languages: tuple[str, ...], taken: tuple[str, ...]
) -> None:
    whisper = FasterWhisper.__new__(FasterWhisper)
    whisper._whisper = SimpleNamespace(  # type: ignore[assignment]  # a multilingual model weighs 75 MB
        model=SimpleNamespace(is_multilingual=True), supported_languages=list(NAMES)
    )
    assert whisper._languages(Options(languages=languages)) == taken


@pytest.mark.parametrize(
    ("gpus", "gpu_types", "device"),
    [
        (0, set(), ComputeDevice("cpu", "int8")),
        (1, {"float32", "float16", "int8_float16", "int8"}, ComputeDevice("cuda", "float16")),
        (1, {"float32", "int8", "int8_float32"}, ComputeDevice("cuda", "int8")),
        (2, {"float32"}, ComputeDevice("cuda", "float32")),
        (1, set(), ComputeDevice("cpu", "int8")),
    ],
)
def test_the_device_and_its_numbers(gpus: int, gpu_types: set[str], device: ComputeDevice) -> None:
    assert best_device(gpus, gpu_types, {"float32", "int8", "int8_float32"}) == device
    assert best_device(0, gpu_types, {"float32"}) == ComputeDevice("cpu", "float32")
    assert best_device(0, gpu_types, set()) == ComputeDevice("cpu", "default")


@pytest.mark.parametrize(
    ("chances", "other"),
    [
        ({"en": 0.05, "de": 0.9}, "de"),
        ({"en": 0.3, "de": 0.7}, ""),
        ({"en": 0.15, "de": 0.85}, ""),
        ({"en": 0.9, "de": 0.1}, ""),
        ({}, ""),
    ],
)
def test_another_language_is_told_only_where_it_is_plainly_spoken(chances: dict[str, float], other: str) -> None:
    assert plainly_other(chances.items(), ["en"]) == other
    assert plainly_other(chances.items(), ["en", "de"]) == ""


@pytest.mark.parametrize(
    ("found", "runs"),
    [
        ([("en", 0.9), ("en", 0.9)], [2]),
        ([("en", 0.9), ("de", 0.9), ("de", 0.95), ("en", 0.9)], [1, 2, 1]),
        ([("en", 0.9), ("cy", 0.5), ("de", 0.9)], [2, 1]),
        ([("cy", 0.5), ("de", 0.9), ("en", 0.9)], [2, 1]),
        ([("en", 0.9)], [1]),
    ],
)
def test_parts_are_apart_only_where_their_languages_plainly_differ(
    found: list[tuple[str, float]], runs: list[int]
) -> None:
    assert language_runs(found) == runs
