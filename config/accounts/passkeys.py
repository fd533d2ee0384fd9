"""Where a passkey can be used: browsers bind one to a name that is reached by https, or to this machine's own."""

import ipaddress
from urllib.parse import urlsplit

from django.http import HttpRequest

LOCAL_NAME = "localhost"


def passkeys_work(request: HttpRequest) -> bool:
    """Return whether browsers let a passkey be used at the address of a request (W3C Web Authentication, 5.1.3)."""
    host, _port = _host_and_port(request)
    return host == LOCAL_NAME or (request.is_secure() and not _is_ip(host))


def local_address(request: HttpRequest) -> str:
    """Return the same page at the name of this machine, where one is asked for at its number; else nothing."""
    host, port = _host_and_port(request)
    if not (_is_ip(host) and ipaddress.ip_address(host).is_loopback):
        return ""
    return f"{request.scheme}://{LOCAL_NAME}{port}{request.path}"


def _host_and_port(request: HttpRequest) -> tuple[str, str]:
    """Return the host of a request, and its port with the colon before it."""
    at = urlsplit(f"//{request.get_host()}")
    return at.hostname or "", f":{at.port}" if at.port else ""


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
