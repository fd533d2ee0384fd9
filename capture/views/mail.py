"""The address to which a user mails recordings."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from capture.models import AuthedRequest, MailAddress
from capture.sources.mail.addresses import new_mail_address


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def address(request: AuthedRequest) -> HttpResponse:
    """Say whether the user has an address; on POST make a new one and show it, this once."""
    if request.method == "POST" and not settings.MAILIN_ADDRESS:
        return redirect("mail_address")
    new = new_mail_address(request.user) if request.method == "POST" else ""
    given = MailAddress.objects.filter(user=request.user).first()
    shown = {"is_set_up": bool(settings.MAILIN_ADDRESS), "new": new, "given": given}
    return render(request, "capture/mail_address.html", shown)
