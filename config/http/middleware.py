"""What happens around every page."""

import zoneinfo
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone


class UserTimeZone:
    """Show times by the clock of the person who is logged in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the user's time zone; the API speaks UTC and asks no session for it."""
        if request.path_info.startswith("/api/") or not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(request.user.time_zone)):
            return self.get_response(request)


class LoggedOutFragments:
    """Tell htmx by a status that nobody is logged in: of a redirect it would lay the log-in page into a list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; static/config/answers.js makes a sentence of the status."""
        answer = self.get_response(request)
        is_sent_to_log_in = isinstance(answer, HttpResponseRedirect) and urlsplit(answer.url).path == reverse("login")
        if not (is_sent_to_log_in and request.htmx):  # type: ignore[attr-defined]
            return answer
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Session"})


class HeadResponses:
    """Answer HEAD with what GET would say of its answer, and without that answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        answer = self.get_response(request)
        if request.method == "HEAD" and not answer.streaming:
            answer.headers.setdefault("Content-Length", str(len(answer.content)))
            answer.content = b""
        return answer
