"""Webhooks: a user's addresses that are told what happens here, and what each was told."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from capture.models import AuthedRequest
from insights.error_text import describe_problem
from insights.forms import WebhookForm
from insights.models import TOLD_EVENTS, WebhookEndpoint, WebhookEvent
from insights.services.webhooks import (
    EndpointRefused,
    create_endpoint,
    delete_endpoint,
    secret_of,
    send_test,
    switch_off,
    switch_on,
)
from insights.webhook_text import describe_delivery

DELIVERIES_SHOWN = 20


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks_page(request: AuthedRequest) -> HttpResponse:
    """List a user's addresses; on POST add one, and show its secret, this once."""
    return _add_webhook(request) if request.method == "POST" else _show_webhooks(request, WebhookForm())


@reauthentication_required
def _add_webhook(request: AuthedRequest) -> HttpResponse:
    """Add an address for who said the password just now: it is told what nobody sees without logging in."""
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _show_webhooks(request, form)
    asked = form.cleaned_data
    try:
        made = create_endpoint(request.user, asked["url"], asked["events"], with_words=asked["with_words"])
    except EndpointRefused as reason:
        messages.error(request, describe_problem(reason.message))
        return redirect("webhooks")
    return render(request, "insights/webhook.html", {**_webhook_context(made), "secret": secret_of(made)})


def _show_webhooks(request: AuthedRequest, form: WebhookForm) -> HttpResponse:
    endpoints = WebhookEndpoint.objects.of(request.user).order_by("created_at")
    chosen = form["events"].value() or []
    events = [(value, label, value in chosen or not form.is_bound) for value, label in TOLD_EVENTS]
    return render(request, "insights/webhooks.html", {"endpoints": endpoints, "form": form, "events": events})


@login_required
@require_safe
def webhook_page(request: AuthedRequest, webhook_id: UUID) -> HttpResponse:
    """Show an address, and what it was told last."""
    return render(request, "insights/webhook.html", _webhook_context(_own_webhook(request, webhook_id)))


def _own_webhook(request: AuthedRequest, webhook_id: UUID) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint.objects.of(request.user), pk=webhook_id)


def _webhook_context(endpoint: WebhookEndpoint) -> dict[str, object]:
    told = [WebhookEvent(event).label for event in endpoint.events]
    last = endpoint.deliveries.for_list()[:DELIVERIES_SHOWN]
    return {"endpoint": endpoint, "told": told, "deliveries": [(one, describe_delivery(one)) for one in last]}


@login_required
@require_POST
def webhook_test(request: AuthedRequest, webhook_id: UUID) -> HttpResponse:
    """Send an address a message that says nothing."""
    send_test(_own_webhook(request, webhook_id))
    messages.success(request, _("A test is on its way. In a moment this page says what came of it."))
    return redirect("webhook", webhook_id)


@login_required
@require_POST
def webhook_switch(request: AuthedRequest, webhook_id: UUID) -> HttpResponse:
    """Switch an address off, or on again."""
    endpoint = _own_webhook(request, webhook_id)
    if "on" in request.POST:
        switch_on(endpoint)
    else:
        switch_off(endpoint)
    return redirect("webhook", webhook_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_delete(request: AuthedRequest, webhook_id: UUID) -> HttpResponse:
    """Ask whether an address is to go; on POST forget it."""
    endpoint = _own_webhook(request, webhook_id)
    if request.method != "POST":
        return render(request, "insights/delete_webhook.html", {"endpoint": endpoint})
    delete_endpoint(endpoint)
    messages.success(request, _("The address is told nothing any more."))
    return redirect("webhooks")
