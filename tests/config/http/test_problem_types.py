"""Every kind of problem that the code raises has a page and a line in docs/errors.md, and there are no others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from config.http.problem_types import KINDS
from config.http.problems import PLAIN
from tests.support.imports import ROOMS

HOUSE = Path(__file__).parents[3]
ROW = re.compile(r"^\| `([\w-]+)` \| (\d{3}) \| (.+) \|$", re.MULTILINE)


def raised(source: str) -> Iterator[tuple[str, int]]:
    """Yield kind and status of every Refusal, and of every problem document, that the code makes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _names_a_kind(node.func):
            match node.args[:2]:
                case [ast.Constant(int(status)), ast.Constant(str(kind))]:
                    yield kind, status
                case [ast.Constant(), _] | [_, ast.Constant()]:
                    raise AssertionError(f"line {node.lineno}: say status and kind as they are")


def _names_a_kind(called: ast.expr) -> bool:
    """Return whether it makes a Refusal or a problem document; `super().__init__` does, in a Refusal's own class."""
    match called:
        case ast.Name(name):
            return name in {"Refusal", "problem"}
        case ast.Attribute(ast.Call(ast.Name("super")), "__init__"):
            return True
    return False


def test_the_code_raises_what_is_explained_and_nothing_else() -> None:
    files = (file for room in ROOMS for file in (HOUSE / room).rglob("*.py"))
    found = {pair for file in files for pair in raised(file.read_text())}
    found |= {(kind, status) for status, (kind, _sentence) in PLAIN.items()}
    assert found == {(kind, told.status) for kind, told in KINDS.items()}


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
    assert list(raised('raise Refusal(418, "teapot", "Short and stout.")')) == [("teapot", 418)]
