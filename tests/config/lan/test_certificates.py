"""The authority is made once, its certificates are what phones ask for, and a new one comes in time."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from config.lan import certificate_files
from config.lan.certificate_files import CertificateFiles
from config.lan.core.certificates import hosts_of, is_expired, make_certificate, read_certified_key
from config.lan.core.local_names import LocalNames, local_names

NOW = datetime(2026, 11, 30, 3, 25, tzinfo=UTC)
HOME_ADDRESS = "192.168.1.20"


@pytest.fixture
def move_machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give what moves the machine to another address."""

    def move(address: str) -> None:
        monkeypatch.setattr(certificate_files, "machine_names", lambda asked: local_names("box", [address], "", asked))

    move(HOME_ADDRESS)
    return move


def openssl(*arguments: str, fails: bool = False) -> str:
    """Return what openssl says."""
    run = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    assert (run.returncode != 0) == fails, run.stdout + run.stderr
    return run.stdout + run.stderr


def verify(home: Path, at: datetime, *options: str, fails: bool = False) -> str:
    """Let openssl say by the strict rules whether a server's certificate is good at a time."""
    folder = home / "https"
    by_authority = ["-x509_strict", "-purpose", "sslserver", "-CAfile", str(folder / "authority.pem")]
    clock = ["-attime", str(int(at.timestamp()))]
    return openssl("verify", *by_authority, *clock, *options, str(folder / "server.pem"), fails=fails)


def served(home: Path) -> x509.Certificate:
    """Return the web server's certificate."""
    found = read_certified_key((home / "https/server.pem").read_bytes())
    assert found
    return found.certificate


@pytest.mark.usefixtures("move_machine")
def test_openssl_takes_the_certificate_for_every_name_and_address(tmp_path: Path) -> None:
    assert CertificateFiles(tmp_path, "notes.home.arpa").ensure(NOW)
    for name in ("box", "box.local", "localhost", "notes.home.arpa"):
        verify(tmp_path, NOW, "-verify_hostname", name)
    for address in (HOME_ADDRESS, "127.0.0.1", "::1"):
        verify(tmp_path, NOW, "-verify_ip", address)
    verify(tmp_path, NOW, "-verify_hostname", "example.org", fails=True)
    verify(tmp_path, NOW, "-verify_ip", "192.168.1.21", fails=True)


@pytest.mark.usefixtures("move_machine")
def test_the_certificate_is_what_phones_ask_for(tmp_path: Path) -> None:
    CertificateFiles(tmp_path).ensure(NOW)
    leaf = served(tmp_path)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=397)
    text = openssl("x509", "-in", str(tmp_path / "https/server.pem"), "-noout", "-text")
    for line in ("Digital Signature", "TLS Web Server Authentication", "Subject Key Identifier", "CA:FALSE"):
        assert line in text
    assert "Authority Key Identifier" in text
    authority = openssl("x509", "-in", str(tmp_path / "https/authority.pem"), "-noout", "-text")
    assert "CN = Stillnote on " in authority
    assert "CA:TRUE" in authority
    assert "Certificate Sign" in authority


@pytest.mark.usefixtures("move_machine")
def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    CertificateFiles(tmp_path).ensure(NOW)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "https").iterdir()} == {0o600}


@pytest.mark.usefixtures("move_machine")
def test_a_certificate_is_renewed_before_it_ends_and_its_authority_stays_for_ten_years(tmp_path: Path) -> None:
    files = CertificateFiles(tmp_path)
    files.ensure(NOW)
    authority = (tmp_path / "https/authority.pem").read_bytes()
    renewals = 0
    for day in range(0, 3650, 10):
        renewals += files.ensure(NOW + timedelta(days=day))
        if day % 200 == 0:
            verify(tmp_path, NOW + timedelta(days=day, hours=12), "-verify_ip", HOME_ADDRESS)
    assert 9 <= renewals <= 11
    assert (tmp_path / "https/authority.pem").read_bytes() == authority
    verify(tmp_path, NOW + timedelta(days=3700), fails=True)
    assert files.ensure(NOW + timedelta(days=3700))
    assert (tmp_path / "https/authority.pem").read_bytes() != authority
    verify(tmp_path, NOW + timedelta(days=3700))


def test_a_changed_address_brings_a_certificate_that_has_it(
    tmp_path: Path, move_machine: Callable[[str], None]
) -> None:
    files = CertificateFiles(tmp_path)
    files.ensure(NOW)
    assert not files.ensure(NOW)
    move_machine("10.0.0.7")
    assert files.ensure(NOW)
    verify(tmp_path, NOW, "-verify_ip", "10.0.0.7")


@pytest.mark.usefixtures("move_machine")
def test_a_clock_that_starts_in_the_past_costs_no_trust(tmp_path: Path) -> None:
    files = CertificateFiles(tmp_path)
    files.ensure(NOW)
    authority = (tmp_path / "https/authority.pem").read_bytes()
    files.ensure(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=3))
    assert files.ensure(NOW)
    assert (tmp_path / "https/authority.pem").read_bytes() == authority
    verify(tmp_path, NOW)


@pytest.mark.usefixtures("move_machine")
@pytest.mark.parametrize("name", ["server.pem", "authority.pem"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, name: str) -> None:
    files = CertificateFiles(tmp_path)
    files.ensure(NOW)
    (tmp_path / "https" / name).write_bytes(b"half a")
    assert files.ensure(NOW)
    verify(tmp_path, NOW)


def test_the_best_address_is_the_one_that_leads_out_and_else_one_of_a_home_network() -> None:
    found = ["127.0.0.1", "fe80::1%eth0", "172.17.0.1", "192.168.1.20", "fd00::5", "169.254.3.3"]
    assert local_names("Box.fritz.box", found) == LocalNames(
        ("box.fritz.box", "box", "box.local", "localhost"),
        ("192.168.1.20", "172.17.0.1", "169.254.3.3", "fd00::5", "127.0.0.1", "::1"),
        "192.168.1.20",
    )
    assert local_names("box", found, "172.17.0.1").best == "172.17.0.1"
    assert local_names("box", ["fd00::5"]).best == "fd00::5"
    assert local_names("box", ["127.0.0.1"]).best == "localhost"
    assert local_names("a_b", []).names == ("localhost",)


@pytest.mark.usefixtures("move_machine")
def test_whoever_has_the_authoritys_key_passes_for_no_website(tmp_path: Path) -> None:
    files = CertificateFiles(tmp_path, "notes.example.org")
    files.ensure(NOW)
    authority = files.authority()
    assert authority
    for name in ("bank.example", "example.org", "xnotes.example.org", "box.example", "evil-local"):
        forged = make_certificate(authority, [name, HOME_ADDRESS], HOME_ADDRESS, NOW)
        (tmp_path / "https/server.pem").write_bytes(forged.certificate_pem())
        assert "permitted subtree violation" in verify(tmp_path, NOW, fails=True), name
    own = make_certificate(authority, ["box", "a.local", "notes.example.org", "8.8.4.4"], HOME_ADDRESS, NOW)
    (tmp_path / "https/server.pem").write_bytes(own.certificate_pem())
    verify(tmp_path, NOW)


def test_a_name_that_the_authority_may_not_vouch_for_is_left_out_and_one_that_was_asked_for_brings_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename_machine(name: str) -> None:
        found = [HOME_ADDRESS]
        monkeypatch.setattr(certificate_files, "machine_names", lambda asked: local_names(name, found, "", asked))

    rename_machine("box")
    files = CertificateFiles(tmp_path)
    files.ensure(NOW)
    authority = (tmp_path / "https/authority.pem").read_bytes()
    rename_machine("attic")
    assert files.ensure(NOW)
    assert hosts_of(served(tmp_path)) == {"attic.local", "localhost", HOME_ADDRESS, "127.0.0.1", "::1"}
    verify(tmp_path, NOW, "-verify_hostname", "attic.local")
    assert not files.ensure(NOW)
    assert (tmp_path / "https/authority.pem").read_bytes() == authority
    assert CertificateFiles(tmp_path, "Notes.example.org").ensure(NOW)
    assert (tmp_path / "https/authority.pem").read_bytes() != authority
    verify(tmp_path, NOW, "-verify_hostname", "notes.example.org")
    assert not CertificateFiles(tmp_path, "Notes.example.org").ensure(NOW)


@pytest.mark.usefixtures("move_machine")
def test_an_authority_from_before_it_was_bound_to_names_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unbound = x509.NameConstraints(permitted_subtrees=None, excluded_subtrees=[x509.DNSName("invalid")])
    with monkeypatch.context() as before:
        before.setattr("config.lan.core.certificates._constraints", lambda _names: unbound)
        CertificateFiles(tmp_path).ensure(NOW)
    authority = (tmp_path / "https/authority.pem").read_bytes()
    assert CertificateFiles(tmp_path, "notes.example.org").ensure(NOW)
    assert (tmp_path / "https/authority.pem").read_bytes() == authority
    verify(tmp_path, NOW, "-verify_hostname", "notes.example.org")


@pytest.mark.usefixtures("move_machine")
def test_hosts_are_read_from_the_certificate(tmp_path: Path) -> None:
    CertificateFiles(tmp_path).ensure(NOW)
    assert hosts_of(served(tmp_path)) >= {"box.local", HOME_ADDRESS}
    assert not is_expired(served(tmp_path), NOW)
