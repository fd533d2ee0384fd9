"""What django-allauth asks of the house: where people go, which sentences they read, how secrets are kept."""

import base64
import logging
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from capture.core.errors import Refusal
from capture.models import User
from capture.services.accounts import create_vouched_user, verify_password
from capture.services.devices import qr_svg
from capture.services.keyed_hash import keyed_hash
from config.accounts.forms import too_many_tries
from config.first_run import is_first_log_in

logger = logging.getLogger(__name__)

SAID = {
    "mfa/messages/totp_activated.txt": gettext_lazy("From now on the log-in asks for a code of your app."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("The app is not asked for any more."),
    "mfa/messages/webauthn_added.txt": gettext_lazy("The passkey is kept."),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("The passkey is not taken any more."),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy("These codes are new: write them down, each holds once."),
    "socialaccount/messages/account_connected.txt": gettext_lazy("From now on you can log in by it."),
    "socialaccount/messages/account_connected_updated.txt": gettext_lazy("You can log in by it already."),
    "socialaccount/messages/account_connected_other.txt": gettext_lazy("Another account here logs in by that."),
    "socialaccount/messages/account_disconnected.txt": gettext_lazy("You do not log in by it any more."),
}
"""Our sentence for each of allauth's messages; what is not here is not said."""


def first_page_of(user: User) -> str:
    """Return where somebody comes who logged in and asked for no page."""
    return reverse("welcome" if is_first_log_in(user) else "today")


class Accounts(DefaultAccountAdapter):
    """Accounts by name, made by an invitation or a command, and by no sign-up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_password": gettext_lazy("That is not your password."),
        "incorrect_code": gettext_lazy("That code does not fit. Wait for the next one and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: nobody makes an account for themselves."""
        del request
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where to go after the log-in: somebody who begins is asked a few things first."""
        return first_page_of(request.user) if isinstance(request.user, User) else reverse("today")

    def add_message(  # noqa: PLR0917 - as allauth calls it
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say a sentence of ours for a message of allauth's."""
        del message_context
        said = message or SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said), extra_tags=extra_tags)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Let somebody in, for as long as any log-in lasts."""
        super().login(request, user)
        request.session.set_expiry(None)

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Return whether this is the user's password. Raises ValidationError where it was tried too often."""
        try:
            return verify_password(user, password)
        except Refusal as refusal:
            raise too_many_tries(refusal) from refusal

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return True: whatever opens an account is changed by who says once more who they are."""
        del app, kwargs
        return True

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Send somebody whose account is closed back to the log-in, which says no more than of a wrong password."""
        del user
        messages.error(request, _("That did not let you in."))
        return redirect("account_login")


class Provider(DefaultSocialAccountAdapter):
    """Another service that says who somebody is. Nobody is found by an e-mail address."""

    def new_user(self, request: HttpRequest, sociallogin: Any) -> Any:
        """Bind who came to the issuer that says so, before anybody is looked up: another one may use the same name."""
        account = sociallogin.account
        issuer = (account.extra_data.get("id_token") or {}).get("iss", "")
        bound = sha256(f"{issuer}\0{account.uid}".encode()).hexdigest()
        # Links from before they were bound tell which issuer it was.
        by_name = SocialAccount.objects.filter(provider=account.provider, uid=account.uid)
        by_name.filter(extra_data__id_token__iss=issuer).update(uid=bound)
        account.uid = bound
        return super().new_user(request, sociallogin)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in who is linked; make an account for a stranger only where a setting says so. Raises what ends it."""
        sociallogin.token = None  # nothing is asked in their name later: it need not be kept
        said = sociallogin.account.extra_data
        subjects = {part.get("sub") for part in (said.get("userinfo"), said.get("id_token")) if part}
        if len(subjects) != 1 or not said.get("id_token"):  # OpenID Connect Core 1.0, 5.3.2; it names the issuer
            raise ImmediateHttpResponse(_refuse_provider(request, _("That did not let you in.")))
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        if not settings.OIDC_OPEN:
            unknown = _("No account here is linked with that. Log in by your password, and link it in Settings.")
            raise ImmediateHttpResponse(_refuse_provider(request, unknown))
        named = sociallogin.account.get_provider_account().get_user_data() or {}
        sociallogin.connect(request, create_vouched_user(str(named.get("preferred_username") or "")))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Say that it did not work; the log tells why. Raises what ends it."""
        del provider, extra_context
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(redirect("account_login"))
        logger.warning("A log-in by OpenID Connect failed: %s", type(exception).__name__)
        raise ImmediateHttpResponse(_refuse_provider(request, provider_failed()))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return False: an account is made in pre_social_login, or not at all."""
        del request, sociallogin
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Return False: whoever writes an address into another service is not its owner here."""
        del login, email
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Return where to go once an account is linked."""
        del request, socialaccount
        return reverse("mfa_index")


def provider_failed() -> str:
    """Return what to say where the other service did not answer, or not as it should."""
    return _("%(name)s did not answer as it should. Try again, or log in another way.") % {"name": settings.OIDC_NAME}


def _refuse_provider(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect("mfa_index" if request.user.is_authenticated else "account_login")


class SecondFactors(DefaultMFAAdapter):
    """Passkeys, apps and codes on paper."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": Accounts.error_messages["incorrect_code"]}

    def get_totp_issuer(self) -> str:
        """Return under which name an app lists its codes."""
        return "Stillnote"

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.get_username())

    def build_totp_svg(self, url: str) -> str:
        """Return the key for an app as a QR code."""
        return qr_svg(url)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's own name
        """Return what a new passkey is called unless its person calls it otherwise."""
        del user, type
        return _("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return what a passkey is bound to: the host, under the service's name."""
        return super().get_public_key_credential_rp_entity() | {"name": "Stillnote"}

    def encrypt(self, text: str) -> str:
        """Return a secret as the database has it: useless without the data folder's key."""
        return _factor_cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret that the database has."""
        return _factor_cipher().decrypt(encrypted_text.encode()).decode()


def _factor_cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(keyed_hash("second factors", ""))))
