"""What a process of the web server keeps in memory, in one object. It is made before the server forks (config.wsgi)."""

from typing import Any

from django.apps import apps

from capture.http.rate_limit import RateLimit
from capture.http.revocation import RevocationWatch


class WebState:
    """rate_limit: shared with all processes forked from this one. revocation: of this process alone."""

    def __init__(self) -> None:
        self.rate_limit = RateLimit()
        self.revocation = RevocationWatch()


def web_state() -> WebState:
    """Return the state of this process."""
    room: Any = apps.get_app_config("capture")
    state: WebState = room.web_state
    return state
