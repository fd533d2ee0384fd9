"""Whatever a page says goes through gettext, and the templates keep to the order of the rooms, as the code does."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from tests.support.imports import ROOMS

HOUSE = Path(__file__).parents[1]
TEMPLATES = sorted(
    path for room in ("capture", "transcription", "insights", "config") for path in HOUSE.glob(f"{room}/**/*.html")
)
TRANSLATED = re.compile(
    r"{% blocktranslate.*?{% endblocktranslate %}|{% block \w+class %}.*?{% endblock %}|{%.*?%}|{{.*?}}", re.DOTALL
)
SPOKEN = re.compile(r"(?:aria-label|alt|title)=\"([^\"]*)\"")
NAMES = re.compile(r"Stillnote|<code>.*?</code>|<style>.*?</style>|&\w+;", re.DOTALL)


def bare(template: str) -> list[str]:
    """Return the words that no translation is asked for."""
    left = NAMES.sub("", TRANSLATED.sub("", template))
    texts = [*re.sub(r"<[^>]*>", "\n", left).splitlines(), *SPOKEN.findall(left)]
    return [text.strip() for text in texts if re.search(r"[^\W\d_]{2}", text)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_words_stand_bare(template: Path) -> None:
    assert bare(template.read_text()) == []


DATE = re.compile(r"""\|date:["']([^"']*\bj\b[^"']*)["']""")


def fixed_dates(template: str) -> list[str]:
    """Return the formats of dates whose day and month have an order that no translation can change."""
    return DATE.findall(template)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_days_and_months_are_ordered_as_the_language_does(template: Path) -> None:
    assert fixed_dates(template.read_text()) == []


def test_a_fixed_order_is_found() -> None:
    assert fixed_dates('{{ a|date:"l j F" }} {{ a|date:_("j M Y") }} {{ a|date:"G:i" }}') == ["l j F"]


def named(room: str) -> set[str]:
    """Return the tag libraries and the templates that the templates of a room name."""
    texts = [path.read_text() for path in HOUSE.glob(f"{room}/**/*.html")]
    libraries = {library for text in texts for load in LOADED.findall(text) for library in load.split()}
    return libraries | {template for text in texts for template in INCLUDED.findall(text)}


def owned(room: str) -> set[str]:
    """Return the tag libraries and the templates of a room, by the names that templates give them."""
    libraries = {path.stem for path in HOUSE.glob(f"{room}/templatetags/*.py")}
    folder = HOUSE / room / "templates"
    return libraries | {str(path.relative_to(folder)) for path in folder.rglob("*.html")}


LOADED = re.compile(r"{% load (.*?) %}")
INCLUDED = re.compile(r"{%\s*(?:include|extends)\s+['\"]([^'\"]+)['\"]")
SLOTS = {
    ("capture", "config"): {"base.html", "hearing_takes.html", "sure.html"},
    ("transcription", "config"): {"base.html", "field.html"},
    ("insights", "config"): {"base.html", "alerts", "mark.html", "sure.html"},
}
"""What a room leaves to config: frames of pages, and places in them that config fills from later rooms."""


@pytest.mark.parametrize(("room", "later"), list(combinations(ROOMS, 2)))
def test_of_a_later_room_a_template_names_only_the_places_that_config_fills(room: str, later: str) -> None:
    assert named(room) & owned(later) == SLOTS.get((room, later), set())


def test_bare_words_are_found() -> None:
    assert bare('<p title="One">{% if a %}Two{% endif %} {{ b }}</p>{% translate "Three" %}') == ["Two", "One"]


TIME = re.compile(r"""date:_?\(?["']([^"']*H:i)["']""")


def padded_times(template: str) -> list[str]:
    """Return the formats of times that are not written as all others: 3:20, and not 03:20. ISO dates are none."""
    return [found for found in TIME.findall(template) if "Y-m-d" not in found]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_times_are_written_in_one_way(template: Path) -> None:
    assert padded_times(template.read_text()) == []


def test_another_way_is_found() -> None:
    assert padded_times('{{ a|date:_("j M Y, H:i") }} {{ a|date:"G:i" }} {{ a|date:"Y-m-d H:i" }}') == ["j M Y, H:i"]
