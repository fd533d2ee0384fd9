"""The sound of a memo: its playback copy, or the untouched original."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from capture.core.audio_kinds import KINDS
from capture.core.errors import StoreUnreachable
from capture.core.problems import problem_sentence
from capture.models import AuthedRequest, Memo
from capture.services import recordings
from capture.services.byte_ranges import serve_file

PLAYBACK_TYPE = "audio/mp4"


@login_required
@require_safe
def play_memo(request: AuthedRequest, memo_id: UUID) -> HttpResponseBase:
    """Play the copy that every browser can play and seek in; until it is made, the original."""
    memo = get_object_or_404(Memo.objects.of(request.user), pk=memo_id)
    try:
        return serve_file(request, recordings.find_playback(memo), PLAYBACK_TYPE, f'"{memo.sha256}-playback"')
    except FileNotFoundError:
        return _serve_original(request, memo)
    except StoreUnreachable as refusal:
        return _store_unreachable(refusal)


@login_required
@require_safe
def download_original(request: AuthedRequest, memo_id: UUID) -> HttpResponseBase:
    """Give the recording as it came, to be saved; where that was let go of, its playback copy."""
    memo = get_object_or_404(Memo.objects.of(request.user), pk=memo_id)
    is_copy = memo.original_gone_at is not None
    response = play_memo(request, memo_id) if is_copy else _serve_original(request, memo)
    spoken = memo.recorded_at.strftime("%Y-%m-%d %H.%M.%S")
    response["Content-Disposition"] = f'attachment; filename="{spoken}.{"m4a" if is_copy else memo.kind}"'
    return response


def _serve_original(request: AuthedRequest, memo: Memo) -> HttpResponseBase:
    try:
        return serve_file(request, recordings.find_original(memo), KINDS[memo.kind].media_type, f'"{memo.sha256}"')
    except FileNotFoundError as error:
        raise Http404(problem_sentence("recording-missing", {}, _)) from error
    except StoreUnreachable as refusal:
        return _store_unreachable(refusal)


def _store_unreachable(refusal: StoreUnreachable) -> HttpResponse:
    sentence = problem_sentence("store-silent", {}, _)
    return HttpResponse(sentence, "text/plain", refusal.status, headers={"Retry-After": str(refusal.retry_after)})
