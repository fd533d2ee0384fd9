"""The codes of messages that the code of a room makes, read from its source."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

DOWNLOAD_LINES = ("fetch_asks", "fetch_begins", "fetch_moves", "fetched", "fetch_failed")
"""What `DownloadLines` puts behind the word of its kind."""


def made_codes(room: Path, makers: Collection[str], *, leave_out: Collection[Path] = ()) -> Iterator[str]:
    """Yield the codes with which some functions are called, and those of the lines about downloads."""
    for path in {*room.rglob("*.py")}.difference(leave_out):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="DownloadLines"), args=[ast.Constant(value=kind)]):
                    yield from (f"{kind}_{line}" for line in DOWNLOAD_LINES)
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[code, *_]) if name in makers:
                    yield from (str(one.value) for one in ast.walk(code) if isinstance(one, ast.Constant))
