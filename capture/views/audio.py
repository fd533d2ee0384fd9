"""The sound of a memo: its playback copy, or the untouched original."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from capture.core.errors import StoreUnreachable
from capture.core.problems import problem_sentence
from capture.models import AuthedRequest, Memo
from capture.services.playing import serve_original, serve_playback


@login_required
@require_safe
def play_memo(request: AuthedRequest, memo_id: UUID) -> HttpResponseBase:
    """Play the copy that every browser can play and seek in; until it is made, the original."""
    return _answer_with(serve_playback, request, get_object_or_404(Memo.objects.of(request.user), pk=memo_id))


@login_required
@require_safe
def download_original(request: AuthedRequest, memo_id: UUID) -> HttpResponseBase:
    """Give the recording as it came, to be saved; where that was let go of, its playback copy."""
    memo = get_object_or_404(Memo.objects.of(request.user), pk=memo_id)
    is_copy = memo.original_gone_at is not None
    response = _answer_with(serve_playback if is_copy else serve_original, request, memo)
    spoken = memo.recorded_at.strftime("%Y-%m-%d %H.%M.%S")
    response["Content-Disposition"] = f'attachment; filename="{spoken}.{"m4a" if is_copy else memo.kind}"'
    return response


def _answer_with(
    serve: Callable[[HttpRequest, Memo], HttpResponseBase], request: HttpRequest, memo: Memo
) -> HttpResponseBase:
    """Return the sound, or a sentence that says why there is none."""
    try:
        return serve(request, memo)
    except Http404 as error:
        raise Http404(problem_sentence("recording-missing", {}, _)) from error
    except StoreUnreachable as refusal:
        sentence = problem_sentence("store-silent", {}, _)
        retry = {"Retry-After": str(refusal.retry_after)}
        return HttpResponse(sentence, "text/plain", refusal.status, headers=retry)
