"""HTTPS on the home network: the certificate as it lies on the disk at this moment."""

import logging
import ssl
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from config.lan.core.certificates import hosts_of, read_certified_key
from config.lan.core.local_names import url_host

LOOK_SECONDS = 1.0
HANDSHAKE_BYTE = b"\x16"
"""What TLS begins with (RFC 8446, 5.1), and no request of plain HTTP."""

log = logging.getLogger(__name__)


class ServerTls:
    """Gives each new connection the newest certificate. Those that are there go on with theirs: none is cut off."""

    def __init__(self, path: Path, on_change: Callable[[frozenset[str]], None]) -> None:
        """on_change: called with the names and addresses that a newer certificate is for."""
        self._path = path
        self._on_change = on_change
        self._context: ssl.SSLContext | None = None
        self._version: tuple[int, int] | None = None
        self._look_at = 0.0

    def context(self) -> ssl.SSLContext | None:
        """Return what connections are wrapped with; None before there is a certificate."""
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_SECONDS
            self._load_if_changed()
        return self._context

    def _load_if_changed(self) -> None:
        try:
            found = self._path.stat()
            version = (found.st_ino, found.st_mtime_ns)
            if version == self._version:
                return
            self._version = version  # a damaged one is told once
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.load_cert_chain(self._path)
            signed = read_certified_key(self._path.read_bytes())
        except OSError as error:  # the one of before still serves
            log.warning("The certificate cannot be read (%s)", type(error).__name__)
            return
        self._context = context
        if signed:
            self._on_change(hosts_of(signed.certificate))


def admit_hosts(hosts: frozenset[str]) -> None:
    """Accept requests for these names and addresses from now on: an address of the machine may be a new one."""
    written = {url_host(host) for host in hosts}
    settings.ALLOWED_HOSTS.extend(sorted(written.difference(settings.ALLOWED_HOSTS)))
