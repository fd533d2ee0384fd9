"""The page on which somebody ends their account."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from capture.models import AuthedRequest, User
from config.erasure.backups import known_backups
from config.erasure.erase import LastOwner, ask_erasure, belongings_of, is_last_owner


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_account(request: AuthedRequest) -> HttpResponse:
    """Say what goes with an account; on POST close it, and let it be erased."""
    return _erase(request) if request.method == "POST" else _show(request)


@reauthentication_required
def _erase(request: AuthedRequest) -> HttpResponse:
    """Close the account of who said just now who they are: nothing brings it back."""
    user = User.objects.get(pk=request.user.pk)
    try:
        ask_erasure(user)
    except LastOwner:
        return _show(request)
    logout(request)
    messages.success(request, _("Your account is closed, and all that was in it is being erased."))
    return redirect("account_login")


def _show(request: AuthedRequest) -> HttpResponse:
    backups = known_backups()
    page = {
        "goes": belongings_of(request.user),
        "is_last_owner": is_last_owner(request.user),
        "last_backup": backups[0].made_at if backups else None,
        "backups": backups if request.user.is_superuser else [],
        "has_notes": bool(settings.EXPORT_DIR),
    }
    return render(request, "erase_account.html", page)
