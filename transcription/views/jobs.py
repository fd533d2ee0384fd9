"""The page of jobs, and its buttons: pause, resume, cancel, retry, hear again."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from capture.models import AuthedRequest, Memo
from transcription.core.engines.languages import known_languages
from transcription.error_text import sentence_of
from transcription.model_choice.hub import is_being_fetched
from transcription.model_choice.registry import engine_problem
from transcription.models import Transcript
from transcription.services import jobs as transcription_jobs
from transcription.services.forecast import forecast
from transcription.services.job_board import board, job_of, others
from transcription.services.retranscribe import (
    UnknownModel,
    cancel_retranscriptions,
    check_model,
    models_here,
    request_retranscription,
    request_retranscriptions,
)

DOUBTFUL = "doubtful"
SILENT_A_PAGE = 100


@login_required
@require_safe
def show_jobs(request: AuthedRequest) -> HttpResponse:
    """Show what is being written down, what waits, what could not be and why; of others, the counts to the owner."""
    now, problem = timezone.now(), engine_problem()
    page: dict[str, object] = {
        "board": board(request.user, now),
        "forecast": forecast(),
        "models": models_here(),
        "problem": problem,
        "is_fetching": bool(problem and is_being_fetched(problem)),
    }
    if request.user.is_superuser:
        page["others"] = others(request.user, now)
    return render(request, "transcription/jobs.html", page)


@login_required
@require_safe
def show_silent(request: AuthedRequest) -> HttpResponse:
    """Show all recordings in which nobody speaks, the newest first."""
    found = Transcript.objects.current().of(request.user).silent().without_words().order_by("-memo__recorded_at", "pk")
    page = {"found": Paginator(found, SILENT_A_PAGE).get_page(request.GET.get("page"))}
    return render(request, "transcription/silent.html", page)


@login_required
@require_safe
def show_job(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Show how a memo was and is being heard, and what can be said about that."""
    memo = get_object_or_404(Memo.objects.of(request.user), pk=memo_id)
    page = {
        "memo": memo,
        "job": job_of(memo),
        "shown": Transcript.objects.current().filter(memo=memo).first(),
        "models": models_here(),
    }
    return render(request, "transcription/job.html", page)


@login_required
@require_POST
def pause_job(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Pause a memo's transcript."""
    return _act_on_job(request, memo_id, transcription_jobs.pause_transcript, _("It rests."))


@login_required
@require_POST
def resume_job(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Resume a memo's transcript."""
    return _act_on_job(request, memo_id, transcription_jobs.resume_transcript, _("It goes on."))


@login_required
@require_POST
def cancel_job(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Cancel a memo's transcript."""
    return _act_on_job(
        request, memo_id, transcription_jobs.cancel_transcript, _("It is cancelled. The recording is kept.")
    )


@login_required
@require_POST
def retry_job(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Retry a memo's transcript."""
    return _act_on_job(request, memo_id, transcription_jobs.retry_transcript, _("It is tried again."))


def _act_on_job(request: AuthedRequest, memo_id: UUID, tell: Callable[[Transcript], bool], said: str) -> HttpResponse:
    transcript = job_of(get_object_or_404(Memo.objects.of(request.user), pk=memo_id))
    if transcript and tell(transcript):
        messages.success(request, said)
    else:
        messages.info(request, _("It has come further meanwhile; nothing was changed."))
    return redirect("jobs")


@login_required
@require_POST
def hear_memo_again(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Have a memo heard by another model, or in another language."""
    memo = get_object_or_404(Memo.objects.of(request.user), pk=memo_id)
    try:
        model = check_model(request.POST.get("model", ""))
        (language,) = known_languages([request.POST.get("language", "")]) or ("",)
        begun = request_retranscription(memo, model, language)
    except UnknownModel as reason:
        messages.error(request, sentence_of(reason.message))
        return redirect("job", memo_id)
    if begun:
        messages.success(request, _("It is heard again, after all that is new."))
    else:
        messages.info(request, _("It waits to be heard already, or there is nothing left to hear it from."))
    return redirect("job", memo_id)


@login_required
@require_POST
def hear_memos_again(request: AuthedRequest) -> HttpResponse:
    """Have all of a user's memos heard by another model, or the doubtful ones."""
    doubtful = request.POST.get("which", DOUBTFUL) == DOUBTFUL
    try:
        model = check_model(request.POST.get("model", ""))
    except UnknownModel as reason:
        messages.error(request, sentence_of(reason.message))
        return redirect("jobs")
    begun = request_retranscriptions(request.user, model, doubtful_alone=doubtful)
    said = ngettext("%(n)d recording will be heard again.", "%(n)d recordings will be heard again.", begun)
    messages.success(request, said % {"n": begun})
    return redirect("jobs")


@login_required
@require_POST
def cancel_memos_again(request: AuthedRequest) -> HttpResponse:
    """Hear none of a user's memos again, of those that are still to be."""
    ended = cancel_retranscriptions(request.user)
    said = ngettext("%(n)d recording keeps its words.", "%(n)d recordings keep their words.", ended)
    messages.success(request, said % {"n": ended})
    return redirect("jobs")
