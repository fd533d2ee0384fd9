"""Under which names and addresses of its home network a machine is reached. Pure: what was found is passed in."""

import ipaddress
import re
from collections.abc import Iterable
from typing import NamedTuple

DNS_NAME = re.compile(r"(?!.{254})[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
LOOPBACK_NAMES, LOOPBACK_ADDRESSES = ("localhost",), ("127.0.0.1", "::1")
MULTICAST_ZONE = "local"
"""The zone of names that devices of one network ask each other for (RFC 6762)."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class LocalNames(NamedTuple):
    """Names and addresses, without doubles. best: the address that a phone of the same network is most likely to reach.

    Where the machine is in no network, best is its own name for itself.
    """

    names: tuple[str, ...]
    addresses: tuple[str, ...]
    best: str

    def all(self) -> frozenset[str]:
        """Return names and addresses together."""
        return frozenset(self.names + self.addresses)


def local_names(host: str, found: Iterable[str], routed: str = "", asked: str = "") -> LocalNames:
    """Return by what a machine is reached.

    host: its own name. found: addresses of its interfaces, a zone behind "%" as systems write it. routed: the address
    by which it talks to other networks. asked: a name or an address that somebody said people use.
    """
    addresses = [address for text in found if (address := _parse_address(text)) is not None and _is_usable(address)]
    ranked = sorted(dict.fromkeys(addresses), key=lambda address: _rank(address, routed))
    first = host.lower().rstrip(".").partition(".")[0]
    names = [host.lower().rstrip("."), first, f"{first}.{MULTICAST_ZONE}", *LOOPBACK_NAMES]
    shown = [str(address) for address in ranked]
    if (said := _parse_address(asked)) is not None:
        shown.append(str(said))
    else:
        names.append(asked.lower())
    best = next((str(address) for address in ranked if address.version == 4), "")  # noqa: PLR2004 - of the protocol
    return LocalNames(
        tuple(name for name in dict.fromkeys(names) if DNS_NAME.fullmatch(name)),
        tuple(dict.fromkeys([*shown, *LOOPBACK_ADDRESSES])),
        best or next(iter(shown), LOOPBACK_NAMES[0]),
    )


def url_host(name: str) -> str:
    """Return a name or an address as it stands in a URL."""
    return f"[{name}]" if ":" in name else name


def _parse_address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _is_usable(address: Address) -> bool:
    """Return whether others may reach it: a link-local IPv6 address has a zone, which no certificate can name."""
    is_of_link = isinstance(address, ipaddress.IPv6Address) and address.is_link_local
    return not (address.is_loopback or address.is_unspecified or address.is_multicast or is_of_link)


def _rank(address: Address, routed: str) -> tuple[bool, bool, bool, bool]:
    """Return what sorts addresses: the routed one first, then private ones as home networks have them."""
    is_home = address in ipaddress.ip_network("192.168.0.0/16") or address in ipaddress.ip_network("10.0.0.0/8")
    return (str(address) != routed, address.version != 4, not is_home, address.is_link_local)  # noqa: PLR2004
