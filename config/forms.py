"""What a user may say about themselves."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from capture.models import User
from capture.services.accounts import account_name, verify_password
from transcription.core.engines.languages import known_languages

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class LogInForm(AuthenticationForm):
    """A name, in whatever capitals, and a password."""

    def clean_username(self) -> str:
        """Return the name as its account has it."""
        return account_name(self.cleaned_data["username"])


class Languages(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """Which languages a user speaks."""

    languages = forms.CharField(
        label=_("Languages you speak"),
        help_text=_("Two letters each, as in: en, de. Where there is one, all is heard as that."),
    )

    class Meta:
        model = User
        fields = ["languages"]

    def clean_languages(self) -> str:
        """Return the codes, separated by commas."""
        codes = [code for code in self.cleaned_data["languages"].lower().replace(",", " ").split() if code]
        if not codes or any(not (code.isascii() and code.isalpha() and len(code) in {2, 3}) for code in codes):
            raise ValidationError(_("Write language codes, as in: en, de."))
        if strange := [code for code in codes if code not in known_languages(codes)]:
            said = _("Whisper knows no language “%(codes)s”. Leave it out, or name the nearest one that it may know.")
            raise ValidationError(said, params={"codes": ", ".join(strange)})
        return ",".join(codes)


def browser_languages(accepted: str) -> str:
    """Return the languages that a browser asks for and Whisper knows, comma-separated. accepted: Accept-Language."""
    codes = (code.partition("-")[0] for code, _quality in parse_accept_lang_header(accepted))
    return ", ".join(known_languages(codes))


class AboutYou(Languages):
    """Where a user lives and when they sleep, which languages they speak, and where mail reaches them.

    Checking it raises Refusal (429) where a password was tried too often.
    """

    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(name, name) for name in sorted(zoneinfo.available_timezones())]
    )
    night_from = forms.TypedChoiceField(label=_("Your night usually begins at"), choices=HOURS, coerce=int)
    night_until = forms.TypedChoiceField(
        label=_("and ends at"),
        help_text=_("What is spoken in between counts as spoken at night. The same hour twice: nothing does."),
        choices=HOURS,
        coerce=int,
    )

    password = forms.CharField(
        label=_("Your password, where the e-mail address changes"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    class Meta:
        model = User
        fields = ["email", "time_zone", "languages", "night_from", "night_until", "trouble_mail"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["trouble_mail"].label = _("One mail when something hinders the service")
        self.fields["trouble_mail"].help_text = _("Memos that wait, a full disk, a silent phone: told once each time.")
        self.order_fields(["email", "password"])

    def clean(self) -> dict[str, Any]:
        """Return what was said; an address to which a person's words may go is changed by who knows the password."""
        said = self.cleaned_data
        is_changed = said.get("email", self.initial["email"]) != self.initial["email"]
        if is_changed and not verify_password(self.instance, said.get("password", "")):
            self.add_error("password", _("That is not your password."))
        return said


class NewPassword(PasswordChangeForm):
    """The old password, and a new one twice. Checking it raises Refusal (429) where the old one was tried too often."""

    def clean_old_password(self) -> str:
        """Return the old password, where it is."""
        given: str = self.cleaned_data["old_password"]
        if not verify_password(self.user, given):
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return given

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It stands at the end of a page, which would be scrolled down to it.
        del self.fields["old_password"].widget.attrs["autofocus"]
