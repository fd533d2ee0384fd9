"""What happens around every page."""

import zoneinfo
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import get_script_prefix, is_valid_path, reverse
from django.utils import timezone, translation

HTTPS_SECONDS = 365 * 24 * 60 * 60
"""For so long a browser that came by https once comes by nothing else."""

COMPRESSED_KINDS = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"})


class UserLanguage:
    """Speak the language that the person who is logged in chose, whatever their browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; the API speaks English. LocaleMiddleware, around this, ends what is begun here."""
        if request.path_info.startswith("/api/"):
            translation.activate(settings.LANGUAGE_CODE)
        elif request.user.is_authenticated and request.user.page_language:
            translation.activate(request.user.page_language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


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
        is_sent_to_log_in = isinstance(answer, HttpResponseRedirect) and urlsplit(answer.url).path == reverse(
            "account_login"
        )
        if not (is_sent_to_log_in and request.htmx):  # type: ignore[attr-defined]
            return answer
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Session"})


class FormAddresses:
    """Lead a browser that asks for what only a form is sent to, as by a reload, to the page that the form is on.

    A browser shows an empty 405 as an error of its own. The page is the first address above that is a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        answer = self.get_response(request)
        is_page_wanted = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not is_page_wanted:
            return answer
        return HttpResponseRedirect(get_script_prefix().rstrip("/") + _page_above(request.path_info))


def _page_above(path: str) -> str:
    """Return the nearest address above a path that somebody answers."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return above if is_valid_path(above) else _page_above(above)


class CompressedText(GZipMiddleware):
    """Send pages, styles and scripts compressed to browsers that take them so; never sound, which is asked by ranges.

    Django adds random bytes, so that the length tells nothing of a page's secrets (Heal the BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, compressed where it is text for people."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        return super().process_response(request, response) if kind in COMPRESSED_KINDS else response


class TransportSecurity:
    """Keep answers out of caches, and, where the service is reached by https, browsers from asking by http.

    What a stranger's proxy or the next user of a browser could keep is what somebody said. Static files say themselves
    that they may be kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or send whoever came by http to https: the proxy says by which they came."""
        came_by_http = not request.is_secure() and request.headers.get("X-Forwarded-Proto", "").lower() == "http"
        is_redirected = settings.SECURE_COOKIES and came_by_http and request.method in {"GET", "HEAD"}
        answer = (
            HttpResponsePermanentRedirect(_address_by_https(request)) if is_redirected else self.get_response(request)
        )
        answer.headers.setdefault("Cache-Control", "private, no-store")
        if settings.SECURE_COOKIES and not settings.LAN:  # a browser would ask all ports of that host by https
            answer.headers.setdefault("Strict-Transport-Security", f"max-age={HTTPS_SECONDS}")
        return answer


def _address_by_https(request: HttpRequest) -> str:
    """Return where the same is by https: at the service's own host, whatever the request says."""
    return settings.ORIGIN + request.get_full_path()


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
