"""Whatever a page says goes through gettext: no words stand bare in a template."""

import re
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


def test_bare_words_are_found() -> None:
    assert bare('<p title="One">{% if a %}Two{% endif %} {{ b }}</p>{% translate "Three" %}') == ["Two", "One"]
