"""No room names an address of a later one: its pages link through settings.PAGE_LINKS, which config fills."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver

from tests.support.imports import ROOMS

HOUSE = Path(__file__).parents[1]
NAMED = re.compile(
    r"""{%\s*url\s+['"]([\w:]+)['"]|\b(?:reverse|reverse_lazy|redirect|absolute_url|resolve_url)\(\s*['"]([\w:]+)['"]"""
)


def named(text: str) -> Iterator[str]:
    """Yield the names of addresses in a template or a module."""
    yield from (in_template or in_code for in_template, in_code in NAMED.findall(text))


def owners() -> dict[str, str]:
    """Return which room each named address belongs to."""
    found = re.compile(r"""\bname=["'](\w+)["']""")
    return {name: room for room in ROOMS for name in found.findall((HOUSE / room / "urls.py").read_text())}


def of_later_rooms(room: str, text: str) -> list[str]:
    """Return the names in a text of a room that belong to a later room."""
    of, later = owners(), ROOMS[ROOMS.index(room) + 1 :]
    return [name for name in named(text) if of.get(name) in later]


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_names_an_address_of_a_later_one(room: str) -> None:
    files = [file for suffix in ("html", "txt", "py") for file in (HOUSE / room).rglob(f"*.{suffix}")]
    breaches = [(str(file), name) for file in files for name in of_later_rooms(room, file.read_text())]
    assert breaches == []


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("capture", "{% url 'memo' memo.pk %}"),
        ("capture", 'return redirect("archive")'),
        ("transcription", '{% url "today" %}'),
        ("transcription", 'reverse("settings")'),
        ("insights", 'absolute_url("settings")'),
    ],
)
def test_a_name_of_a_later_room_is_found(room: str, text: str) -> None:
    assert len(of_later_rooms(room, text)) == 1


@pytest.mark.parametrize(
    ("room", "text"), [("insights", "{% url 'memo' memo.pk %}"), ("transcription", 'redirect("devices")')]
)
def test_names_of_earlier_rooms_and_of_ones_own_are_let_be(room: str, text: str) -> None:
    assert of_later_rooms(room, text) == []


def test_every_page_that_is_linked_to_has_an_address() -> None:
    assert {name for name in settings.PAGE_LINKS.values() if name not in get_resolver().reverse_dict} == set()
