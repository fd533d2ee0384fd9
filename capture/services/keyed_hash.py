"""Hashes by which a thing is known again; nobody without the data folder's key can check a guess against one."""

import hashlib
import hmac

from django.conf import settings


def keyed_hash(purpose: str, text: str) -> str:
    """Return the HMAC-SHA256 of a text, in hex. purpose: keeps the hashes of different things apart."""
    # Not by Django's salted_hmac, which makes another key of the same secret: hashes that are stored must still match.
    content = f"{purpose} {text}".encode("utf-8", "surrogateescape")
    return hmac.new(settings.SECRET_KEY.encode(), content, hashlib.sha256).hexdigest()
