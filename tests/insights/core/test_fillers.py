"""Sounds that a page may leave out: sounds alone, in their own language, and no sentence loses its end."""

import pytest

from insights.core.phrases.fillers import find_fillers

SAID = [
    ("en", "um, The cup. Uh, maybe rubber, um. Hmm. And so", ["um,", "Uh,", "um.|.", "Hmm."]),
    ("en", "I also like her, she was like a mother", []),
    ("de", "Ähm, er kommt um acht, also äh gegen acht", ["Ähm,", "äh"]),
    ("de", "Um es kurz zu sagen: hm.", ["hm."]),
    ("fr", "Euh, le robot euh tient la tasse", ["Euh,", "euh"]),
    ("pt", "um copo e uma mesa", []),
    ("", "um er uh", []),
]


@pytest.mark.parametrize(("language", "text", "left_out"), SAID)
def test_only_sounds_are_left_out(language: str, text: str, left_out: list[str]) -> None:
    words = text.split()
    found = find_fillers(words, language)
    assert all(one.before == one.number - 1 for one in found if one.kept)
    assert [words[one.number] + (f"|{one.kept}" if one.kept else "") for one in found] == left_out
