"""The codes that the code stores are in the table of their sentences, and each sentence can be made."""

import re
from pathlib import Path

import pytest

from capture.core.problems import FILE_PROBLEMS, PLAYBACK_PROBLEMS, PROBLEMS, Values, problem_sentence

CAPTURE = Path(__file__).parents[3] / "capture"
VALUES: dict[str, int | str] = {
    **dict.fromkeys(("seconds", "limit", "megabytes", "got", "announced", "longest"), 1_000),
    **dict.fromkeys(("algorithms", "header", "wanted", "text"), "x"),
}


def test_every_code_that_is_stored_has_a_sentence() -> None:
    sources = [file.read_text() for file in CAPTURE.rglob("*.py") if "migrations" not in file.parts]
    stored = {
        code for text in sources for code in re.findall(r"(?:StoredProblem|UnreadableSidecar)\(\"([\w-]+)\"", text)
    }
    assert len(stored) > 10
    assert stored <= set(FILE_PROBLEMS)


@pytest.mark.parametrize("code", [*PROBLEMS, *FILE_PROBLEMS, *PLAYBACK_PROBLEMS])
def test_every_sentence_can_be_made_and_read(code: str) -> None:
    sentence = problem_sentence(code, VALUES)
    assert sentence == "x" or sentence.endswith(".")
    assert not set("{}") & set(sentence)


def test_a_sentence_is_translated_before_its_places_are_filled() -> None:
    assert problem_sentence("too-large", {"megabytes": 2}, lambda text: f"{text} (x)").endswith(
        "2 MB that are taken here. (x)"
    )
    assert problem_sentence("", {}) == ""


@pytest.mark.parametrize("values", [{}, {"limit": "many"}, {"other": 1}])
def test_a_sentence_is_shown_where_its_stored_value_is_missing_or_of_another_type(values: Values) -> None:
    assert problem_sentence("folder-too-full", values).startswith("More than {limit:,} files lie in this folder")


def test_a_code_that_nobody_knows_is_shown_itself() -> None:
    assert problem_sentence("of-tomorrow {x}", {}) == "of-tomorrow {x}"
