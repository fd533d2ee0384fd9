"""Recordings that come in by the website, as files or from the browser that is logged in."""

from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from capture.core.errors import Refusal
from capture.http.multipart import read_form
from capture.http.problems import refusal_response
from capture.http.upload_handler import ArrivedFile
from capture.http.web_state import web_state
from capture.models import AuthedRequest, Memo, Source
from capture.services.ingest import Sent, ingest_recording
from capture.services.page_links import page_url
from capture.services.receipts import Receipt


class _AddedFile(NamedTuple):
    name: str
    receipt: Receipt | None
    refusal: Refusal | None


@login_required
@require_safe
def find_sent(request: AuthedRequest, client_id: str) -> HttpResponse:
    """Lead to the page of a recording that this browser sent under an id of its own, or that was known already."""
    own = Memo.objects.of(request.user)
    memo = get_object_or_404(own.filter(Q(client_id=client_id) | Q(aliases__client_id=client_id)).distinct())
    return redirect(page_url("memo", memo.pk))


@login_required
@require_POST
def add_memos(request: AuthedRequest) -> HttpResponse:
    """Take in every file of a form; one that is refused keeps no other out."""
    outcomes = _receive_form(request)
    if request.accepts("text/html"):
        return _tell_and_redirect(request, outcomes)
    refusal = next((outcome.refusal for outcome in outcomes if outcome.refusal), None)
    if refusal:
        return refusal_response(refusal)
    return JsonResponse({"receipts": [outcome.receipt for outcome in outcomes]}, status=201)


def _receive_form(request: AuthedRequest) -> list[_AddedFile]:
    try:
        web_state().rate_limit.count_request("user", request.user.pk, settings.UPLOADS_A_MINUTE)
        sent, recordings = read_form(request)
    except Refusal as refusal:
        return [_AddedFile("", None, refusal)]
    # What the fields say is of one recording; many files were somewhere already, and bring no more than themselves.
    said = sent if len(recordings) == 1 else Sent()
    return [_receive_file_of_form(request, recording, said) for recording in recordings]


def _receive_file_of_form(request: AuthedRequest, file: ArrivedFile, sent: Sent) -> _AddedFile:
    try:
        received = ingest_recording(request.user, None, Source.WEB, file.arrived(), sent._replace(name=file.name or ""))
    except Refusal as refusal:
        return _AddedFile(file.name or "", None, refusal)
    return _AddedFile(file.name or "", received.receipt, None)


def _tell_and_redirect(request: AuthedRequest, outcomes: list[_AddedFile]) -> HttpResponse:
    taken = sum(outcome.receipt is not None for outcome in outcomes)
    if taken:
        said = ngettext("One recording is kept.", "%(taken)d recordings are kept.", taken) % {"taken": taken}
        messages.success(request, said)
    for outcome in outcomes:
        if outcome.refusal:
            sentence = outcome.refusal.sentence_in(_)
            messages.error(request, f"{outcome.name}: {sentence}" if outcome.name else sentence)
    return redirect(page_url("today"))
