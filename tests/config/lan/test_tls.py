"""The web server takes the certificate that lies on the disk, and the names that are in it."""

from pathlib import Path
from typing import Any

import pytest

from config.lan import certificate_files, tls
from config.lan.certificate_files import CertificateFiles
from config.lan.core.local_names import local_names
from config.lan.tls import ServerTls, admit_hosts


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CertificateFiles:
    """Give the certificates of a machine, looked at each time."""
    monkeypatch.setattr(tls, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(certificate_files, "machine_names", lambda _asked: local_names("box", ["192.168.1.20"]))
    return CertificateFiles(tmp_path)


def test_the_newest_certificate_is_taken_and_a_damaged_one_is_not(files: CertificateFiles) -> None:
    served = ServerTls(files.server, admit_hosts)
    assert served.context() is None
    files.ensure()
    first = served.context()
    assert first is not None
    assert served.context() is first
    files.server.unlink()
    assert served.context() is first
    files.ensure()
    second = served.context()
    assert second is not first
    files.server.write_bytes(b"half a certificate")
    assert served.context() is second


def test_a_new_address_of_the_machine_is_answered(
    files: CertificateFiles, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALLOWED_HOSTS = ["192.168.1.20"]
    files.ensure()
    served = ServerTls(files.server, admit_hosts)
    served.context()
    monkeypatch.setattr(certificate_files, "machine_names", lambda _asked: local_names("box", ["10.0.0.7", "fd00::7"]))
    assert files.ensure()
    served.context()
    assert {"192.168.1.20", "10.0.0.7", "[fd00::7]", "box.local"} <= set(settings.ALLOWED_HOSTS)
    assert len(settings.ALLOWED_HOSTS) == len(set(settings.ALLOWED_HOSTS))
