"""One memo: its sound, its words, its ideas, and the end of it."""

import re
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from capture.core.errors import Refusal
from capture.core.nights import clock_at
from capture.models import AuthedRequest, Context, Memo
from capture.services.contexts import AS_IT_CAME, correct_context, correct_date, where_spoken
from capture.services.deletion import delete_memo, restore_memo
from capture.services.recordings import is_cut_off, peaks_of
from insights.correction_text import describe_batch
from insights.models import EDGE_KINDS, Correction, ErasedIdea, Idea
from insights.night_text import describe_loss
from insights.review_text import describe_moment
from insights.services.picture_rows import set_topic_sizes
from insights.services.recording_words import part_at, recording_parts
from transcription.models import Transcript
from transcription.services.jobs import hearing_hindrance, retry_transcript, retry_without_vad

ASKED_SECOND = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
ASKED_PART = re.compile(r"[1-9][0-9]{0,5}")


@login_required
@require_safe
def memo_page(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Show a memo."""
    shown = get_object_or_404(Memo.objects.of(request.user).select_related("device", "user"), pk=memo_id)
    current = Transcript.objects.current().filter(memo=shown).select_related("memo__user")
    transcript = current.prefetch_related("edits", "memo__peaks").first()
    ideas = _ideas_of(shown, transcript)
    set_topic_sizes(ideas)
    standing = [edit for edit in transcript.edits.all() if edit.undone_at is None] if transcript else []
    last = Correction.objects.of(request.user).undoable().last()
    is_edge_change = last is not None and last.kind in EDGE_KINDS and last.idea in ideas
    page = {
        **_where_context(shown),
        **_part_context(request, transcript, ideas),
        "moment": _moment_of(shown),
        "changes": list(dict.fromkeys(edit.batch for edit in reversed(standing))),
        "is_without_ums": request.GET.get("ums") == "no",
        "last": last if is_edge_change else None,
        "last_said": describe_batch([last]) if last is not None and is_edge_change else "",
        "memo": shown,
        "problem": hearing_hindrance(),
        "transcript": transcript,
        "ideas": ideas,
        "erased": ErasedIdea.objects.filter(span__memo=shown).order_by("erased_at"),
        "is_cut_off": is_cut_off(shown),
        "peaks": peaks_of(shown),
    }
    return render(request, "insights/memo.html", page)


def _part_context(request: AuthedRequest, transcript: Transcript | None, ideas: list[Idea]) -> dict[str, Any]:
    """Return the part of a recording that was asked for, by its number (`part`), a second (`at`), or an `idea`."""
    parts = recording_parts(transcript, ideas)
    asked = request.GET
    homes = {str(idea.pk): place for place, part in enumerate(parts) for _number, idea in part.ideas}
    if asked.get("idea") in homes:
        place = homes[asked["idea"]]
    elif seconds := ASKED_SECOND.fullmatch(asked.get("at", "")):
        place = part_at(parts, float(seconds[0]))
    else:
        number = ASKED_PART.fullmatch(asked.get("part", ""))
        place = min(int(number[0]), len(parts)) - 1 if number else 0
    return {"part": parts[place], "parts": Paginator(parts, 1).page(place + 1)}


def _ideas_of(memo: Memo, transcript: Transcript | None) -> list[Idea]:
    """Return a recording's ideas. Those of its transcript share it: its words are read once, however many ideas."""
    ideas = Idea.objects.filter(transcript__memo=memo).shown().with_memo().with_peaks().in_order()
    found = list(ideas.defer("transcript__words", "transcript__text", "transcript__warnings"))
    for idea in found:
        if transcript is not None and idea.transcript_id == transcript.pk:
            idea.transcript = transcript
    return found


def _moment_of(memo: Memo) -> str:
    zone = ZoneInfo(memo.user.time_zone)
    clock = clock_at(memo.recorded_at, memo.utc_offset, zone)
    return describe_moment(clock, where_spoken(memo).evening, timezone.now().astimezone(zone).date())


@login_required
@require_POST
def memo_context(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Take a person's word for where a memo was spoken."""
    shown = get_object_or_404(Memo.objects.of(request.user).select_related("device", "user"), pk=memo_id)
    try:
        correct_context(shown, request.POST.get("context", AS_IT_CAME))
    except Refusal as refusal:
        messages.error(request, refusal.sentence_in(_))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "insights/context.html", {"memo": shown, "is_fragment": True, **_where_context(shown)})
    return redirect("memo", memo_id)


@login_required
@require_POST
def memo_date(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Take a person's word for when a memo was spoken."""
    shown = get_object_or_404(Memo.objects.of(request.user).select_related("user"), pk=memo_id)
    try:
        correct_date(shown, request.POST.get("at", ""))
    except Refusal as refusal:
        messages.error(request, refusal.sentence_in(_))
    return redirect("memo", memo_id)


def _where_context(memo: Memo) -> dict[str, Any]:
    return {"where": where_spoken(memo), "contexts": Context.choices, "as_it_came": AS_IT_CAME}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def memo_delete(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Ask whether a memo is to go; on POST hide it at once, and offer to undo that for as long as it can be."""
    going = get_object_or_404(Memo.objects.of(request.user), pk=memo_id)
    page: dict[str, Any] = {"memo": going, "minutes": settings.UNDO_SECONDS // 60}
    if request.method != "POST":
        ideas = Idea.objects.filter(transcript__memo=going).shown().count()
        return render(request, "insights/delete_memo.html", {**page, "what_goes": describe_loss(ideas)})
    delete_memo(going)
    return render(request, "insights/deleted.html", page)


@login_required
@require_POST
def memo_restore(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Undo a deletion."""
    gone = get_object_or_404(Memo, user=request.user, pk=memo_id)
    restore_memo(gone)
    messages.success(request, _("The recording is back."))
    return redirect("memo", memo_id)


@login_required
@require_POST
def memo_retry(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Try again to transcribe a memo that failed."""
    shown = get_object_or_404(Memo.objects.of(request.user), pk=memo_id)
    retry_transcript(get_object_or_404(Transcript.objects.current(), memo=shown))
    messages.success(request, _("It is tried again."))
    return redirect("memo", memo_id)


@login_required
@require_POST
def memo_hear_all(request: AuthedRequest, memo_id: UUID) -> HttpResponse:
    """Transcribe a memo without speech once more, pauses and all."""
    shown = get_object_or_404(Memo.objects.of(request.user), pk=memo_id)
    if retry_without_vad(get_object_or_404(Transcript.objects.current(), memo=shown)):
        messages.success(request, _("All of it is listened to now."))
    return redirect("memo", memo_id)
