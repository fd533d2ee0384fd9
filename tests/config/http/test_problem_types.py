"""Every kind of problem that the code raises has a page and a line in docs/errors.md, and there are no others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest
from django.test import Client

from config.http.problem_types import KINDS, OWN
from config.http.problems import BY_STATUS
from tests.support.imports import ROOMS

HOUSE = Path(__file__).parents[3]
ROW = re.compile(r"^\| `([\w-]+)` \| (\d{3}) \| (.+) \|$", re.MULTILINE)


def raised(source: str) -> Iterator[str]:
    """Yield the code of every Refusal, and of every problem document of its own words, that a module makes."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ClassDef(bases=[ast.Name("Refusal")]):
                yield from (str(code.value) for code in ast.walk(node) if _is_code(code))
            case ast.Call(ast.Name("Refusal" | "problem_response"), [ast.Constant(str(code)), *_]):
                yield code
            case ast.Call(ast.Name("Refusal")):
                raise AssertionError(f"line {node.lineno}: say the code as it is")


def _is_code(node: ast.AST) -> TypeGuard[ast.Constant]:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z-]+", node.value) is not None
    )


def test_the_code_raises_what_is_explained_and_nothing_else() -> None:
    files = (file for room in ROOMS for file in (HOUSE / room).rglob("*.py"))
    found = {code for file in files for code in raised(file.read_text())}
    found |= set(BY_STATUS.values())
    assert found == set(KINDS)
    assert all(OWN[code].status == status for status, code in BY_STATUS.items())


def test_the_documentation_says_the_same() -> None:
    told = ROW.findall((HOUSE / "docs" / "errors.md").read_text())
    assert told == [(kind, str(known.status), str(known.meaning)) for kind, known in KINDS.items()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_is_an_address_that_explains_it(kind: str, client: Client) -> None:
    page = client.get(f"/problems/{kind}")
    assert page.status_code == 200
    assert f"<h1>{kind}</h1>" in page.content.decode()
    assert str(KINDS[kind].status) in page.content.decode()


def test_an_unknown_kind_has_no_page(client: Client) -> None:
    assert client.get("/problems/hippopotamus").status_code == 404


def test_a_kind_that_nobody_explained_would_be_found() -> None:
    assert list(raised('raise Refusal("teapot", spouts=1)')) == ["teapot"]
    assert list(raised('class Tea(Refusal):\n    def __init__(self):\n        super().__init__("teapot")')) == [
        "teapot"
    ]
