"""Folders of old recordings: what lies in one, by which dates, and taking it in."""

from uuid import UUID
from zoneinfo import available_timezones

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from capture.core.errors import Refusal
from capture.models import AuthedRequest, Import, ImportedFile
from capture.services.page_links import page_url
from capture.sources.imports import service

FILES_A_PAGE = 100


@login_required
@require_POST
def add_import(request: AuthedRequest) -> HttpResponse:
    """Have a folder of this machine listed: its owner alone may name one."""
    if not request.user.is_superuser:
        raise PermissionDenied
    try:
        taken = service.request_import(request.user, request.POST.get("folder", ""), request.user.time_zone)
    except Refusal as refusal:
        messages.error(request, refusal.sentence_in(_))
        return redirect(page_url("archive"))
    return redirect("import", taken.pk)


@login_required
@require_safe
def show_import(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Show what lies in a folder, and how far it has come in."""
    taken = get_object_or_404(Import.objects.of(request.user), pk=import_id)
    files = taken.files.order_by("recorded_at", "pk")
    if (only := request.GET.get("only")) in ImportedFile.State.values:
        files = files.filter(state=only)
    page = {
        "taken": taken,
        "counts": taken.files.counts(),
        "files": Paginator(files, FILES_A_PAGE).get_page(request.GET.get("page")),
        "only": only,
        "zones": sorted(available_timezones()) if taken.state == Import.State.LISTED else [],
        "is_busy": taken.state in {Import.State.LISTING, Import.State.RUNNING},
    }
    return render(request, "capture/import.html", page)


@login_required
@require_POST
def change_import_zone(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Date the files by another time zone."""
    taken = get_object_or_404(Import.objects.of(request.user), pk=import_id)
    try:
        taken = service.list_import_anew(taken, request.POST.get("time_zone", ""))
    except Refusal as refusal:
        messages.error(request, refusal.sentence_in(_))
    return redirect("import", taken.pk)


@login_required
@require_POST
def resume_import(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Begin taking an import in, or go on with it."""
    taken = get_object_or_404(Import.objects.of(request.user), pk=import_id)
    service.start_import(taken, uses_texts="uses_texts" in request.POST)
    return redirect("import", taken.pk)


@login_required
@require_POST
def pause_import(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Pause an import."""
    taken = get_object_or_404(Import.objects.of(request.user), pk=import_id)
    service.pause_import(taken)
    return redirect("import", taken.pk)


@login_required
@require_POST
def forget_import(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Delete an import's list; memos and folder stay."""
    service.discard_import(get_object_or_404(Import.objects.of(request.user), pk=import_id))
    messages.success(request, _("The list is forgotten. What was taken in stays, and so does the folder."))
    return redirect(page_url("archive"))
