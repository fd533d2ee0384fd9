"""What a person has in place of what was heard: the whole text, one word and its like, the history, and undoing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from capture.models import AuthedRequest
from capture.services.page_links import page_url
from transcription.core.edit_script import text_of
from transcription.forms import CorrectionForm, TextForm
from transcription.models import Transcript
from transcription.services import edits, occurrences
from transcription.services.doubtful_words import keep_words
from transcription.services.edits import ChangedMeanwhile, correct_word, edit_text
from transcription.services.occurrences import same_words_elsewhere

PAGE = "page"
"""What a form sends that stands on the recording's own page."""


def _editable_transcript(request: AuthedRequest, transcript_id: UUID) -> Transcript:
    heard = Transcript.objects.current().of(request.user).ready().select_related("memo__user")
    return get_object_or_404(heard, pk=transcript_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_transcript(request: AuthedRequest, transcript_id: UUID) -> HttpResponse:
    """Show a text to be changed, its words one by one below; on POST keep what was made of it."""
    transcript = _editable_transcript(request, transcript_id)
    form = TextForm(request.POST or None, initial=_text_with_base(transcript, text_of(transcript.pieces())))
    page: dict[str, Any] = {"transcript": transcript, "form": form}
    if form.is_valid():
        told = form.cleaned_data
        try:
            _report_places(request, edit_text(transcript, told["text"], by=request.user, seen=told["seen"]))
        except ChangedMeanwhile as meanwhile:
            page |= {
                "form": TextForm(initial=_text_with_base(transcript, meanwhile.text)),
                "is_changed_meanwhile": True,
            }
        else:
            return redirect(page_url("memo", transcript.memo_id))
    return render(request, "transcription/edit.html", page)


def _text_with_base(transcript: Transcript, text: str) -> dict[str, str]:
    """Return what a form begins with: a text, and the edits that stand now: what is sent is held against these."""
    return {"text": text, "seen": edits.standing_keys(transcript)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_place(request: AuthedRequest, transcript_id: UUID, first: int, last: int) -> HttpResponse:
    """Ask what was said instead of a few words, and where else; on POST change it there."""
    transcript = _editable_transcript(request, transcript_id)
    place = occurrences.place_of_words(transcript, first, last)
    if place is None:
        raise Http404
    form = CorrectionForm(request.POST or None, initial={"written": place.core, "stood": place.stood})
    is_changed_meanwhile = form.is_valid() and form.cleaned_data["stood"] not in {None, place.stood}
    if is_changed_meanwhile and request.POST.get("from") == PAGE:
        said = _("Changed in another window meanwhile: “%(stood)s” stands there now. You wrote “%(written)s”.")
        messages.error(request, said % {"stood": place.stood.strip(), "written": form.cleaned_data["written"]})
        return _back_to_words(request, transcript)
    if is_changed_meanwhile:
        form = CorrectionForm(initial={"written": form.cleaned_data["written"], "stood": place.stood})
    elif form.is_valid():
        also = request.POST.getlist("offered" if request.POST.get("all") else "also")
        _report_places(request, correct_word(place, form.cleaned_data["written"], also, by=request.user))
        return _back_to_words(request, transcript)
    page = {
        "transcript": transcript,
        "place": place,
        "elsewhere": same_words_elsewhere(place, request.user),
        "form": form,
        "is_changed_meanwhile": is_changed_meanwhile,
    }
    return render(request, "transcription/correct.html", page)


@login_required
@require_POST
def keep_place(request: AuthedRequest, transcript_id: UUID, first: int, last: int) -> HttpResponse:
    """Take a person's word that doubtful words were said; of a recording without speech they become its words."""
    transcript = get_object_or_404(Transcript.objects.current().of(request.user), pk=transcript_id)
    if keep_words(transcript, first, last, by=request.user):
        messages.success(request, _("The words are kept."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(page_url("memo", transcript.memo_id))


def _report_places(request: AuthedRequest, places: int) -> None:
    if places:
        said = ngettext("Changed in one place.", "Changed in %(n)d places.", places) % {"n": places}
        messages.success(request, said)
    else:
        messages.success(request, _("Nothing was changed."))


@login_required
@require_safe
def show_transcript_history(request: AuthedRequest, transcript_id: UUID) -> HttpResponse:
    """Show what was changed in a transcript, and let it be undone."""
    transcript = _editable_transcript(request, transcript_id)
    page = {"transcript": transcript, "steps": edits.edit_steps(transcript)}
    return render(request, "transcription/history.html", page)


@login_required
@require_POST
def undo_step(request: AuthedRequest, transcript_id: UUID, batch: UUID) -> HttpResponse:
    """Take back all that was changed at once, in this memo and in others."""
    transcript = _editable_transcript(request, transcript_id)
    if not transcript.edits.filter(batch=batch).exists():
        raise Http404
    places = edits.undo_edits(request.user, batch)
    said = ngettext("Undone in one place.", "Undone in %(n)d places.", places) % {"n": places}
    messages.success(request, said if places else _("Nothing was changed."))
    return _back_to_words(request, transcript)


def _back_to_words(request: AuthedRequest, transcript: Transcript) -> HttpResponse:
    """Return to the recording's page where it was asked there, or else to what was changed."""
    if request.POST.get("from") == PAGE:
        part = request.POST.get("part", "")
        query = f"?part={part}" if part.isascii() and part.isdigit() else ""
        return redirect(f"{page_url('memo', transcript.memo_id)}{query}")
    return redirect("transcript_history", transcript.pk)
