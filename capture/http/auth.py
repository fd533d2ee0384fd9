"""Tokens: a device's uploads and asks for its own receipts, a personal one reads; neither does what the other does."""

from datetime import timedelta
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from capture.core.errors import Refusal
from capture.http.client_ip import client_address
from capture.http.web_state import web_state
from capture.models import AccessToken, Device, User
from capture.services.access_tokens import TOKEN_PREFIX, admit_reader, find_access_token
from capture.services.devices import token_hash

SEEN_INTERVAL = timedelta(minutes=1)
"""How old `last_seen` may be: an upload a second need not write it every time."""


_SENDER = """
    SELECT capture_device.id, token_hash, user_id, default_context, last_seen, revoked_at, is_active AS is_open
    FROM capture_device JOIN capture_user ON capture_user.id = user_id
    WHERE token_hash = %s
"""
"""What every request asks first, in SQL: Django would work that out anew each time, a tenth of an upload's work."""


class DeviceToken(HttpBearer):
    """Authenticate by the token that pairing gave; sessions are not looked at."""

    def authenticate(self, request: HttpRequest, token: str) -> Device:
        """Return the device.

        Raises Refusal: 401 for a token that is unknown or was revoked, 429 for a device that asks too often, and for an
        address that tries too many tokens. Tokens that are known are looked up first: no stranger behind the same
        address keeps them out.
        """
        device = _device_by_token(token)
        if device is None or not device.user.is_active:
            _count_unknown(request)
            if find_access_token(token) is not None:
                raise Refusal("token-reads")
            raise Refusal("unknown-token")
        web_state().rate_limit.count_request("device", device.pk, settings.UPLOADS_A_MINUTE)
        if device.revoked_at:
            raise Refusal("revoked-token")
        now = timezone.now()
        if device.last_seen is None or device.last_seen < now - SEEN_INTERVAL:
            Device.objects.filter(pk=device.pk).update(last_seen=now)
        return device


def _count_unknown(request: HttpRequest) -> None:
    """Count a token that is none here. Raises Refusal (429) where too many of an address were."""
    web_state().rate_limit.count_request("unknown token", client_address(request), settings.UPLOADS_A_MINUTE)


class ReadToken(HttpBearer):
    """Authenticate by a personal token; sessions are not looked at."""

    def authenticate(self, request: HttpRequest, token: str) -> AccessToken:
        """Return the token, with its user.

        Raises Refusal: 401 for one that is unknown, revoked or run out, 403 for a device's, 429 where it is used too
        often.
        """
        return reader_by_token(request, token)


def reader_by_token(request: HttpRequest, token: str) -> AccessToken:
    """Return the personal token of a secret that a request brings. Raises Refusal as `ReadToken` says."""

    def count_request(kind: str, key: int | None) -> None:
        web_state().rate_limit.count_request(kind, key or client_address(request), settings.UPLOADS_A_MINUTE)

    return admit_reader(token, count_request)


class AnyToken(DeviceToken):
    """Authenticate by a device's token or a personal one, where each is answered what is its own."""

    def authenticate(self, request: HttpRequest, token: str) -> Device | AccessToken:  # type: ignore[override]
        """Return the device, or the personal token. Raises Refusal as either says."""
        if token.startswith(TOKEN_PREFIX):
            return reader_by_token(request, token)
        return super().authenticate(request, token)


def _device_by_token(token: str) -> Device | None:
    """Return the device of a token with its user, or None. Other columns of the two are loaded when they are used."""
    for device in Device.objects.raw(_SENDER, [token_hash(token)]):
        known = device.user_id, bool(device.is_open)  # type: ignore[attr-defined]  # the query's own
        device.user = User.from_db(Device.objects.db, ("id", "is_active"), known)
        return device
    return None


def device_of(request: HttpRequest) -> Device:
    """Return the device that DeviceToken let in."""
    return cast("Device", request.auth)  # type: ignore[attr-defined]


def sending_device(request: HttpRequest) -> Device | None:
    """Return the device that sends a request, or None where it is a person at a page."""
    return getattr(request, "auth", None)
