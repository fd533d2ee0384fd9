"""Another service that says who somebody is, by OpenID Connect: to log in by it, to link it, to let it go."""

from allauth.account.decorators import reauthentication_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.connect import disconnect, validate_disconnect
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.openid_connect.views import callback
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from capture.core.errors import Refusal
from capture.http.web_state import web_state
from capture.models import AuthedRequest
from config.accounts.adapters import provider_failed

PROVIDER = "oidc"
QUESTION_SECONDS = 15 * 60
"""How long somebody who is not logged in yet has for the next step."""


def provider_name() -> str:
    """Return what the other service is called, or nothing where there is none."""
    is_whole = settings.OIDC_URL and settings.OIDC_CLIENT and settings.OIDC_SECRET
    return str(settings.OIDC_NAME) if is_whole else ""


@require_POST
def log_in_by_provider(request: HttpRequest) -> HttpResponse:
    """Send somebody to the other service, from where they come back as who they are."""
    _refuse_without_provider()
    if request.user.is_authenticated:
        return redirect("today")
    try:
        web_state().rate_limit.count_login(request)
    except Refusal as refusal:
        messages.error(request, refusal.sentence_in(_))
        return redirect("account_login")
    request.session.set_expiry(QUESTION_SECONDS)
    return _go_to_provider(request, AuthProcess.LOGIN)


@login_required
@require_POST
@reauthentication_required
def link_provider(request: AuthedRequest) -> HttpResponse:
    """Send somebody to the other service, who can log in by it from then on."""
    _refuse_without_provider()
    return _go_to_provider(request, AuthProcess.CONNECT)


@login_required
@require_POST
@reauthentication_required
def unlink_provider(request: AuthedRequest) -> HttpResponse:
    """Let the other service go, unless it is all by which its person comes in."""
    for account in SocialAccount.objects.filter(user=request.user):
        try:
            validate_disconnect(request, account)
        except ValidationError:
            messages.error(request, _("You have no password here: without this you could not log in any more."))
        else:
            disconnect(request, account)
    return redirect("mfa_index")


@never_cache
@require_safe
def provider_answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the other service says of who came back."""
    _refuse_without_provider()
    answer: HttpResponse = callback(request, provider_id)
    return answer


def _refuse_without_provider() -> None:
    """Raise Http404 where no other service is named."""
    if not provider_name():
        raise Http404


def _go_to_provider(request: HttpRequest, process: str) -> HttpResponse:
    """Show a page that goes on by itself: our policy lets a form end at no other host, and so no redirect after one."""
    asked = request.POST.get("next", "")
    after = asked if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}) else None
    try:
        answer = get_adapter().get_provider(request, PROVIDER).redirect(request, process, next_url=after)
    except (RequestException, KeyError, ValueError):  # no answer, or not that of such a service
        messages.error(request, provider_failed())
        return redirect("mfa_index" if request.user.is_authenticated else "account_login")
    if not isinstance(answer, HttpResponseRedirect):
        return answer  # type: ignore[no-any-return]
    return render(request, "going_on.html", {"url": answer.url, "provider": provider_name()})
