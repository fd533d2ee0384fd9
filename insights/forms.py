"""What pages send, checked."""

from datetime import date
from ipaddress import ip_address

import httpx
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from capture.models import AuthedRequest
from insights.core.webhooks.addresses import may_speak_to
from insights.models import TOLD_EVENTS, DigestPlan, Idea, Topic
from insights.services.recording_words import part_query
from insights.services.webhooks import allowed_networks
from insights.webhook_text import PROBLEMS
from transcription.services.edits import edit_keys

FIRST_YEAR, LAST_YEAR = 2000, 9000
"""Years in which nights are looked for: the calendar has room before and after them."""


class DigestPlanForm(forms.Form):
    """Whether, when and how the e-mail comes; an address, where none was given yet."""

    enabled = forms.BooleanField(required=False)
    hour = forms.IntegerField(min_value=0, max_value=23)
    style = forms.ChoiceField(choices=DigestPlan.Style.choices)
    email = forms.EmailField(required=False)
    password = forms.CharField(required=False, strip=False)


class IdeaWordsForm(forms.Form):
    """An idea's words as a person has them. seen: the edits with which they were shown."""

    text = forms.CharField(max_length=500_000)
    seen = forms.RegexField(r"\A[0-9 ]*\Z", required=False, empty_value=None, widget=forms.HiddenInput)

    def clean_seen(self) -> set[int] | None:
        """Return the keys of the edits that the words were shown with, or None where nothing is said of them."""
        return edit_keys(self.cleaned_data["seen"])


class WebhookForm(forms.Form):
    """An address that is to be told what happens: of what, and whether the words go with it."""

    url = forms.CharField(max_length=500)
    events = forms.MultipleChoiceField(choices=TOLD_EVENTS)
    with_words = forms.BooleanField(required=False)

    def clean_url(self) -> str:
        """Return an address that may be posted to, as far as is known before its name is resolved."""
        written: str = self.cleaned_data["url"]
        try:
            at = httpx.URL(written)
        except httpx.InvalidURL:
            at = httpx.URL("")
        if at.scheme not in {"http", "https"} or not at.host or at.userinfo or at.fragment:
            raise ValidationError(_("Write an address as in https://example.org/hook."))
        if at.scheme == "http" and not settings.WEBHOOK_NETWORKS:
            raise ValidationError(_("The address has to begin with https://."))
        if _is_unreachable(at.host):
            raise ValidationError(_(PROBLEMS["private-address"]))
        return written


def _is_unreachable(host: str) -> bool:
    """Return whether a host is an address that nothing is sent to; of a name that is seen when it is resolved."""
    try:
        return not may_speak_to(ip_address(host), allowed_networks())
    except ValueError:
        return False


def back_address(request: AuthedRequest, idea: Idea) -> str:
    """Return the page from which was asked, or that of the idea's recording."""
    asked = request.POST.get("back") or request.GET.get("back", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else f"{reverse('memo', args=[idea.transcript.memo_id])}{part_query(idea)}"


def find_own_topic(request: AuthedRequest, asked: object) -> Topic:
    """Return the user's topic of a primary key, however it was sent. Raises Http404."""
    try:
        return get_object_or_404(Topic.objects.of(request.user), pk=asked)
    except ValidationError as error:
        raise Http404 from error


def find_evening(evening: str) -> date:
    """Return the day that an address names. Raises Http404."""
    try:
        day = date.fromisoformat(evening)
    except ValueError as error:
        raise Http404 from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Http404
    return day
