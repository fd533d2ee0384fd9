"""Device tokens: able to upload, to ask for their own receipts, and nothing else."""

from datetime import timedelta
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from capture.errors import Refusal
from capture.models import Device
from capture.pairing import token_hash

SEEN_EVERY = timedelta(minutes=1)
"""How old `last_seen` may be: an upload a second need not write it every time."""


class DeviceToken(HttpBearer):
    """Authenticate by the token that pairing gave; sessions are not looked at."""

    def authenticate(self, request: HttpRequest, token: str) -> Device:
        """Return the device. Raises Refusal (401) for a token that is unknown or was revoked."""
        del request
        device = Device.objects.select_related("user").filter(token_hash=token_hash(token)).first()
        if device is None or not device.user.is_active:
            raise Refusal(401, "unknown-token", "This token is not known here. Pair the device again.")
        if device.revoked_at:
            raise Refusal(401, "revoked-token", "This device was unpaired. Pair it again to go on.")
        now = timezone.now()
        if device.last_seen is None or device.last_seen < now - SEEN_EVERY:
            Device.objects.filter(pk=device.pk).update(last_seen=now)
        return device


def device_of(request: HttpRequest) -> Device:
    """Return the device that DeviceToken let in."""
    return cast("Device", request.auth)  # type: ignore[attr-defined]
