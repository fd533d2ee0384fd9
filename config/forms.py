"""What a user may say about themselves."""

import zoneinfo
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UserCreationForm
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from capture.models import AccessToken, User
from capture.services.access_tokens import MAX_PROGRAM_CHARACTERS, create_access_token
from capture.services.accounts import account_name, verify_password
from transcription.core.engines.languages import known_languages

HOURS = [(hour, f"{hour}:00") for hour in range(24)]


class LogInForm(AuthenticationForm):
    """A name, in whatever capitals, and a password."""

    def clean_username(self) -> str:
        """Return the name as its account has it."""
        return account_name(self.cleaned_data["username"])


class LongSelect(forms.Select):
    """A choice among hundreds: Django's own asks two templates for each, which takes as long as all of a page."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Return it as HTML."""
        del renderer
        chosen = [mark_safe(' selected=""') if code == value else "" for code, _label in self.choices]
        options = ((code, mark, label) for (code, label), mark in zip(self.choices, chosen, strict=True))
        written = format_html_join("", '<option value="{}"{}>{}</option>', options)
        return format_html("<select{}>{}</select>", flatatt(self.build_attrs({"name": name}, attrs)), written)


class LanguagesField(forms.Field):
    """Languages that a user chose among; or their codes in one text, with commas between them."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        """Return the codes."""
        return [code for said in value or [] for code in said.lower().replace(",", " ").split()]


class Languages(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """Which languages a user speaks."""

    languages = LanguagesField(
        label=_("Languages you speak"), error_messages={"required": _("Choose the languages that you speak.")}
    )

    class Meta:
        model = User
        fields = ["languages"]

    def clean_languages(self) -> str:
        """Return the codes, separated by commas."""
        codes: list[str] = self.cleaned_data["languages"]
        if any(not (code.isascii() and code.isalpha() and len(code) in {2, 3}) for code in codes):
            raise ValidationError(_("Choose the languages that you speak."))
        if strange := [code for code in codes if code not in known_languages(codes)]:
            said = _("Whisper knows no language “%(codes)s”. Leave it out, or name the nearest one that it may know.")
            raise ValidationError(said, params={"codes": ", ".join(strange)})
        return ",".join(codes)


def browser_languages(accepted: str) -> str:
    """Return the languages that a browser asks for and Whisper knows, comma-separated. accepted: Accept-Language."""
    codes = (code.partition("-")[0] for code, _quality in parse_accept_lang_header(accepted))
    return ", ".join(known_languages(codes))


PAGE_LANGUAGES = [("", _("as the browser asks")), *settings.LANGUAGES]


class AboutYou(Languages):
    """Where a user lives and when they sleep, which languages they speak, and where mail reaches them.

    Checking it raises Refusal (429) where a password was tried too often.
    """

    page_language = forms.ChoiceField(
        label=_("Language of these pages"),
        help_text=_("And of e-mails to you. Where the browser is asked, those are in English."),
        choices=PAGE_LANGUAGES,
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name) for name in sorted(zoneinfo.available_timezones())],
        widget=LongSelect,
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
        fields = ["email", "page_language", "time_zone", "languages", "night_from", "night_until", "trouble_mail"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["trouble_mail"].label = _("A mail when something is wrong")
        self.fields["trouble_mail"].help_text = _(
            "Recordings that wait, a full disk, a silent phone: told once each time."
        )
        self.fields["trouble_mail"].widget.attrs["role"] = "switch"
        self.order_fields(["email", "password"])

    def clean(self) -> dict[str, Any]:
        """Return what was said; an address to which a person's words may go is changed by who knows the password."""
        said = self.cleaned_data
        is_changed = said.get("email", self.initial["email"]) != self.initial["email"]
        if is_changed and not verify_password(self.instance, said.get("password", "")):
            self.add_error("password", _("That is not your password."))
        return said


class Beginning(Languages):
    """What somebody who begins is asked: languages, the night, the zone, and whether the morning e-mail comes."""

    time_zone = AboutYou.declared_fields["time_zone"]
    night_from = AboutYou.declared_fields["night_from"]
    night_until = AboutYou.declared_fields["night_until"]
    wants_mail = forms.BooleanField(
        label=_("A quiet e-mail in the morning"),
        help_text=_("At 7:00, only when there is something new. You can change it later."),
        required=False,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )

    class Meta:
        model = User
        fields = ["languages", "time_zone", "night_from", "night_until"]


class LookChoice(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """How pages look to a user: dark, light, or as their device asks for it."""

    class Meta:
        model = User
        fields = ["look"]


class NewAccount(UserCreationForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """What somebody who was invited chooses: a name that no account has in whatever capitals, and a password."""

    class Meta:
        model = User
        fields = ["username"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Name")
        self.fields["username"].help_text = _("You log in with it. Letters, digits and @ . + - _")
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("The same again")
        self.fields["password2"].help_text = ""


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


class NewAccessToken(forms.Form):
    """What a program's token is made by: its name, how long it holds, and the password. Raises Refusal (429)."""

    name = forms.CharField(
        label=_("Which program"),
        help_text=_("To know it again, as in “notebook” or “backup script”."),
        max_length=MAX_PROGRAM_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=_("It holds"),
        choices=[(0, _("until you revoke it")), (30, _("for 30 days")), (90, _("for 90 days")), (365, _("for a year"))],
        coerce=int,
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Return the password, where it is the user's."""
        given: str = self.cleaned_data["password"]
        if not verify_password(self.user, given):
            raise ValidationError(_("That is not your password."))
        return given

    def make(self) -> tuple[AccessToken, str]:
        """Make the token and return it with its secret. Raises Refusal where nothing is to be seen of its name."""
        days = self.cleaned_data["days"]
        return create_access_token(
            self.user, self.cleaned_data["name"], timezone.now() + timedelta(days=days) if days else None
        )
