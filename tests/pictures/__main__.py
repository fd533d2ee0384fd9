"""`make pictures`: every page of the demo as pictures, wide and narrow, dark and light, to be looked at.

They go to `pictures` in the data folder. A demo that is open already is taken where its address, user and password are
given: `python -m tests.pictures ADDRESS USER PASSWORD`.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urljoin

from playwright.sync_api import Page, ViewportSize

from tests.bench.figures import data_folder
from tests.support.browser import chromium, log_in

SIZES = {"1280": ViewportSize(width=1280, height=800), "390": ViewportSize(width=390, height=844)}
LOOKS: dict[str, Literal["dark", "light"]] = {"night": "dark", "paper": "light"}
OPEN_SITE = re.compile(r"The site is open: (\S+) \(user: (\S+), password: (\S+)\)")
MISSING = "404"
PAGES = {
    "today": "/",
    "topics": "/topics/",
    "to-place": "/topics/unsorted/",
    "search": "/search/?q=idea",
    "recordings": "/recordings/",
    "review-begin": "/review/",
    "listen": "/listen/",
    "feed": "/settings/feed",
    "webhooks": "/settings/webhooks/",
    "to-act-on": "/act/",
    "let-go": "/let-go/",
    "questions": "/questions/",
    "when": "/when/",
    "sits": "/sits/",
    "devices": "/devices/",
    "phone": "/phone/",
    "folders": "/folders/",
    "mail-address": "/settings/mail",
    "archive": "/archive/",
    "writing-down": "/jobs/",
    "silent": "/jobs/silent/",
    "settings": "/settings/",
    "take-along": "/settings/takeout/",
    "the-end": "/settings/account/delete",
    "logging-in": "/settings/login/",
    "is-it-you": "/settings/again/",
    "browsers": "/settings/sessions/",
    "invitations": "/settings/invitations/",
    "programs": "/settings/programs/",
    "welcome": "/welcome/",
    "welcome-topics": "/welcome/topics",
    "welcome-phone": "/welcome/phone",
    "vocabulary": "/vocabulary/",
    "health": "/health/",
    "e-mail": "/digest/",
    MISSING: "/no-such-page",
}
BEHIND = {
    "topic": ("/topics/", "a.topic-row[href*='topics/']"),
    "recording": ("/", ".idea a.when"),
    "change-the-words": ("/", ".idea .leaf a[href*='edit']"),
    "move": ("/", ".idea .leaf a[href*='move']"),
    "near-an-idea": ("/", ".idea .leaf a[href$='near']"),
    "delete-an-idea": ("/", ".idea .leaf a[href$='delete']"),
    "webhook": ("/settings/webhooks/", ".rows a.button"),
}
"""Pages that are reached from another one: by its path, and which link of it."""
BESIDE = {
    "near-a-topic": ("topic", "near"),
    "near-a-recording": ("recording", "near"),
    "delete-a-topic": ("topic", "delete"),
}
"""Pages whose address is that of another one, and a word more: what links there may be another thing by then."""


class OpenDemo(NamedTuple):
    """A demo whose pages can be seen, and who logs in."""

    address: str
    user: str
    password: str


def paths(page: Page, address: str) -> dict[str, str]:
    """Return every page's name and address."""
    found = {name: f"{address}{path}" for name, path in PAGES.items()}
    for name, (start, link) in BEHIND.items():
        page.goto(f"{address}{start}")
        links = page.locator(link)
        if links.count():
            found[name] = str(links.first.evaluate("(link) => link.href"))
    for name, (of, word) in BESIDE.items():
        if of in found:
            found[name] = urljoin(found[of], word)
    return found


def take_pictures(demo: OpenDemo, folder: Path) -> None:
    """Write a PNG of each page in each size and look into a folder."""
    address = demo.address.rstrip("/")
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for size, viewport in SIZES.items():
            for look, scheme in LOOKS.items():
                context = browser.new_context(viewport=viewport, color_scheme=scheme)
                page = context.new_page()
                page.goto(f"{address}/login/")
                page.screenshot(path=folder / f"login-{size}-{look}.png")
                log_in(page, address, demo.user, demo.password)
                for name, where in paths(page, address).items():
                    answer = page.goto(where)
                    assert answer, where
                    assert answer.ok or name == MISSING, f"{where} answers with {answer.status}"
                    page.wait_for_load_state("load")
                    page.wait_for_timeout(150)
                    page.screenshot(path=folder / f"{name}-{size}-{look}.png", full_page=True)
                context.close()


@contextmanager
def running_demo() -> Iterator[OpenDemo]:
    """Give a demo of our own, from its first memo to its last idea; it ends with the context."""
    demo = subprocess.Popen([sys.executable, "manage.py", "demo"], stdout=subprocess.PIPE, text=True)
    try:
        assert demo.stdout
        told = next(filter(None, map(OPEN_SITE.search, demo.stdout)), None)
        if told is None:
            sys.exit("The demo ended before its site was open: see above.")
        yield OpenDemo(*told.groups())
    finally:
        demo.terminate()
        demo.wait()


if __name__ == "__main__":
    target = data_folder() / "pictures"
    if given := sys.argv[1:]:
        take_pictures(OpenDemo(*given), target)
    else:
        with running_demo() as demo:
            take_pictures(demo, target)
    print(f"{len(list(target.glob('*.png')))} pictures lie in {target}")
