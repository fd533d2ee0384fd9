"""The authority and the web server's certificate, as files of the data folder: made once, renewed in time."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from capture.storage.filesystem import fsync_folder
from config.lan.core.certificates import (
    CertifiedKey,
    fingerprint,
    is_expired,
    is_renewal_due,
    make_authority,
    make_certificate,
    permitted_hosts,
    read_certified_key,
)
from config.lan.core.local_names import MULTICAST_ZONE
from config.lan.interfaces import machine_names

FOLDER, AUTHORITY_FILE, SERVER_FILE = "https", "authority.pem", "server.pem"


class CertificateFiles:
    """Where certificates lie: one PEM file each, key first, replaced as a whole.

    asked: a name by which somebody said that people reach the service, or ""; it is in the certificate.
    """

    def __init__(self, home: Path, asked: str = "") -> None:
        self._folder = home / FOLDER
        self._asked = asked
        self.server = self._folder / SERVER_FILE

    def authority(self) -> CertifiedKey | None:
        """Return the authority, or None before there is one."""
        return _read(self._folder / AUTHORITY_FILE)

    def ensure(self, now: datetime | None = None) -> bool:
        """Make or renew what is missing or due, and return whether a certificate was written. Raises OSError.

        An authority that may not vouch for the name that somebody asked for is replaced; other names that it may not
        vouch for, as after the machine got another one, are left out. now: UTC, for tests; the clock's otherwise.
        """
        at = now or datetime.now(UTC)
        names = machine_names(self._asked)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        authority = self.authority()
        if authority is None or is_expired(authority.certificate, at) or not self._may_vouch(authority):
            authority = make_authority(socket.gethostname(), [MULTICAST_ZONE, *names.names], at)
            _replace(self._folder / AUTHORITY_FILE, authority.key_pem() + authority.certificate_pem())
        hosts = permitted_hosts(authority.certificate, names.all())
        held = _read(self.server)
        if held and not is_renewal_due(held, authority, hosts, at):
            return False
        made = make_certificate(authority, hosts, names.best, at)
        _replace(self.server, made.key_pem() + made.certificate_pem() + authority.certificate_pem())
        return True

    def _may_vouch(self, authority: CertifiedKey) -> bool:
        return not self._asked or bool(permitted_hosts(authority.certificate, [self._asked.lower()]))


def authority_fingerprint() -> str:
    """Return the fingerprint of this machine's authority as phones show it, or "" before there is one."""
    authority = CertificateFiles(settings.HOME).authority()
    return fingerprint(authority.certificate) if authority else ""


def _read(path: Path) -> CertifiedKey | None:
    try:
        return read_certified_key(path.read_bytes())
    except FileNotFoundError:
        return None


def _replace(path: Path, written: bytes) -> None:
    """Write a file that only its owner may read, and put it in its place as a whole, power cut or not."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    fsync_folder(path.parent)
