"""Old recordings: how many are still to be written down, when that may happen, and where they come from."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from capture.models import AuthedRequest, Import
from capture.services.archive_pace import archive_pace_of, set_archive_pace
from transcription.forms import PaceForm
from transcription.models import Transcript
from transcription.services.forecast import archive_left

MAX_SHOWN_TRANSCRIPTS = 100


@login_required
@require_safe
def show_archive(request: AuthedRequest) -> HttpResponse:
    """Show a user's imports, what is left to be done, and the pace of it."""
    return _archive_page(request, PaceForm(instance=archive_pace_of(request.user)))


@login_required
@require_POST
def save_archive_pace(request: AuthedRequest) -> HttpResponse:
    """Save during which hours old recordings are transcribed, or pause them."""
    form = PaceForm(request.POST)
    if not form.is_valid():
        return _archive_page(request, form)
    set_archive_pace(request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("archive")


def _archive_page(request: AuthedRequest, form: PaceForm) -> HttpResponse:
    page = {
        "imports": Import.objects.of(request.user),
        "left": archive_left(request.user),
        "pace": form,
        "failed": Transcript.objects.current().of(request.user).archived().failed()[:MAX_SHOWN_TRANSCRIPTS],
    }
    return render(request, "transcription/archive.html", page)
