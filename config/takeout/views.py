"""The page on which people take their account along: what is made for them, and fetching it."""

from uuid import UUID

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from capture.core.errors import Refusal
from capture.core.problems import problem_sentence
from capture.http.upload_handler import ArrivedFile
from capture.models import AuthedRequest
from capture.services.byte_ranges import serve_file
from config.models import Export, MarkdownFolder, TakeIn, TakeoutJob
from config.takeout import exports, markdown_folder, taking_in
from config.takeout.core.zip_members import ExportRefused

State = TakeoutJob.State
UNDER_WAY = {State.WAITING, State.CLAIMED}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def takeout_page(request: AuthedRequest) -> HttpResponse:
    """Show what can be taken along and what is made, and begin to make what is asked for."""
    if request.method == "POST":
        return _request_export(request)
    mine = list(Export.objects.of(request.user))
    asked = {export.kind for export in mine if export.state in UNDER_WAY}
    brought = TakeIn.objects.of(request.user).first()
    is_coming = brought is not None and brought.state in UNDER_WAY
    kinds = [kind for kind in Export.Kind if kind not in asked]
    page = {"kinds": kinds, "exports": mine, "brought": brought, "is_coming": is_coming}
    page |= {"folder": markdown_folder.folder_of(request.user) if django_settings.EXPORT_DIR else None}
    page["kept"] = MarkdownFolder.objects.filter(user=request.user).first()
    page["is_busy"] = bool(asked) or is_coming
    return render(request, "takeout.html", page)


def _request_export(request: AuthedRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    if kind not in Export.Kind.values:
        raise Http404
    try:
        exports.request_export(request.user, kind)
    except ExportRefused as refused:
        messages.error(request, problem_sentence(refused.code, {}, _))
    return redirect("takeout")


@login_required
@require_safe
def download_export(request: AuthedRequest, export_id: UUID) -> HttpResponseBase:
    """Give the file of an export, or the part of it that is asked for."""
    export = get_object_or_404(Export.objects.of(request.user).filter(state=State.DONE), pk=export_id)
    try:
        response = serve_file(request, exports.find_export_file(export), "application/zip", f'"{export.pk}"')
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"stillnote-{export.kind}-{export.asked_at:%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_POST
def remove_export(request: AuthedRequest, export_id: UUID) -> HttpResponse:
    """Remove an export, whether it is made or not."""
    exports.delete_export(get_object_or_404(Export.objects.of(request.user), pk=export_id))
    return redirect("takeout")


@login_required
@require_POST
def take_in(request: AuthedRequest) -> HttpResponse:
    """Take an export in that a person brings: it waits for a worker, unless it is none."""
    file = request.FILES.get("export")
    try:
        if isinstance(file, ArrivedFile) and not TakeIn.objects.of(request.user).under_way().exists():
            taking_in.request_take_in(request.user, file.arrived())
    except Refusal as refusal:
        messages.error(request, refusal.sentence_in(_))
    except ExportRefused as refused:
        messages.error(request, problem_sentence(refused.code, {}, _))
    return redirect("takeout")


@login_required
@require_POST
def keep_folder(request: AuthedRequest) -> HttpResponse:
    """Keep a user's topics as Markdown from now on, or no longer."""
    if "stop" in request.POST:
        markdown_folder.turn_off(request.user)
    elif django_settings.EXPORT_DIR:
        markdown_folder.turn_on(request.user)
    return redirect("takeout")
