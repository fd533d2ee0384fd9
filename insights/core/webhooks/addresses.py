"""Which addresses may be spoken to: public ones, and of the others those in networks that a setting names."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

NAT64 = IPv6Network("64:ff9b::/96")
GLOBAL_UNICAST = IPv6Network("2000::/3")
IPV4_BITS = 0xFFFFFFFF
SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
"""Of IANA's registry of special addresses, what Python 3.11 takes for global."""


def parse_networks(names: Iterable[str]) -> tuple[IPNetwork, ...]:
    """Return networks by their names, such as 192.168.1.0/24 or one address. Raises ValueError."""
    return tuple(ip_network(name.strip(), strict=False) for name in names)


def may_speak_to(address: IPAddress, allowed: Iterable[IPNetwork]) -> bool:
    """Return whether an address is public, or in a network that is allowed."""
    meant = innermost_address(address)
    return is_public(meant) or is_within(meant, allowed)


def is_within(address: IPAddress, networks: Iterable[IPNetwork]) -> bool:
    """Return whether the machine that an address means is in one of the networks."""
    meant = innermost_address(address)
    return any(meant in network for network in networks)


def innermost_address(address: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 one means (RFC 4291 mapped, 3056 6to4, 6052 NAT64), or itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & IPV4_BITS)
    return address.ipv4_mapped or address.sixtofour or address


def is_public(address: IPAddress) -> bool:
    """Return whether an address is one of the internet's, of a single machine."""
    if isinstance(address, IPv6Address):
        return address in GLOBAL_UNICAST and address.is_global
    return address.is_global and not address.is_multicast and not is_within(address, SPECIAL)
