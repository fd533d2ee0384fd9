"""The texts of pages, mails and commands, and their German: read from the code, kept in locale/de.

Without gettext's tools: code is read as Python reads it, a template as Django's makemessages does, and Babel writes.
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.support.house_figures import HOUSE, ROOMS

PO = HOUSE / "locale/de/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
TEXTS_OF = ("manage.py", *ROOMS)
FUNCTIONS = (
    *("_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "pgettext_lazy"),
    *("ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy"),
)
CALLED = re.compile(r"""\b(?:n?p?gettext|_)\((?:[^()"']|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')*\)""")
PLACE = re.compile(r"%\((\w+)\)[sd]|{(\w+)[^{}]*}|%%")
WIDTH = 120
UNCHANGING = datetime(2026, 11, 29, tzinfo=UTC)
"""So that the compiled file changes only where a text does."""


class Text(NamedTuple):
    """A text that somebody reads: where it is, its English (with the plural, where it has one), its context."""

    path: str
    english: str | tuple[str, str]
    context: str | None = None


def texts_of(path: Path, content: str) -> Iterator[Text]:
    """Yield the texts of a module or a template."""
    name = path.relative_to(HOUSE).as_posix()
    code = content if path.suffix == ".py" else "\n".join(CALLED.findall(templatize(content)))
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        function = getattr(call.func, "attr", getattr(call.func, "id", ""))
        parts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if function not in FUNCTIONS or not parts:
            continue
        context = parts.pop(0) if "pgettext" in function else None
        yield Text(name, (parts[0], parts[1]) if function.startswith("n") else parts[0], context)


def all_texts(house: Path = HOUSE) -> Iterator[Text]:
    """Yield the texts of all rooms, in the order of their files."""
    for name in TEXTS_OF:
        for path in [house / name] if name.endswith(".py") else sorted((house / name).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not {"migrations", "static"} & set(path.parts):
                yield from texts_of(path, path.read_text())


def english_catalogue() -> Catalog:
    """Return a catalogue of all texts without a translation."""
    catalogue = Catalog(charset="utf-8")
    for text in all_texts():
        catalogue.add(text.english, locations=[(text.path, 1)], context=text.context)
    return catalogue


def german_catalogue() -> Catalog:
    """Return the German as it is kept."""
    with PO.open("rb") as file:
        german = read_po(file, locale="de")
    german.creation_date = UNCHANGING
    return german


def updated_german() -> Catalog:
    """Return the German as it is kept, with the texts of the code and no others."""
    german = german_catalogue()
    german.update(english_catalogue(), no_fuzzy_matching=True, update_creation_date=False)
    german.obsolete.clear()
    return german


def write_german(catalogue: Catalog) -> None:
    """Write the German, and what programs read of it."""
    PO.write_bytes(po_bytes(catalogue))
    MO.write_bytes(mo_bytes(catalogue))


def po_bytes(catalogue: Catalog) -> bytes:
    """Return the file that people read."""
    head, _blank, _texts = PO.read_bytes().partition(b"\n\n")  # written by hand, with the words that are used
    file = BytesIO()
    write_po(file, catalogue, width=WIDTH, omit_header=True, include_lineno=False)
    return head + b"\n\n" + file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return the file that programs read."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def places(text: str) -> set[str]:
    """Return the names of what is set into a text."""
    return {one or other for one, other in PLACE.findall(text) if one or other}


def faults_of(message: Message) -> list[str]:
    """Return what is wrong with a translation: missing, unsure, or of other places than the English."""
    english, german = forms(message.id), forms(message.string)
    found = [] if len(german) == len(english) and all(german) else ["missing"]
    if message.fuzzy:
        found.append("fuzzy")
    # "One recording" need not name its number, and neither need its German.
    known, used = (set[str]().union(*map(places, texts)) for texts in (english, german))
    if not found and not places(english[-1]) <= places(german[-1]) <= used <= known:
        found.append("other places")
    return found


def forms(text: object) -> list[str]:
    """Return the forms of a text: one, or those for one thing and for many."""
    return [str(form) for form in text] if isinstance(text, list | tuple) else [str(text or "")]


SAYING = {"CommandError", "ValidationError", "write", "success", "error", "info", "warning"}
"""Functions whose texts people read: of a log they are not."""
SAID_AS = {"label", "help_text", "empty_label"}
WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")


def spoken_bare(code: str) -> list[str]:
    """Return what code says to people in words that no translation is asked for."""
    return [
        text
        for node in ast.walk(ast.parse(code))
        for said in _told(node)
        for text in _bare_texts(said)
        if WORDS.search(text)
    ]


def _told(node: ast.AST) -> list[ast.expr]:
    """Return what a call or an assignment tells people."""
    if isinstance(node, ast.Assign):
        return [node.value for to in node.targets if isinstance(to, ast.Attribute) and to.attr in SAID_AS]
    if not isinstance(node, ast.Call):
        return []
    named = [keyword.value for keyword in node.keywords if keyword.arg in SAID_AS and _is_of_a_form(node)]
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    is_log = isinstance(function, ast.Attribute) and "log" in ast.unparse(function.value)
    return named + (list(node.args) if name in SAYING and not is_log else [])


def _is_of_a_form(call: ast.Call) -> bool:
    """Return whether it is a field of a form: what columns of a table are for is told to developers."""
    return isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "forms"


def _bare_texts(said: ast.expr) -> list[str]:
    if isinstance(said, ast.Call):
        return []
    if isinstance(said, ast.Constant):
        return [said.value] if isinstance(said.value, str) else []
    if isinstance(said, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in said.values)
        return ["".join(map(str, parts))]
    return [text for child in ast.iter_child_nodes(said) if isinstance(child, ast.expr) for text in _bare_texts(child)]
