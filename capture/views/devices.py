"""The devices that may upload: pair one, unpair one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from capture import services
from capture.models import AuthedRequest, Device


@login_required
@require_GET
def devices(request: AuthedRequest) -> HttpResponse:
    """List a user's devices, those in use first."""
    return render(request, "capture/devices.html", {"devices": _listed(request)})


@login_required
@require_POST
@never_cache
def pair(request: AuthedRequest) -> HttpResponse:
    """Show a new pairing code, as a code, a link and a picture."""
    code = services.new_pairing_code(request.user)
    link = services.pairing_link(code)
    pairing = {"code": code, "link": link, "picture": services.qr_svg(link), "here": services.is_for_this_machine()}
    return render(request, "capture/devices.html", {"devices": _listed(request), "pairing": pairing})


@login_required
@require_POST
def revoke(request: AuthedRequest, device_id: UUID) -> HttpResponse:
    """Let a device upload no more."""
    services.revoke(get_object_or_404(Device, user=request.user, pk=device_id))
    messages.success(request, _("The device is unpaired. What it sent stays."))
    return redirect("devices")


def _listed(request: AuthedRequest) -> object:
    own = Device.objects.filter(user=request.user).annotate(sent=Count("memos"))
    return own.order_by("revoked_at", "-last_seen", "name")
