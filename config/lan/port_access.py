"""What each port answers to whom: the home network comes by HTTPS, and by plain HTTP only to what holds no secret.

A session, a password and what somebody said never go by plain HTTP to elsewhere. What a device sends may: its key can
send recordings and read nothing, and its person was told what plain HTTP means (templates/capture/plain.html).
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from capture.http.microphone import PLAIN_MARK
from config.http.problems import plain_problem
from config.lan.help_page import answer_help

OPEN_IN_PLAIN = ("/phone/", "/static/", "/api/v1/")
"""What a device needs that sends by plain HTTP; of the API all but pairing asks for the device's key."""


class PortAccess:
    """Answer the help page's port, and keep plain HTTP from all that is not for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.LAN:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, by the port on which it came; no header says that."""
        port = request.META.get("SERVER_PORT")
        if port == str(settings.HELP_PORT):
            return answer_help(request, self.get_response)
        if request.is_secure():
            return self.get_response(request)
        if port != str(settings.HTTPS_PORT):
            return _with_cookies_of_loopback(self.get_response(request))
        return self._answer_plain(request)

    def _answer_plain(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(OPEN_IN_PLAIN):
            request.META[PLAIN_MARK] = True
            answer = self.get_response(request)
            del answer["Cross-Origin-Opener-Policy"]  # browsers complain of it in plain HTTP
            return answer
        if request.method in {"GET", "HEAD"}:
            return HttpResponseRedirect(f"https://{request.get_host()}{request.get_full_path()}")
        return plain_problem(HTTPStatus.FORBIDDEN)


def _with_cookies_of_loopback(answer: HttpResponse) -> HttpResponse:
    """Return the answer with cookies that this machine's own browser sends back by plain HTTP: not every one would."""
    for cookie in answer.cookies.values():
        cookie["secure"] = ""
    return answer
