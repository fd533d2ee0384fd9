"""By what this machine is reached at this moment, as its system tells."""

import socket

import psutil

from config.lan.core.local_names import LocalNames, local_names, url_host

FAR_AWAY = ("192.0.2.1", 9)
"""An address for examples (RFC 5737). A datagram socket that is turned to it sends nothing, and tells its way."""


def machine_names(asked: str = "") -> LocalNames:
    """Return names and addresses of this machine. asked: one more, by which somebody said that people come."""
    return local_names(socket.gethostname(), _interface_addresses(), _routed_address(), asked)


def help_address(port: int) -> str:
    """Return where a phone of the home network finds the help page at this moment."""
    return f"http://{url_host(machine_names().best)}:{port}/"


def everywhere() -> str:
    """Return what a server binds to that all networks of this machine shall reach, as it stands in an address."""
    with socket.socket(socket.AF_INET6) if socket.has_ipv6 else socket.socket() as probe:
        try:
            probe.bind(("::", 0))
        except OSError:  # the kernel has it switched off
            return "0.0.0.0"  # noqa: S104 - this is what LAN=1 asks for
    return "[::]"


def _interface_addresses() -> list[str]:
    families = {socket.AF_INET, socket.AF_INET6}
    stats = psutil.net_if_stats()
    return [
        found.address
        for interface, addresses in psutil.net_if_addrs().items()
        for found in addresses
        if found.family in families and interface in stats and stats[interface].isup
    ]


def _routed_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(FAR_AWAY)
            return str(probe.getsockname()[0])
        except OSError:  # no network, or none that leads on
            return ""
