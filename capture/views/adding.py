"""Recordings that come in by the website: recorded there, or files that were somewhere already."""

from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from capture.core.errors import Refusal
from capture.http.multipart import read_form
from capture.http.problems import refusal_response
from capture.http.rate_limit import keep_pace
from capture.http.upload_handler import ArrivedFile
from capture.models import AuthedRequest, Source
from capture.services.ingest import Sent, receive
from capture.services.receipts import Receipt


class _Outcome(NamedTuple):
    name: str
    receipt: Receipt | None
    refusal: Refusal | None


@login_required
@require_POST
def add(request: AuthedRequest) -> HttpResponse:
    """Take in every file of a form; one that is refused keeps no other out."""
    outcomes = _received(request)
    if request.accepts("text/html"):
        return _page(request, outcomes)
    refusal = next((outcome.refusal for outcome in outcomes if outcome.refusal), None)
    if refusal:
        return refusal_response(refusal)
    return JsonResponse({"receipts": [outcome.receipt for outcome in outcomes]}, status=201)


def _received(request: AuthedRequest) -> list[_Outcome]:
    try:
        keep_pace("user", request.user.pk, settings.UPLOADS_A_MINUTE)
        sent, recordings = read_form(request)
    except Refusal as refusal:
        return [_Outcome("", None, refusal)]
    # What the fields say is of one recording; many files were somewhere already, and bring no more than themselves.
    said = sent if len(recordings) == 1 else Sent()
    return [_receive(request, recording, said) for recording in recordings]


def _receive(request: AuthedRequest, file: ArrivedFile, sent: Sent) -> _Outcome:
    try:
        received = receive(request.user, None, Source.WEB, file.arrived(), sent)
    except Refusal as refusal:
        return _Outcome(file.name or "", None, refusal)
    return _Outcome(file.name or "", received.receipt, None)


def _page(request: AuthedRequest, outcomes: list[_Outcome]) -> HttpResponse:
    taken = sum(outcome.receipt is not None for outcome in outcomes)
    if taken:
        said = ngettext("One recording is kept.", "%(taken)d recordings are kept.", taken) % {"taken": taken}
        messages.success(request, said)
    for outcome in outcomes:
        if outcome.refusal:
            sentence = _(outcome.refusal.sentence)
            messages.error(request, f"{outcome.name}: {sentence}" if outcome.name else sentence)
    return redirect("today")
