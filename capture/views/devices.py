"""The devices that may upload: pair one, name it, unpair it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from capture.core.errors import Refusal
from capture.models import AuthedRequest, Context, Device
from capture.services import devices as capture_devices
from capture.services.devices import (
    change_device,
    is_for_this_machine,
    new_pairing_code,
    new_script,
    pairing_link,
    qr_svg,
)


@login_required
@require_safe
def devices(request: AuthedRequest) -> HttpResponse:
    """List a user's devices, those in use first."""
    return render(request, "capture/devices.html", _listed(request))


@login_required
@require_POST
@never_cache
def pair(request: AuthedRequest) -> HttpResponse:
    """Show a new pairing code, as a code, a link and a picture."""
    code = new_pairing_code(request.user)
    link = pairing_link(code)
    pairing = {"code": code, "link": link, "picture": qr_svg(link), "here": is_for_this_machine()}
    return render(request, "capture/devices.html", {**_listed(request), "pairing": pairing})


@login_required
@require_POST
@never_cache
def token(request: AuthedRequest) -> HttpResponse:
    """Make a device of a script, and show its token this once."""
    try:
        made, shown = new_script(request.user, request.POST.get("name", ""))
    except Refusal as refusal:
        messages.error(request, _(refusal.sentence))
        return redirect("devices")
    return render(request, "capture/devices.html", {**_listed(request), "script": made, "token": shown})


@login_required
@require_POST
def change(request: AuthedRequest, device_id: UUID) -> HttpResponse:
    """Call a device by another name, or say where it is used."""
    device = get_object_or_404(Device.objects.for_list(), user=request.user, pk=device_id)
    try:
        change_device(device, request.POST.get("name", ""), request.POST.get("context", ""))
    except Refusal as refusal:
        messages.error(request, _(refusal.sentence))
    else:
        messages.success(request, _("Saved."))
    if request.htmx:  # type: ignore[attr-defined]
        return render(
            request, "capture/device.html", {"device": device, "contexts": Context.choices, "is_fragment": True}
        )
    return redirect("devices")


@login_required
@require_POST
def revoke(request: AuthedRequest, device_id: UUID) -> HttpResponse:
    """Let a device upload no more."""
    capture_devices.revoke(get_object_or_404(Device, user=request.user, pk=device_id))
    messages.success(request, _("The device is unpaired. What it sent stays."))
    return redirect("devices")


def _listed(request: AuthedRequest) -> dict[str, Any]:
    own = Device.objects.filter(user=request.user).for_list()
    return {"devices": own.paired(), "unpaired": own.unpaired(), "contexts": Context.choices}
