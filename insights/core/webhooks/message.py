"""A webhook's secret and signature, as Standard Webhooks 1.0 says (HMAC-SHA256, `v1`)."""

import hmac
from base64 import b64encode
from datetime import datetime
from hashlib import sha256


def webhook_secret(key: bytes) -> str:
    """Return a key as it is shown to its person. key: 24 to 64 bytes."""
    return f"whsec_{b64encode(key).decode()}"


def webhook_headers(key: bytes, message_id: str, at: datetime, body: bytes) -> dict[str | bytes, str | bytes]:
    """Return the headers of a message that is sent at a moment, with its signature."""
    seconds = str(int(at.timestamp()))
    signed = hmac.new(key, b".".join((message_id.encode(), seconds.encode(), body)), sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Stillnote",
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }
