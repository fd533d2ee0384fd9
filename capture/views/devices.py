"""What may send recordings: devices that are paired, named and unpaired, and a user's own mail address."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from capture.core.errors import Refusal
from capture.core.visible_text import visible_name
from capture.models import AuthedRequest, Context, Device, MailAddress
from capture.services import devices as capture_devices
from capture.services.devices import (
    certificate_fingerprint,
    change_device,
    create_device,
    create_pairing_code,
    create_script_device,
    first_page,
    is_for_this_machine,
    pairing_link,
    qr_svg,
)
from capture.sources.mail.addresses import create_mail_address

MAX_SYSTEM_CHARACTERS = 40
"""Of what a browser calls its system."""


@login_required
@require_safe
def show_devices(request: AuthedRequest) -> HttpResponse:
    """List a user's devices, those in use first."""
    return render(request, "capture/devices.html", _devices_context(request))


@login_required
@require_POST
@never_cache
def create_pairing(request: AuthedRequest) -> HttpResponse:
    """Make a new pairing code, and show it as a code, a link and a picture."""
    seals = "seals" in request.POST
    code = create_pairing_code(request.user, seals=seals)
    link = pairing_link(code)
    pairing = {
        "code": code,
        "link": link,
        "picture": qr_svg(link),
        "page": first_page(),
        "fingerprint": certificate_fingerprint(),
        "here": is_for_this_machine(),
        "seals": seals,
    }
    return render(request, "capture/devices.html", {**_devices_context(request), "pairing": pairing})


@login_required
@require_POST
@never_cache
def create_script_token(request: AuthedRequest) -> HttpResponse:
    """Make a device of a script, and show its token this once."""
    try:
        made, shown = create_script_device(request.user, request.POST.get("name", ""))
    except Refusal as refusal:
        messages.error(request, refusal.sentence_in(_))
        return redirect("devices")
    return render(request, "capture/devices.html", {**_devices_context(request), "script": made, "token": shown})


@login_required
@require_POST
@never_cache
def create_browser_key(request: AuthedRequest) -> JsonResponse:
    """Make a device of the browser that records on Today, and give it its token: it sends as a phone does."""
    system = visible_name(request.POST.get("system", ""))[:MAX_SYSTEM_CHARACTERS]
    name = _("A browser on %(system)s") % {"system": system} if system else _("A browser")
    _device, token = create_device(request.user, name)
    return JsonResponse({"token": token}, status=201)


@login_required
@require_POST
def edit_device(request: AuthedRequest, device_id: UUID) -> HttpResponse:
    """Change a device's name or its usual context."""
    device = get_object_or_404(Device.objects.for_list(), user=request.user, pk=device_id)
    try:
        change_device(device, request.POST.get("name", ""), request.POST.get("context", ""))
    except Refusal as refusal:
        messages.error(request, refusal.sentence_in(_))
    else:
        messages.success(request, _("Saved."))
    if request.htmx:  # type: ignore[attr-defined]
        return render(
            request, "capture/device.html", {"device": device, "contexts": Context.choices, "is_fragment": True}
        )
    return redirect("devices")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unpair_device(request: AuthedRequest, device_id: UUID) -> HttpResponse:
    """Ask whether a device is to be unpaired; on POST unpair it."""
    device = get_object_or_404(Device, user=request.user, pk=device_id)
    if request.method != "POST":
        return render(request, "capture/unpair_device.html", {"device": device})
    capture_devices.revoke_device(device)
    messages.success(request, _("The device is unpaired. What it sent stays."))
    return redirect("devices")


def _devices_context(request: AuthedRequest) -> dict[str, Any]:
    own = Device.objects.filter(user=request.user).for_list()
    return {"devices": own.paired(), "unpaired": own.unpaired(), "contexts": Context.choices}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show_or_create_mail_address(request: AuthedRequest) -> HttpResponse:
    """Say whether the user has an address; on POST make a new one and show it, this once."""
    if request.method == "POST" and not settings.MAILIN_ADDRESS:
        return redirect("mail_address")
    new = create_mail_address(request.user) if request.method == "POST" else ""
    given = MailAddress.objects.filter(user=request.user).first()
    shown = {"is_set_up": bool(settings.MAILIN_ADDRESS), "new": new, "given": given}
    return render(request, "capture/mail_address.html", shown)
