"""The codes of messages that the code of a room makes, read from its source."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

DOWNLOAD_LINES = ("fetch_asks", "fetch_begins", "fetch_moves", "fetched", "fetch_failed")
"""What `DownloadLines` puts behind the word of its kind."""


def made_codes(room: Path, makers: Collection[str], *, leave_out: Collection[Path] = ()) -> Iterator[str]:
    """Yield the codes with which some functions are called, by name too, and those of the lines about downloads."""
    for path in {*room.rglob("*.py")}.difference(leave_out):
        tree = ast.parse(path.read_text())
        named = dict(_named_texts(tree))
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="DownloadLines"), args=[ast.Constant(value=str(kind))]):
                    yield from (f"{kind}_{line}" for line in DOWNLOAD_LINES)
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[code, *_]) if name in makers:
                    yield from _texts(code)
                    for used in ast.walk(code):
                        if isinstance(used, ast.Name) and (used.id.isupper() or used.id == "code"):
                            yield from named.get(used.id, ())


def _named_texts(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Yield the names that are given to texts, and all texts that each may stand for."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, _texts(value)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                yield from ((ast.unparse(name), _texts(value)) for name, value in zip(names, values, strict=True))


def _texts(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
