"""What pages send, checked."""

from django import forms

from insights.models import DigestPlan


class DigestPlanForm(forms.Form):
    """Whether, when and how the e-mail comes; an address, where none was given yet."""

    enabled = forms.BooleanField(required=False)
    hour = forms.IntegerField(min_value=0, max_value=23)
    style = forms.ChoiceField(choices=DigestPlan.Style.choices)
    email = forms.EmailField(required=False)
