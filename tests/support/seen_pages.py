"""What people read on pages of a data folder: `python -m tests.support.seen_pages`, its folder in STILLNOTE_HOME.

A process of its own, for the settings of the one that asks name another folder.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

HOUSE = Path(__file__).parents[2]


def seen_pages(
    addresses: Mapping[str, Sequence[str]], at: str, environment: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Return the text of pages by user and address, as they are seen at a moment (ISO 8601)."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.seen_pages"],
        cwd=HOUSE,
        env={**os.environ, **environment},
        input=json.dumps({"addresses": addresses, "at": at}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    seen: dict[str, dict[str, str]] = json.loads(run.stdout)
    return seen


class _Reader(HTMLParser):
    """Gathers what a page says, without its markup, its scripts and its head."""

    UNSEEN = frozenset({"head", "script", "style", "template"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self.UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in self.UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.append(data)


def text_of(page: str) -> str:
    """Return what a page says, in one line."""
    reader = _Reader()
    reader.feed(page)
    return " ".join(" ".join(reader.texts).split())


def _seen_by(name: str, addresses: Sequence[str]) -> dict[str, str]:
    browser = Client(SERVER_NAME=settings.LOOPBACK[0])
    browser.force_login(get_user_model().objects.get(username=name))
    pages = {address: browser.get(address) for address in addresses}
    return {
        address: text_of(page.content.decode()) if page.status_code == 200 else f"status {page.status_code}"
        for address, page in pages.items()
    }


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    asked = json.load(sys.stdin)
    django.setup()
    with mock.patch.object(timezone, "now", return_value=datetime.fromisoformat(asked["at"])):
        seen = {name: _seen_by(name, addresses) for name, addresses in asked["addresses"].items()}
    json.dump(seen, sys.stdout)


if __name__ == "__main__":
    main()
