"""What pages send, checked."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404

from capture.models import AuthedRequest
from insights.models import DigestPlan, Topic


class DigestPlanForm(forms.Form):
    """Whether, when and how the e-mail comes; an address, where none was given yet."""

    enabled = forms.BooleanField(required=False)
    hour = forms.IntegerField(min_value=0, max_value=23)
    style = forms.ChoiceField(choices=DigestPlan.Style.choices)
    email = forms.EmailField(required=False)
    password = forms.CharField(required=False, strip=False)


def find_own_topic(request: AuthedRequest, asked: object) -> Topic:
    """Return the user's topic of a primary key, however it was sent. Raises Http404."""
    try:
        return get_object_or_404(Topic.objects.of(request.user), pk=asked)
    except ValidationError as error:
        raise Http404 from error


def find_evening(evening: str) -> date:
    """Return the day that an address names. Raises Http404."""
    try:
        return date.fromisoformat(evening)
    except ValueError as error:
        raise Http404 from error
