"""Recordings that come in by the website: recorded there, or files that were somewhere already."""

from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from capture.errors import Refusal, bad_form, no_audio_field
from capture.models import AuthedRequest, Source
from capture.services import Receipt, Sent, receive
from capture.uploads import ArrivedFile


class _Outcome(NamedTuple):
    name: str
    receipt: Receipt | None
    refusal: Refusal | None


@login_required
@require_POST
def add(request: AuthedRequest) -> HttpResponse:
    """Take in every file of a form; one that is refused keeps no other out."""
    try:
        outcomes = _received(request)
    except (UnreadablePostError, MultiPartParserError, SuspiciousOperation):
        outcomes = [_Outcome("", None, bad_form())]
    if request.accepts("text/html"):
        return _page(request, outcomes)
    refusal = next((outcome.refusal for outcome in outcomes if outcome.refusal), None)
    if refusal:
        return JsonResponse({"title": refusal.sentence, "status": refusal.status}, status=refusal.status)
    return JsonResponse({"receipts": [outcome.receipt for outcome in outcomes]}, status=201)


def _received(request: AuthedRequest) -> list[_Outcome]:
    files = [file for file in request.FILES.getlist("audio") if isinstance(file, ArrivedFile)]
    if not files:
        return [_Outcome("", None, no_audio_field())]
    sent = Sent(recorded_at=request.POST.get("recorded_at") or None, sha256=request.POST.get("sha256") or None)
    return [_receive(request, file, sent) for file in files]


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
