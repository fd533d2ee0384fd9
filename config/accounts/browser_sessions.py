"""Where somebody is logged in: each browser, to be seen and to be logged out."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from capture.models import BrowserSession, User
from config.http.sessions import hash_session_key

SEEN_SECONDS = 3600
"""So seldom is it written down again that a browser was seen."""

_MARK = "seen"
_SECRET_HEADERS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_X_CSRFTOKEN")
_BROWSERS = (("Firefox/", "Firefox"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


class ListedSessions:
    """Keep the list of where somebody is logged in: written at the first request of a log-in, then once an hour."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; the API knows no sessions."""
        if not request.path_info.startswith("/api/") and isinstance(request.user, User):
            _list_session(request, request.user, timezone.now())
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Send a stranger to the log-in before allauth, around this, keeps what was sent until they said who they are.

        It keeps the headers beside it, in the session: those that let somebody in are taken off.
        """
        if not isinstance(exception, ReauthenticationRequired):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        for name in _SECRET_HEADERS:
            request.META.pop(name, None)
        return None


def live_sessions(user: User, current: str) -> list[tuple[BrowserSession, bool]]:
    """Return a user's log-ins, this one first, each with whether it is this one. current: this session's key."""
    here = hash_session_key(current)
    rows = {row.key_hash: row for row in BrowserSession.objects.filter(user=user).order_by("-last_seen")}
    alive = Session.objects.filter(session_key__in=rows, expire_date__gt=timezone.now())
    living = set(alive.values_list("session_key", flat=True))
    listed = [(row, key == here) for key, row in rows.items() if key in living]
    return sorted(listed, key=lambda row: not row[1])


def end_session(row: BrowserSession) -> None:
    """Log a browser out."""
    Session.objects.filter(session_key=row.key_hash).delete()
    row.delete()


def end_other_sessions(user: User, current: str) -> None:
    """Log somebody out everywhere but here, by the sessions themselves: one may be on no list yet."""
    here = hash_session_key(current)
    alive = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=here)
    for session in alive.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
    BrowserSession.objects.filter(user=user).exclude(key_hash=here).delete()


def _list_session(request: HttpRequest, user: User, now: datetime) -> None:
    """Write down that a browser was seen, unless that was done of late, and forget those whose log-in is over."""
    key = hash_session_key(request.session.session_key or "")
    mark = [key, int(now.timestamp()) // SEEN_SECONDS]
    if request.session.get(_MARK) == mark:
        return
    browser, system = browser_and_system(request.headers.get("User-Agent", ""))
    seen = {"user": user, "browser": browser, "system": system, "last_seen": now}
    over = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    BrowserSession.objects.filter(user=user, last_seen__lt=over).delete()
    BrowserSession.objects.update_or_create(key_hash=key, defaults=seen)
    request.session[_MARK] = mark


def browser_and_system(agent: str) -> tuple[str, str]:
    """Return a browser's and its system's name by what it says of itself; empty where it says nothing known."""
    return _first_named(agent, _BROWSERS), _first_named(agent, _SYSTEMS)


def _first_named(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in names if sign in agent), "")
