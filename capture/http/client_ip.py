"""From where a request comes, as far as that can be known."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

HOUSEHOLD_BITS = 64
"""Bits of an IPv6 address that one customer has to themselves: all else in it they choose as they like."""


SITE_BITS = 48
"""Bits of an IPv6 address that one customer has at most: who guesses passwords may have 65,536 networks in it."""


def client_site(request: HttpRequest) -> str:
    """Return the address of a client, or of the /48 it is in where that is IPv6."""
    return site_of(client_address(request))


def site_of(address: str) -> str:
    """Return an address of a client, or the /48 it is in where it is an IPv6 network."""
    network, _slash, bits = address.partition("/")
    return str(ipaddress.ip_network(f"{network}/{SITE_BITS}", strict=False)) if bits else network


def client_address(request: HttpRequest) -> str:
    """Return the address of a client, or of its network where that is IPv6.

    What X-Forwarded-For says is believed as far as trusted proxies wrote it, from its end on. None is trusted that was
    not named: one that hands on what its client says would let everybody choose their address.
    """
    return address_of(str(request.META.get("REMOTE_ADDR", "")), request.headers.get("X-Forwarded-For", ""))


def address_of(peer: str, forwarded_for: str) -> str:
    """Return the address of a client by who connected and the header X-Forwarded-For, as `client_address` does."""
    address = peer
    forwarded = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    while forwarded and address in settings.TRUSTED_PROXIES:
        address = forwarded.pop()
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.version == 4:  # noqa: PLR2004 - of the protocol
        return str(found)
    return str(ipaddress.ip_network((found, HOUSEHOLD_BITS), strict=False))
