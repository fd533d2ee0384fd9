"""Whatever a page says goes through gettext, and the templates keep to the order of the rooms, as the code does."""

import re
from itertools import combinations
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
TEMPLATES = sorted(
    path for room in ("capture", "transcription", "insights", "config") for path in HOUSE.glob(f"{room}/**/*.html")
)
TRANSLATED = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}", re.DOTALL)
SPOKEN = re.compile(r"(?:aria-label|alt|title)=\"([^\"]*)\"")
NAMES = re.compile(r"Stillnote|<code>.*?</code>|&\w+;", re.DOTALL)


def bare(template: str) -> list[str]:
    """Return the words that no translation is asked for."""
    left = NAMES.sub("", TRANSLATED.sub("", template))
    texts = [*re.sub(r"<[^>]*>", "\n", left).splitlines(), *SPOKEN.findall(left)]
    return [text.strip() for text in texts if re.search(r"[^\W\d_]{2}", text)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_words_stand_bare(template: Path) -> None:
    assert bare(template.read_text()) == []


ROOMS = ("capture", "transcription", "insights")


def loaded(room: str) -> set[str]:
    """Return the tag libraries that the templates of a room load."""
    texts = [path.read_text() for path in HOUSE.glob(f"{room}/**/*.html")]
    return {library for text in texts for load in re.findall(r"{% load (.*?) %}", text) for library in load.split()}


@pytest.mark.parametrize(("room", "later"), list(combinations(ROOMS, 2)))
def test_no_template_loads_tags_of_a_later_room(room: str, later: str) -> None:
    assert not loaded(room) & {path.stem for path in HOUSE.glob(f"{later}/templatetags/*.py")}


def test_bare_words_are_found() -> None:
    assert bare('<p title="One">{% if a %}Two{% endif %} {{ b }}</p>{% translate "Three" %}') == ["Two", "One"]
