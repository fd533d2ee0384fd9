"""Which programs read what is somebody's, and the page on which they make and revoke tokens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from capture.core.errors import Refusal
from capture.models import AccessToken, AuthedRequest
from capture.services.access_tokens import revoke_access_token
from config.forms import NewAccessToken


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def access_tokens(request: AuthedRequest) -> HttpResponse:
    """Show which programs read; on POST make a token for another one, and show it this once."""
    form = NewAccessToken(request.user, request.POST or None)
    page: dict[str, object] = {"form": form}
    refusal = None
    try:
        if request.method == "POST" and form.is_valid():
            made, secret = form.make()
            page |= {"made": made, "secret": secret, "form": NewAccessToken(request.user)}
    except Refusal as error:
        refusal = error
        messages.error(request, refusal.sentence_in(_))
    now = timezone.now()
    page |= {"now": now, "tokens": AccessToken.objects.of(request.user).standing(now)}
    answer = render(request, "access_tokens.html", page, status=refusal.status if refusal else 200)
    if refusal and refusal.retry_after:
        answer["Retry-After"] = str(refusal.retry_after)
    return answer


@login_required
@require_POST
def end_access_token(request: AuthedRequest, access_token: int) -> HttpResponse:
    """Let nothing be read by a token any more."""
    revoke_access_token(get_object_or_404(AccessToken.objects.of(request.user), pk=access_token))
    messages.success(request, _("That token reads nothing any more."))
    return redirect("access_tokens")
