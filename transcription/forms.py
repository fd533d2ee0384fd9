"""What people fill in: when old recordings may be written down, what was said instead, and which words to know."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from capture.models import ArchivePace
from transcription.core.tokens import MAX_MEANT_WORDS, MAX_WORD_CHARACTERS
from transcription.services.edits import edit_keys

HOURS = [("", _("any hour")), *((hour, f"{hour:02}:00") for hour in range(24))]


def _hour_field(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=HOURS, coerce=int, empty_value=None, required=False)


class PaceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """Paused, or from one hour until another of the user's own clock: both, or neither."""

    paused = forms.BooleanField(
        label=_("Let them rest for now"), required=False, widget=forms.CheckboxInput(attrs={"role": "switch"})
    )
    from_hour = _hour_field(_("Only from"))
    until_hour = _hour_field(_("until"))

    class Meta:
        model = ArchivePace
        fields = ["paused", "from_hour", "until_hour"]

    def clean(self) -> dict[str, Any]:
        """Return the hours, both given or none."""
        said = self.cleaned_data
        if (said.get("from_hour") is None) != (said.get("until_hour") is None):
            raise forms.ValidationError(_("Give both hours, or neither."))
        return said


class TextForm(forms.Form):
    """A transcript as a person has it. Never more than anybody says in a memo, nor nothing at all."""

    text = forms.CharField(label=_("The text"), max_length=500_000, widget=forms.Textarea(attrs={"rows": 12}))
    seen = forms.RegexField(r"\A[0-9 ]*\Z", required=False, empty_value=None, widget=forms.HiddenInput)

    def clean_seen(self) -> set[int] | None:
        """Return the keys of the edits that the text was shown with, or None where nothing is said of them."""
        return edit_keys(self.cleaned_data["seen"])


class CorrectionForm(forms.Form):
    """A word, or a few, as a person writes them; nothing takes them out."""

    written = forms.CharField(label=_("What was said"), max_length=200, required=False)
    stood = forms.CharField(required=False, strip=False, empty_value=None, widget=forms.HiddenInput)


class NewWordForm(forms.Form):
    """A word that the user says."""

    word = forms.CharField(label=_("A name or word you say"), max_length=MAX_WORD_CHARACTERS)

    def clean_word(self) -> str:
        """Return it with single spaces in it: a name may be of several words, though not of many."""
        words = str(self.cleaned_data["word"]).split()
        if len(words) > MAX_MEANT_WORDS:
            raise forms.ValidationError(_("Give a name of at most three words."))
        return " ".join(words)
