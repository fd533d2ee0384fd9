"""German is whole: every text of the code has its German, and no other has; what is compiled is what is written."""

from collections.abc import Iterator
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message

from tests.support.catalogue import (
    MO,
    PO,
    Text,
    english_catalogue,
    faults_of,
    german_catalogue,
    mo_bytes,
    po_bytes,
    spoken_bare,
    texts_of,
)
from tests.support.house_figures import HOUSE, ROOMS

UPDATE = "`python -m tests.messages` brings the catalogue up to the code; then translate what it prints"


def keys(catalogue: Any) -> set[tuple[object, str | None]]:
    return {(message.id, message.context) for message in catalogue if message.id}


def test_every_text_has_its_german_and_no_other_has() -> None:
    english, german = keys(english_catalogue()), keys(german_catalogue())
    assert (english - german, german - english) == (set(), set()), UPDATE


def test_no_german_is_missing_or_fuzzy_or_of_other_places() -> None:
    found = {message.id: faults_of(message) for message in german_catalogue() if message.id}
    assert {text: faults for text, faults in found.items() if faults} == {}, UPDATE


def test_what_is_compiled_is_what_is_written() -> None:
    german = german_catalogue()
    assert PO.read_bytes() == po_bytes(german), UPDATE
    written, compiled = (GNUTranslations(BytesIO(mo)) for mo in (mo_bytes(german), MO.read_bytes()))
    texts, others = (dict(vars(one)["_catalog"], **{"": ""}) for one in (written, compiled))
    assert texts == others, UPDATE


@pytest.mark.parametrize(
    ("message", "faults"),
    [
        (Message("Save", "Speichern"), []),
        (Message("Save", ""), ["missing"]),
        (Message("Save", "Speichern", flags=["fuzzy"]), ["fuzzy"]),
        (Message("%(n)s left", "%(n)s übrig"), []),
        (Message("%(n)s left", "übrig"), ["other places"]),
        (Message("%(n)s left", "%(m)s übrig"), ["other places"]),
        (Message("at {path}", "in {path}"), []),
        (Message("at {path}", "in {folder}"), ["other places"]),
        (Message(("One idea", "%(n)s ideas"), ("Eine Idee", "%(n)s Ideen")), []),
        (Message(("%(n)s idea", "%(n)s ideas"), ("eine Idee", "%(n)s Ideen")), []),
        (Message(("One idea", "%(n)s ideas"), ("Eine Idee", "")), ["missing"]),
        (Message(("One idea", "%(n)s ideas"), ("Eine Idee", "Ideen")), ["other places"]),
    ],
)
def test_what_is_wrong_with_a_translation_is_found(message: Message, faults: list[str]) -> None:
    assert faults_of(message) == faults


@pytest.mark.parametrize(
    ("name", "content", "english"),
    [
        ("a.html", '<p>{% translate "Keep" %}</p>', "Keep"),
        ("a.html", '{% include "b.html" with title=_("Keep") %}', "Keep"),
        ("a.html", '{{ day|date:_("j F") }}', "j F"),
        ("a.html", "{% blocktranslate with n=m %}{{ n }} %{% endblocktranslate %}", "%(n)s %%"),
        ("a.html", "{% blocktranslate count n=m %}One{% plural %}{{ n }}{% endblocktranslate %}", ("One", "%(n)s")),
        ("a.py", 'told = _("Keep it, "\n         "please.")', "Keep it, please."),
        ("a.py", 'ngettext("One", "%(n)s", m)', ("One", "%(n)s")),
        ("a.py", """said = f"{_('Keep it')} {n}\"""", "Keep it"),
        ("a.py", 'KEEP: Final = gettext_noop("Keep")', "Keep"),
    ],
)
def test_a_text_is_found_wherever_it_stands(name: str, content: str, english: object) -> None:
    assert list(texts_of(HOUSE / name, content)) == [Text(name, english)]  # type: ignore[arg-type]


def test_a_text_with_its_context_is_found() -> None:
    found = texts_of(HOUSE / "a.py", 'npgettext("since then", "%(n)s day", "%(n)s days", n)')
    assert list(found) == [Text("a.py", ("%(n)s day", "%(n)s days"), "since then")]


DEVELOPMENT = {"bench_asr.py", "development.py", "measure_labels.py"}
"""What developers alone are told is English."""


def programs() -> Iterator[Path]:
    """Yield the modules that speak to people."""
    for room in ROOMS:
        for path in sorted((HOUSE / room).rglob("*.py")):
            if not {"core", "evaluation", "migrations"} & set(path.parts) and path.name not in DEVELOPMENT:
                yield path


def test_what_code_says_to_people_can_be_translated() -> None:
    said = {str(path.relative_to(HOUSE)): spoken_bare(path.read_text()) for path in programs()}
    assert len(said) > 100
    assert {path: texts for path, texts in said.items() if texts} == {}


@pytest.mark.parametrize(
    "line",
    [
        'messages.success(request, "It is kept.")',
        'messages.error(request, f"{n} are kept.")',
        'raise ValidationError("That is no name.")',
        'name = forms.CharField(label="Your name", max_length=3)',
        'self.fields["email"].help_text = "Where mail reaches you"',
        'self.stdout.write("All is well.")',
        'raise CommandError(f"There is no {name}.") from error',
    ],
)
def test_what_cannot_be_translated_is_found(line: str) -> None:
    assert len(spoken_bare(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        'messages.success(request, _("It is kept."))',
        'messages.error(request, ngettext("%(n)d is kept.", "%(n)d are kept.", n) % {"n": n})',
        'raise ValidationError(_("That is no name."), code="no name of that kind")',
        'name = forms.CharField(label=_("Your name"))',
        'self.stdout.write(f"{file}: {size}")',
        'log.info("A memo came")',
    ],
)
def test_what_can_be_translated_is_left_alone(line: str) -> None:
    assert spoken_bare(line) == []
