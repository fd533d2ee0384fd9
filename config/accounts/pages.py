"""How somebody logs in, and how they change it: passkeys, an app, codes on paper, and where they are logged in."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic.base import ContextMixin, View

from capture.models import AuthedRequest, BrowserSession, User
from config.accounts.browser_sessions import end_other_sessions, end_session, live_sessions
from config.accounts.passkeys import local_address, passkeys_work
from config.accounts.provider import provider_name


class Plain(View):
    """A page that is asked for, or sent."""

    http_method_names = ("get", "head", "post")


class Seen(View):
    """A page that is looked at."""

    http_method_names = ("get", "head")


class WherePasskeysWork(ContextMixin, View):
    """A page that says whether a passkey can be used at its address, and where else."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        shown: dict[str, Any] = super().get_context_data(**kwargs) | kwargs
        shown |= {"passkeys_work": passkeys_work(self.request), "local_address": local_address(self.request)}
        return shown


class SecondFactor(Plain, WherePasskeysWork, AuthenticateView):
    """Ask for the second factor at the log-in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows: a passkey is offered to who has one."""
        theirs = Authenticator.objects.filter(user=self.stage.login.user, type=Authenticator.Type.WEBAUTHN)
        return super().get_context_data(has_passkey=theirs.exists(), **kwargs)


class LoggingIn(Seen, WherePasskeysWork, IndexView):
    """Show by what somebody logs in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        user = self.request.user
        is_linked = isinstance(user, User) and SocialAccount.objects.filter(user=user).exists()
        return super().get_context_data(provider=provider_name(), is_linked=is_linked, **kwargs)


class PasswordOnceMore(Plain, WherePasskeysWork, ReauthenticateView):
    """Ask for the password again before something changes by which one logs in."""


class CodeOnceMore(Plain, WherePasskeysWork, ReauthenticateByCodeView):
    """Ask for a code again."""


class PasskeyOnceMore(Plain, WherePasskeysWork, ReauthenticateWebAuthnView):
    """Ask for the passkey again."""


class AddPasskey(Plain, WherePasskeysWork, AddWebAuthnView):
    """Keep a passkey."""


class RenamePasskey(Plain, EditWebAuthnView):
    """Call a passkey otherwise."""

    success_url = reverse_lazy("mfa_index")


class RemovePasskey(Plain, RemoveWebAuthnView):
    """Let a passkey go."""

    success_url = reverse_lazy("mfa_index")


class AddApp(Plain, ActivateTOTPView):
    """Show a key for an app that makes codes, and keep it once the app has shown one."""


class RemoveApp(Plain, DeactivateTOTPView):
    """Let the app go."""


class PaperCodes(Seen, ViewRecoveryCodesView):
    """Show the codes for somebody who has neither phone nor passkey at hand."""


class NewPaperCodes(Plain, GenerateRecoveryCodesView):
    """Make new codes, so that those of before hold no more."""


class PaperCodesFile(Seen, DownloadRecoveryCodesView):
    """Hand the codes out as a text."""


@login_required
@require_safe
def sessions(request: AuthedRequest) -> HttpResponse:
    """Show where somebody is logged in."""
    listed = live_sessions(request.user, request.session.session_key or "")
    return render(request, "sessions.html", {"sessions": listed})


@login_required
@require_POST
def log_out_session(request: AuthedRequest, session: int) -> HttpResponse:
    """Log one browser out."""
    end_session(get_object_or_404(BrowserSession, pk=session, user=request.user))
    messages.success(request, _("That browser is logged out."))
    return redirect("sessions")


@login_required
@require_POST
def log_out_others(request: AuthedRequest) -> HttpResponse:
    """Log somebody out everywhere but here."""
    end_other_sessions(request.user, request.session.session_key or "")
    messages.success(request, _("You are logged in here alone."))
    return redirect("sessions")
