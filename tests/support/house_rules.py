"""Reads what the code names and compares as text, so that the rules of tests/test_house.py hold for all of it."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from tests.support.house_figures import ROOMS, module_files
from tests.support.imports import imports

FRAMEWORKS = {"django", "celery", "environ", "ninja"}
"""What no core may know, nor the settings."""
MIN_WORDS = 3
"""From so many words on, a string is a sentence: what it says may be worded anew, or translated."""
COMPARING = {"startswith", "endswith", "removeprefix", "removesuffix", "find", "rfind", "partition", "replace"}
"""Methods of strings that look for their first argument."""
LOOKUPS = ("", "exact", "iexact", "startswith", "istartswith", "endswith", "iendswith", "contains", "icontains", "in")
"""Django's lookups that compare with what they are given, as in `filter(error__startswith=...)`."""
CONTROLS = {"tests/test_house.py", "tests/test_boundaries.py"}
"""What these name is wrong on purpose."""
_DOTTED = re.compile(rf"(?<![\w./@-])(?:{'|'.join((*ROOMS, 'tests'))})(?:\.[A-Za-z_]\w*)+(?![\w/@-])")
_PLACE = re.compile(r"`(\w+/[\w/]*\w/|[\w/]+\.py)(?:: (?:\w+\.)?(\w+))?`")
"""A folder inside another, a file, or a file and what it defines, as ARCHITECTURE.md names them."""
_SCRIPT_IMPORT = re.compile(r"""^import \{([^}]+)\} from "(\.[^"]+)";""", re.MULTILINE)
_SCRIPT_EXPORT = re.compile(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
_FILE_NAME = re.compile(r"\w+\.(?:json|py|html|md)")


def python_files(house: Path) -> Iterator[tuple[str, Path]]:
    """Yield (path inside the house, file) of product code, tests and the files beside them; migrations left out."""
    for folder in (*ROOMS, "tests"):
        for path in sorted((house / folder).rglob("*.py")):
            if "migrations" not in path.parts and "node_modules" not in path.parts:
                yield path.relative_to(house).as_posix(), path
    for name in ("manage.py", "conftest.py"):
        yield name, house / name


def _is_config(imported: str) -> bool:
    """Return whether this is of the settings' room, and of no core in it."""
    return imported.split(".", maxsplit=1)[0] == "config" and ".core." not in f"{imported}."


def core_breaches(house: Path) -> list[str]:
    """Return each import of a framework or of the settings in a core: whatever stands in a folder `core`."""
    return [
        f"{one.importer}:{one.line} imports {one.imported}"
        for one in imports(house)
        if ".core." in f"{one.importer}." and (one.imported.split(".")[0] in FRAMEWORKS or _is_config(one.imported))
    ]


def unknown_script_imports(house: Path) -> list[str]:
    """Return each name that a script of the pages imports from one that is not there, or does not export it."""
    scripts = [path for room in ROOMS for path in sorted((house / room / "static").rglob("*.js"))]
    exported = {path: set(_SCRIPT_EXPORT.findall(path.read_text())) for path in scripts}
    return [
        f"{path.relative_to(house)}: {name} of {place}"
        for path in scripts
        if "vendor" not in path.parts
        for names, place in _SCRIPT_IMPORT.findall(path.read_text())
        if "vendor" not in place
        for name in (one.split(" as ")[0].strip() for one in names.split(",") if one.strip())
        if name not in exported.get((path.parent / place).resolve(), set())
    ]


def imports_of_tests(house: Path) -> list[str]:
    """Return each import of a test module or a conftest by any module of the tests."""
    return [
        f"{name}: {imported}"
        for name, path in python_files(house)
        if name.startswith("tests/")
        for imported in _all_imported(path.read_text())
        if any(part.startswith("test_") or part == "conftest" for part in imported.split("."))
    ]


@cache
def _all_imported(code: str) -> list[str]:
    return list(chain.from_iterable(_imported(node) for node in ast.walk(ast.parse(code))))


def _imported(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names):
            yield from (f"{module or ''}.{alias.name}" for alias in names)


def named_in_strings(house: Path) -> dict[str, str]:
    """Return what strings name of the house, as `module.name` or `app.Model`, each with a place that names it.

    They are the dotted words in any string of the product and of tests/support, documentation in the code included, and
    in the Makefile; and what the scripts import that tests hand to other processes.
    """
    found: dict[str, str] = {}
    for name, path in python_files(house):
        if name in CONTROLS:
            continue
        is_test = name.startswith("tests/") and not name.startswith("tests/support/")
        for line, dotted, imported in _named_in(path.read_text()):
            for named in (*(() if is_test else dotted), *imported):
                found.setdefault(named, f"{name}:{line}")
    for named in _DOTTED.findall((house / "Makefile").read_text()):
        found.setdefault(named, "Makefile")
    return {named: place for named, place in found.items() if not _FILE_NAME.fullmatch(named)}


@cache
def _named_in(code: str) -> list[tuple[int, list[str], list[str]]]:
    """Return for each string that names something its line, the dotted words, and what it imports as a script."""
    strings = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant))
    read = (
        (node.lineno, _DOTTED.findall(node.value), list(_script_imports(node.value)))
        for node in strings
        if isinstance(node.value, str)
    )
    return [row for row in read if row[1] or row[2]]


def _script_imports(text: str) -> Iterator[str]:
    """Yield what a string imports that is a script."""
    if not re.search(r"^(?:from|import) ", text, re.MULTILINE):
        return
    for line in re.split(r"[\n;]", text):
        try:
            nodes = ast.parse(line.strip()).body
        except SyntaxError:
            continue
        for named in chain.from_iterable(_imported(node) for node in nodes):
            if named.split(".")[0] in (*ROOMS, "tests"):
                yield named


def sentence_comparisons(house: Path) -> list[str]:
    """Return each place of the product that compares with a sentence, or looks for one in a text."""
    return [
        f"{name}:{line}: {text!r}"
        for name, path in module_files(house).items()
        for line, text in _compared_sentences(path.read_text())
    ]


@cache
def _compared_sentences(code: str) -> list[tuple[int, str]]:
    tree = ast.parse(code)
    constants = _constants(tree)
    compared = chain.from_iterable(_compared(node) for node in ast.walk(tree))
    return [(node.lineno, text) for node in compared for text in _texts(node, constants) if _is_sentence(text)]


def _is_sentence(text: str) -> bool:
    return sum(any(letter.isalpha() for letter in word) for word in text.split()) >= MIN_WORDS


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the strings that a module gives a name."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _compared(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Compare():
            yield from (node.left, *node.comparators)
        case ast.MatchValue(value=value):
            yield value
        case ast.Call(func=ast.Attribute(attr=method), args=[first, *_]) if method in COMPARING:
            yield first
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            field, _, lookup = (keyword.arg or "").partition("__")
            if lookup.rpartition("__")[2] in LOOKUPS[1:] and field:
                yield keyword.value


def _texts(node: ast.expr, constants: dict[str, str]) -> Iterable[str]:
    """Yield the strings that an expression is: one, or those of a tuple, list or set, or a constant of its module."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in constants:
            yield constants[name]
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            for element in elements:
                yield from _texts(element, constants)
        case ast.Call(func=ast.Name(id="_" | "gettext" | "gettext_lazy"), args=[first, *_]):
            yield from _texts(first, constants)


def unknown_places(house: Path) -> list[str]:
    """Return each folder, file and function that the map (ARCHITECTURE.md) names and that is not there."""
    files = [path for _, path in python_files(house)]
    places = [f"/{path.relative_to(house).as_posix()}" for path in files]
    unknown = []
    for place, name in _PLACE.findall((house / "ARCHITECTURE.md").read_text()):
        if place.endswith("/"):
            is_there = any(f"/{place}" in path for path in places)
        else:
            meant = [path for path, at in zip(files, places, strict=True) if at.endswith(f"/{place}")]
            is_there = any(re.search(rf"^\s*(?:def|class) {name}\b", path.read_text(), re.MULTILINE) for path in meant)
            is_there = is_there if name else bool(meant)
        if not is_there:
            unknown.append(f"{place}: {name}" if name else place)
    return unknown
