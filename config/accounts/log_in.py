"""The log-in: by a password, by a passkey, and with a second factor where somebody has one."""

import hashlib
from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from capture.core.errors import Refusal
from capture.http.web_state import web_state
from capture.models import User
from config.accounts.adapters import first_page_of
from config.accounts.passkeys import passkeys_work
from config.accounts.provider import QUESTION_SECONDS, provider_name
from config.forms import LogInForm

KNOWN_BROWSER = "stillnote-known"
KNOWN_SECONDS = 365 * 24 * 3600
"""How long a browser is known after somebody logged in there (OWASP calls it a device cookie)."""


class LogIn(LoginView):
    """Ask who it is, not too often."""

    http_method_names = ("get", "head", "post")
    template_name = "login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let somebody in, or say why not."""
        limit, self._name = web_state().rate_limit, request.POST.get("username", "")
        try:
            limit.count_login(request)
        except Refusal as refusal:
            return self._refuse(refusal, refusal=refusal)
        try:
            limit.count_account_try(self._door(), self._name)
        except Refusal as refusal:
            return self._refuse(refusal, refused_name=refusal)
        return super().post(request, *args, **kwargs)

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """Return the page that was asked for, if one was but Today: whoever begins is asked a few things first."""
        del request  # allauth's stubs know one
        asked = super().get_redirect_url()
        return "" if asked == reverse("today") else asked

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows: a passkey is offered where one can be used."""
        shown = {"passkeys_work": passkeys_work(self.request), "provider": provider_name()}
        return super().get_context_data(**shown, **kwargs)

    def _refuse(self, reason: Refusal, **context: Any) -> HttpResponse:
        page = self.render_to_response(self.get_context_data(form=self.get_form_class()(), **context))
        page.status_code, page["Retry-After"] = reason.status, str(reason.retry_after)
        return page

    def form_valid(self, form: Any) -> HttpResponse:
        """Let them in, or ask for their second factor; in this browser no stranger's tries keep them out any more."""
        web_state().rate_limit.forget_account_tries(self._door(), self._name)
        person = form.get_user()
        # Told in any case: of an empty one allauth would read what the form says, and Today is where everybody comes.
        after = self.get_redirect_url() or first_page_of(person)
        answer: HttpResponse = perform_login(self.request, person, redirect_url=after)
        known = signing.dumps(person.pk, salt=KNOWN_BROWSER)
        answer.set_cookie(
            *(KNOWN_BROWSER, known, KNOWN_SECONDS),
            path=reverse("account_login"),
            secure=django_settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return answer

    def _door(self) -> str:
        """Return where the tries are counted: those of a browser in which this account was logged in, apart."""
        try:
            cookie = self.request.COOKIES.get(KNOWN_BROWSER, "")
            known = signing.loads(cookie, salt=KNOWN_BROWSER, max_age=KNOWN_SECONDS)
        except signing.BadSignature:
            return "login"
        is_theirs = User.objects.filter(pk=known, username__iexact=self._name.strip()).exists()
        return f"login {hashlib.sha256(cookie.encode()).hexdigest()}" if is_theirs else "login"


@require_safe
def admin_login(request: HttpRequest) -> HttpResponse:
    """Have whoever administers accounts log in by the one page for that."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    return redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('admin:index')})}")


class LogOut(LogoutView):
    """Forget who it is."""

    http_method_names = ("post",)


class LogInByPasskey(LoginWebAuthnView):
    """Ask a browser for a passkey, and let in whose it is."""

    http_method_names = ("get", "head", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, not too often for one address: each question is remembered until it is answered."""
        try:
            if request.method in {"GET", "HEAD", "POST"} and not request.user.is_authenticated:
                web_state().rate_limit.count_login(request)
        except Refusal as refusal:
            said = _("Too many tries came from your address. The next one is taken in %(seconds)d s.")
            messages.error(request, said % {"seconds": refusal.retry_after})
            answer = redirect("account_login")
            answer["Retry-After"] = str(refusal.retry_after)
            return answer
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return what to ask of the passkey, as JSON. Who never answers is forgotten soon."""
        answer = super().get(request, *args, **kwargs)
        request.session.set_expiry(QUESTION_SECONDS)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say that a passkey lets nobody in."""
        del form
        messages.error(self.request, _("That passkey is not known here. Take another one, or your password."))
        return redirect("account_login")
