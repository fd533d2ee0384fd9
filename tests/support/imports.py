"""Reads the imports of the house as text, so that the rules hold for code that no test happens to run."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOMS = ("capture", "transcription", "insights", "config")


class Import(NamedTuple):
    """One import: the module that has it, the module it names, the line, and whether it stands inside a function."""

    importer: str
    imported: str
    line: int
    is_local: bool


def modules(house: Path) -> Iterator[tuple[str, Path]]:
    """Yield (dotted name, file) of every module of the rooms, migrations left out."""
    for room in ROOMS:
        for path in sorted((house / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ".".join(path.relative_to(house).with_suffix("").parts).removesuffix(".__init__"), path


def imports(house: Path) -> Iterator[Import]:
    """Yield every import of every module: `from a import b` counts as a.b where that is a module, else as a."""
    known = dict(modules(house))
    for name, path in known.items():
        tree = ast.parse(path.read_text())
        local = {
            inner
            for outer in ast.walk(tree)
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
            for inner in ast.walk(outer)
        }
        for node in ast.walk(tree):
            for imported in _named(node, name if path.name == "__init__.py" else name.rpartition(".")[0], known):
                yield Import(name, imported, getattr(node, "lineno", 0), node in local)


def _named(node: ast.AST, package: str, known: dict[str, Path]) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            parents = package.split(".")[: len(package.split(".")) - level + 1] if level else []
            base = ".".join([*parents, *([module] if module else [])])
            for alias in names:
                yield f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base
