"""What somebody who logs in, or says once more who they are, is asked beside the password."""

import time
from typing import Any

from allauth.account.fields import PasswordField
from allauth.account.forms import ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from capture.core.errors import Refusal
from capture.http.web_state import web_state

CODES = "codes"
"""Where codes of a second factor are said."""

CODE_LIFE_NANOSECONDS = 90 * 10**9
"""A code of an app is taken half a minute before and after its own."""

CODE_BOX = forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"})


def too_many_tries(refusal: Refusal) -> ValidationError:
    """Return what a form says where something secret was tried too often."""
    said = _("That was tried too often. The next try is taken in %(seconds)d s.")
    return ValidationError(said, params={"seconds": refusal.retry_after}, code="too-many")


class CountedCode(BaseAuthenticateForm):
    """A code of an app, or one of the codes on paper. Tries are counted by account; a code of an app is taken once."""

    code = forms.CharField(label=gettext_lazy("Code"), widget=CODE_BOX)
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Return the code, where it is one of this person's."""
        limit, name = web_state().rate_limit, self.user.get_username()
        try:
            limit.count_account_try(CODES, name)
        except Refusal as refusal:
            raise too_many_tries(refusal) from refusal
        code = super().clean_code()
        # allauth knows which codes were used in its own process alone.
        is_of_app = self.authenticator.type == Authenticator.Type.TOTP
        used = f"used code {self.user.pk} {''.join(code.split())}"
        if is_of_app and limit.count(used, 1, time.monotonic_ns(), CODE_LIFE_NANOSECONDS):
            raise get_adapter().validation_error("incorrect_code")
        limit.forget_account_tries(CODES, name)
        return code


class Code(CountedCode, AuthenticateForm):
    """The second factor at the log-in."""


class CodeAgain(CountedCode, CodeAgainForm):
    """Who it is, once more, by the second factor."""


class FirstCode(ActivateTOTPForm):
    """The first code of an app, which shows that it has the key."""

    code = forms.CharField(label=gettext_lazy("The code that it shows"), widget=CODE_BOX)


class PasswordAgain(ReauthenticateForm):
    """Who it is, once more, by the password."""

    password = PasswordField(label=gettext_lazy("Your password"), autocomplete="current-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password"].widget.attrs["placeholder"]


class PasskeyName(EditWebAuthnForm):
    """What a passkey is called from now on."""

    name = forms.CharField(label=gettext_lazy("What to call it"), max_length=60)


class NewPasskey(AddWebAuthnForm):
    """What a passkey is called, and whether it is enough by itself."""

    name = forms.CharField(label=gettext_lazy("What to call it"), required=False, max_length=60)
    passwordless = forms.BooleanField(
        label=gettext_lazy("Log in with it alone"),
        help_text=gettext_lazy("Without name and password; it asks for your finger, face or PIN."),
        required=False,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})["passwordless"] = True
        super().__init__(*args, **kwargs)
