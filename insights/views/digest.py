"""The morning e-mail: when, what, how it looks, and the end of it."""

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from capture.core.errors import Refusal
from capture.models import AuthedRequest
from capture.services.page_links import page_url
from insights.error_text import describe_problem
from insights.forms import DigestPlanForm
from insights.services import digests


@login_required
@require_POST
def digest_save(request: AuthedRequest) -> HttpResponse:
    """Turn the e-mail on or off."""
    form = DigestPlanForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give an hour from 0 to 23, and an address that mail can reach."))
        return redirect(page_url("settings"))
    wanted = form.cleaned_data
    was_on = digests.plan_of(request.user).enabled
    try:
        digests.save_plan(request.user, **wanted)
    except digests.NoAddress as reason:
        messages.error(request, describe_problem(reason.message))
        return redirect(page_url("settings"))
    except digests.WrongPassword:
        messages.error(request, _("That is not your password, so that the address stays as it was."))
        return redirect(page_url("settings"))
    except Refusal as refusal:
        messages.error(request, refusal.sentence_in(_))
        return redirect(page_url("settings"))
    if wanted["enabled"]:
        messages.success(request, _("The e-mail is on."))
    elif was_on:
        messages.success(request, _("The e-mail is off."))
    else:
        messages.info(request, _("Saved. The e-mail stays off: tick “Send it”, and save, to have it sent."))
    return redirect(page_url("settings"))


@login_required
@require_safe
@csp_update({"style-src": ["'self'", "'unsafe-inline'"]})  # type: ignore[arg-type]  # mails have their styles inline
def digest_preview(request: AuthedRequest) -> HttpResponse:
    """Show the e-mail as it would be sent now."""
    plan = digests.plan_of(request.user)
    return render(
        request, "insights/digest_preview.html", {"plan": plan, "letter": digests.preview_digest(request.user)}
    )


@csrf_exempt  # RFC 8058: a mail program posts here without a session; the token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def digest_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Turn the e-mail off on POST; a GET, as link checkers send it, only asks."""
    if request.method == "POST":
        return render(request, "insights/unsubscribe.html", {"ended": digests.turn_off_digest(token)})
    return render(request, "insights/unsubscribe.html", {"ended": None})
