"""Who is invited, and the page on which they choose their name and their password."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from capture.core.errors import Refusal
from capture.http.web_state import web_state
from capture.models import AuthedRequest, Invitation
from capture.services.invitations import (
    INVITATION_DAYS,
    create_invitation,
    invitation_link,
    may_invite,
    revoke_invitation,
    standing_invitation,
    take_invitation,
)
from config.forms import NewAccount


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: AuthedRequest) -> HttpResponse:
    """Show somebody who looks after accounts whom they invited, and make a link, shown once."""
    if not may_invite(request.user):
        raise Http404
    page: dict[str, object] = {"days": INVITATION_DAYS, "now": timezone.now()}
    if request.method == "POST":
        made, code = create_invitation(request.user, request.POST.get("note", ""))
        page |= {"made": made, "link": invitation_link(code)}
    page["invitations"] = Invitation.objects.filter(by=request.user).for_list()
    return render(request, "invitations.html", page)


@login_required
@require_POST
def take_invitation_back(request: AuthedRequest, invitation: int) -> HttpResponse:
    """Take an invitation back, unless somebody came in by it."""
    revoke_invitation(get_object_or_404(Invitation, pk=invitation, by=request.user))
    messages.success(request, _("That link lets nobody in any more."))
    return redirect("invitations")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, code: str) -> HttpResponse:
    """Ask who was invited for a name and a password, and let them in."""
    if request.user.is_authenticated:
        return redirect("today")
    try:
        if request.method == "POST":
            web_state().rate_limit.count_login(request)
        standing = standing_invitation(code, timezone.now())
        form = NewAccount(request.POST or None)
        if not form.is_valid():
            return render(request, "invited.html", {"form": form, "by": standing.by.get_username()})
        made = take_invitation(code, form.cleaned_data["username"], form.cleaned_data["password1"])
    except Refusal as refusal:
        page = render(request, "invitation_over.html", {"sentence": refusal.sentence_in(_)}, status=refusal.status)
        if refusal.retry_after:
            page["Retry-After"] = str(refusal.retry_after)
        return page
    answer: HttpResponse = perform_login(request, made)
    return answer
