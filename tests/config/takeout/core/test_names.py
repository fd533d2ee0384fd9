"""Names of files: safe on every system, stable, and none twice."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.takeout.core.names import MAX_NAME_BYTES, file_key, file_stem, free_stem

RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Garden", "Garden"),
        ("Reeds/rushes: a #plan ^1 | [[x]]", "Reeds rushes a plan 1 x"),
        ("..hidden", "hidden"),
        ("ends in dots...", "ends in dots"),
        ("CON", "CON_"),
        ("nul.txt", "nul.txt_"),
        ("///", "Untitled"),
        ("a\u202eb\x00c\nd", "a b c d"),
        ("Käse 🧀", "Käse 🧀"),
    ],
)
def test_a_name_becomes_one_that_every_system_takes(name: str, stem: str) -> None:
    assert file_stem(name) == stem


@given(st.text(max_size=300))
def test_every_name_does(name: str) -> None:
    stem = file_stem(name)
    assert stem
    assert len(f"{stem}.md".encode()) < 255
    assert len(stem.encode()) <= MAX_NAME_BYTES + 1
    assert not set(stem) & set('/\\:*?"<>|#^[]%')
    assert stem == stem.strip(". ")
    assert stem.split(".")[0].lower() not in RESERVED
    assert all(unicodedata.category(one) not in {"Cc", "Cf"} for one in stem)


@given(st.lists(st.text(alphabet="aAäÄ sß2", min_size=1), max_size=12))
def test_no_two_are_one_where_capitals_do_not_matter(names: list[str]) -> None:
    taken: set[str] = set()
    stems = [free_stem(file_stem(name), taken) for name in names]
    assert len({file_key(stem) for stem in stems}) == len(names)


def test_a_taken_name_gets_a_number() -> None:
    taken = {file_key("Garden")}
    assert [free_stem("garden", taken), free_stem("Garden", taken)] == ["garden 2", "Garden 3"]
