"""One idea deleted for good, and brought back while that can be."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from capture.core.errors import StoreUnreachable
from capture.models import AuthedRequest
from capture.services.deletion import delete_memo
from insights.models import ErasedIdea, Idea
from insights.services.erased_ideas import StillHeard, erase_idea, loss_of, restore_idea
from insights.services.idea_edges import IdeaReplaced


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def idea_delete(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Say what goes with an idea; on POST hide it at once, and offer to undo that for as long as it can be.

    Where it is all that is said in its recording, that is deleted.
    """
    if erased := ErasedIdea.objects.of(request.user).filter(pk=idea_id).select_related("span").first():
        return _show_deleted(request, erased)
    idea = get_object_or_404(Idea.objects.of(request.user).with_memo(), pk=idea_id)
    page: dict[str, Any] = {"idea": idea, "memo": idea.memo, "minutes": settings.UNDO_SECONDS // 60}
    try:
        loss = loss_of(idea)
        if request.method != "POST":
            return render(request, "insights/delete_idea.html", {**page, "loss": loss})
        if loss.is_all:
            delete_memo(idea.memo)
            return render(request, "insights/deleted.html", page)
        erase_idea(idea)
    except StillHeard:
        messages.error(request, _("Its recording is being heard. Delete the idea once that is done."))
    except StoreUnreachable:
        messages.error(request, _("The place of the recordings does not answer. Nothing is deleted: try it later."))
    except IdeaReplaced:
        messages.error(request, _("It was split, joined or undone in another window meanwhile. Nothing is changed."))
    else:
        return redirect("delete_idea", idea.pk)
    return redirect("memo", idea.memo.pk)


def _show_deleted(request: AuthedRequest, erased: ErasedIdea) -> HttpResponse:
    """Say that an idea is deleted, and for how long it can be brought back."""
    left = erased.erased_at + timedelta(seconds=settings.UNDO_SECONDS) - timezone.now()
    page = {"erased": erased, "minutes": max(1, round(left.total_seconds() / 60))}
    return render(request, "insights/deleted_idea.html", page)


@login_required
@require_POST
def idea_restore(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Bring a deleted idea back."""
    erased = get_object_or_404(ErasedIdea.objects.of(request.user).select_related("idea", "span__memo"), pk=idea_id)
    restore_idea(erased)
    messages.success(request, _("The idea is back."))
    return redirect("memo", erased.span.memo_id)
