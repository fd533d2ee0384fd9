"""The folders that are watched for a user: what came of their files; watch one, stop watching it."""

from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from capture.core.errors import Refusal
from capture.models import AuthedRequest, WatchedFolder
from capture.sources.watched import folders as places

SHOWN_FILES = 50
"""Files that were not taken, of each folder."""


@login_required
@require_safe
def show_watched_folders(request: AuthedRequest) -> HttpResponse:
    """List a user's watched folders, and in each the files that were not taken."""
    watched = WatchedFolder.objects.filter(user=request.user).for_list()
    own_path = str(places.own_folder(request.user))
    shown = own_path if request.user.is_superuser else str(places.own_folder_name(request.user.pk))
    listed = [
        (folder, shown if folder.path == own_path else folder.path, folder.files.not_taken()[:SHOWN_FILES])
        for folder in watched
    ]
    has_own = any(folder.path == own_path for folder in watched)
    return render(request, "capture/folders.html", {"listed": listed, "own_path": shown, "has_own": has_own})


@login_required
@require_POST
def add_watched_folder(request: AuthedRequest) -> HttpResponse:
    """Watch the user's own folder, or the one that the owner of the machine names."""
    try:
        _watch_requested_folder(request)
    except Refusal as refusal:
        messages.error(request, refusal.sentence_in(_))
    else:
        messages.success(request, _("The folder is watched from now on."))
    return redirect("folders")


def _watch_requested_folder(request: AuthedRequest) -> WatchedFolder:
    path = request.POST.get("path", "").strip()
    if not path:
        return places.watch_own_folder(request.user)
    if not request.user.is_superuser:
        raise Refusal("not-the-owner")
    return places.watch_folder(request.user, Path(path))


@login_required
@require_POST
def choose_moving(request: AuthedRequest, folder_id: int) -> HttpResponse:
    """Let what is taken from a folder be moved into its folder `done`, or stay where it is."""
    folder = get_object_or_404(WatchedFolder, user=request.user, pk=folder_id)
    places.set_moves_done(folder, moves_done="moves_done" in request.POST)
    return redirect("folders")


@login_required
@require_POST
def remove_watched_folder(request: AuthedRequest, folder_id: int) -> HttpResponse:
    """Stop watching a folder."""
    places.stop_watching(get_object_or_404(WatchedFolder, user=request.user, pk=folder_id))
    messages.success(request, _("The folder is not watched any more. Its files stay, and so do your recordings."))
    return redirect("folders")
