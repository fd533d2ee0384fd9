"""Posting to an address that a person gave, which may be anybody's: to allowed machines only, within a deadline.

The name is resolved once, every address of it is checked, and one of these is connected to, under TLS by the name: who
answers differently to a second question gains nothing. No proxy is asked, no redirect followed, no answer read.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, NamedTuple

import certifi
import httpcore
import httpx

from insights.core.webhooks.addresses import IPAddress, IPNetwork, is_within, may_speak_to

Resolve = Callable[[str, int], Sequence[IPAddress]]


class NotSent(Exception):
    """A message got no answer. why: the code of the reason (`webhook_text.py`)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Route(NamedTuple):
    """What a message may take. allowed: networks beside the internet. seconds: until the status of the answer is here.

    resolve: gives the addresses of a name.
    """

    allowed: tuple[IPNetwork, ...]
    seconds: float
    resolve: Resolve


def resolve_name(host: str, port: int) -> list[IPAddress]:
    """Return the addresses of a name, as the machine resolves it. Raises OSError, UnicodeError."""
    return [ip_address(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def post_message(url: str, headers: Mapping[str | bytes, str | bytes], body: bytes, route: Route) -> int:
    """Post a message and return the status of the answer, whatever it is. Raises NotSent."""
    at = httpx.URL(url)
    target = httpcore.URL(scheme=at.raw_scheme, host=at.raw_host, port=at.port, target=at.raw_path)
    network = _CheckedNetwork(route, is_encrypted=at.scheme == "https")
    try:
        with (
            httpcore.ConnectionPool(ssl_context=trusted_authorities(), network_backend=network) as pool,
            pool.stream("POST", target, headers={**headers, "Host": at.netloc}, content=body) as answer,
        ):
            return answer.status
    except (TimeoutError, httpcore.TimeoutException) as error:
        raise NotSent("late") from error
    except httpcore.ConnectError as error:
        raise NotSent("unreachable") from error
    except (OSError, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise NotSent("broken-off") from error


@lru_cache
def trusted_authorities() -> ssl.SSLContext:
    """Return whose certificates are believed: those that the machine trusts, and those of the browsers."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class _CheckedNetwork(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and to nothing else."""

    def __init__(self, route: Route, *, is_encrypted: bool) -> None:
        self._route = route
        self._is_encrypted = is_encrypted
        self._deadline = time.monotonic() + route.seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a name that answers, if all of them may be spoken to. Raises NotSent."""
        del timeout
        for address in self._checked_addresses(host, port):
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    str(address), port, _left(self._deadline), local_address, socket_options
                )
            except httpcore.ConnectError:
                continue
            return _TimedStream(stream, self._deadline)
        raise NotSent("unreachable")

    def _checked_addresses(self, host: str, port: int) -> Sequence[IPAddress]:
        try:
            addresses = self._route.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotSent("no-such-name") from error
        allowed = self._route.allowed
        if not all(may_speak_to(address, allowed) for address in addresses):
            raise NotSent("private-address")
        if not self._is_encrypted and not all(is_within(address, allowed) for address in addresses):
            raise NotSent("not-encrypted")
        return addresses


class _TimedStream(httpcore.NetworkStream):
    """A connection on which all reading and writing ends at a deadline, however little comes at a time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        connection: socket.socket = self._stream.get_extra_info("socket")
        rest = memoryview(buffer)
        while rest:
            connection.settimeout(_left(self._deadline))
            rest = rest[connection.send(rest) :]

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        del timeout
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline))
        except httpcore.ConnectError as error:
            raise NotSent("certificate" if isinstance(error.args[0], ssl.SSLError) else "broken-off") from error
        return _TimedStream(stream, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    """Return the seconds until a deadline. Raises TimeoutError where it is over."""
    if (seconds := deadline - time.monotonic()) <= 0:
        raise TimeoutError
    return seconds
