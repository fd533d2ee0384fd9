"""What a process of the web server keeps in memory, in one object. It is made before the server forks (config.wsgi)."""

from typing import Any

from django.apps import apps

from capture.http.rate_limit import RateLimit
from capture.http.revocation import RevocationWatch


class WebState:
    """How often who asked, counted with all processes forked from this one; and the uploads of this process."""

    def __init__(self) -> None:
        self.rate_limit = RateLimit()
        self.revocation = RevocationWatch()


def web_state() -> WebState:
    """Return this process's own."""
    room: Any = apps.get_app_config("capture")
    state: WebState = room.web_state
    return state
