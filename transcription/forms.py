"""When old recordings may be written down."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from capture.models import ArchivePace

HOURS = [("", _("any hour")), *((hour, f"{hour:02}:00") for hour in range(24))]


def _hour(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=HOURS, coerce=int, empty_value=None, required=False)


class Pace(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """Paused, or from one hour until another of the user's own clock: both, or neither."""

    paused = forms.BooleanField(label=_("Let them rest for now"), required=False)
    from_hour = _hour(_("Only from"))
    until_hour = _hour(_("until"))

    class Meta:
        model = ArchivePace
        fields = ["paused", "from_hour", "until_hour"]

    def clean(self) -> dict[str, Any]:
        """Return the hours, both given or none."""
        said = self.cleaned_data
        if (said.get("from_hour") is None) != (said.get("until_hour") is None):
            raise forms.ValidationError(_("Give both hours, or neither."))
        return said
