"""Django system checks: settings that are read without an error, and would do harm."""

import ipaddress
from typing import Any

from django.conf import settings
from django.core.checks import Error, register

AT_LEAST = {
    "WORKER_THREADS": 1,
    "LEASE_SECONDS": 1,
    "SWEEP_SECONDS": 0.1,
    "DIGEST_SECONDS": 1,
    "MAX_UPLOAD": 1,
    "DISK_RESERVE": 0,
    "QUOTA": 0,
    "UPLOADS_A_MINUTE": 1,
    "UPLOAD_DAYS": 0.01,
    "MAILIN_SECONDS": 1,
    "MAX_AUDIO_SECONDS": 1,
    "UNDO_SECONDS": 0,
}


@register()
def numbers_are_possible(**_: Any) -> list[Error]:
    """Find numbers with which nothing could be done."""
    return [
        Error(f"{name} is {getattr(settings, name)}, but must be at least {least}.", id="stillnote.E001")
        for name, least in AT_LEAST.items()
        if getattr(settings, name) < least
    ]


@register()
def proxies_are_addresses(**_: Any) -> list[Error]:
    """Find trusted proxies that are no addresses: nobody would be believed, and no page would know that it is HTTPS."""
    return [
        Error(f"TRUSTED_PROXIES holds {name!r}, but takes addresses such as 192.168.1.2.", id="stillnote.E002")
        for name in settings.TRUSTED_PROXIES
        if not _is_address(name)
    ]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
