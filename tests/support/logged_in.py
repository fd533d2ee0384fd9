"""A browser without scripts, in which somebody is logged in to a whole service."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.support.service import Service


@contextmanager
def logged_in(service: Service, name: str, password: str) -> Iterator[httpx.Client]:
    """Give such a browser."""
    with httpx.Client(base_url=service.address, follow_redirects=True, timeout=30) as browser:
        browser.get("/login/")
        form = {"username": name, "password": password, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        answer = browser.post("/login/", data=form, headers={"Referer": f"{service.address}/login/"})
        assert answer.url.path in {"/", "/welcome/"}, answer.text
        yield browser
