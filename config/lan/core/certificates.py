"""An authority of one machine, and the certificate that it gives to the web server of that machine.

What phones ask of both: Apple's support article 103769 (subject alternative names, serverAuth, at most 825 days) and
RFC 5280. Whoever steals the authority's key passes for no website: it may vouch for names of the home network alone
(name constraints, RFC 5280 section 4.2.1.10). Addresses are not bound: those of the machine change.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LIFE = timedelta(days=3652)
CERTIFICATE_LIFE = timedelta(days=390)
CLOCK_SKEW = timedelta(days=2)
"""How far a phone's clock may be behind ours. Together with the life of a certificate it is less than 397 days."""
RENEWED_BEFORE = timedelta(days=30)
"""A certificate is replaced so long before it ends."""
MAX_COMMON_NAME_CHARACTERS = 64


class CertifiedKey(NamedTuple):
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def key_pem(self) -> bytes:
        """Return the key as a PEM file holds it."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def certificate_pem(self) -> bytes:
        """Return the certificate as a PEM file holds it."""
        return self.certificate.public_bytes(Encoding.PEM)


def make_authority(host: str, zones: Iterable[str], now: datetime) -> CertifiedKey:
    """Return a new authority, named after the machine. zones: it may vouch for these names and all below. now: UTC."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Stillnote on {host}" if host else "Stillnote")
    usage = _key_usage(key_cert_sign=True, crl_sign=True)
    builder = (
        _builder(name, name, key, now, now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(_constraints(zones), critical=True)
        .add_extension(_key_id(key), critical=False)
    )
    return CertifiedKey(builder.sign(key, hashes.SHA256()), key)


def permitted_hosts(authority: x509.Certificate, hosts: Iterable[str]) -> frozenset[str]:
    """Return for which names and addresses an authority may vouch: all, where it is of a time without constraints."""
    try:
        zones = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    except x509.ExtensionNotFound:
        zones = None
    if zones is None:
        return frozenset(hosts)
    ends = tuple(f".{zone.value}" for zone in zones)
    return frozenset(
        host for host in hosts if isinstance(_general_name(host), x509.IPAddress) or f".{host}".endswith(ends)
    )


def make_certificate(authority: CertifiedKey, hosts: Iterable[str], common_name: str, now: datetime) -> CertifiedKey:
    """Return a new certificate for a web server. hosts: names and addresses. now: UTC, aware."""
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(now + CERTIFICATE_LIFE, authority.certificate.not_valid_after_utc)
    authority_id = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _builder(_name(common_name), authority.certificate.subject, key, now, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in sorted(hosts)]), critical=False)
        .add_extension(_key_id(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_id), critical=False)
    )
    return CertifiedKey(builder.sign(authority.key, hashes.SHA256()), key)


def read_certified_key(pem: bytes) -> CertifiedKey | None:
    """Return the first certificate and the key of a PEM file, or None where they are not there or not of each other."""
    try:
        key = load_pem_private_key(pem, password=None)
        certificate = x509.load_pem_x509_certificates(pem)[0]
    except (ValueError, TypeError, IndexError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
        return None
    return CertifiedKey(certificate, key)


def hosts_of(certificate: x509.Certificate) -> frozenset[str]:
    """Return the names and addresses that a certificate is for."""
    try:
        told = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(str(one.value) for one in told)


def is_expired(certificate: x509.Certificate, now: datetime) -> bool:
    """Return whether a certificate has ended. One that has not begun yet is kept: a clock may start in the past."""
    return now >= certificate.not_valid_after_utc


def is_renewal_due(held: CertifiedKey, authority: CertifiedKey, hosts: Iterable[str], now: datetime) -> bool:
    """Return whether a web server needs another certificate: it ends soon, lacks a name, or is of another authority.

    A name or an address that the machine has no more is no reason: a phone may come by it again.
    """
    certificate = held.certificate
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except (InvalidSignature, ValueError, TypeError):
        return True
    end = certificate.not_valid_after_utc
    due = end if end >= authority.certificate.not_valid_after_utc else end - RENEWED_BEFORE
    is_fresh = certificate.not_valid_before_utc <= now < due
    return not is_fresh or not hosts_of(certificate).issuperset(hosts)


def common_name_of(certificate: x509.Certificate) -> str:
    """Return the name by which people know a certificate, which every one of ours has."""
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(name.value)


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate as phones show it: pairs of signs."""
    return certificate.fingerprint(hashes.SHA256()).hex(" ").upper()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(end)
    )


def _name(common_name: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Stillnote")
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common_name[:MAX_COMMON_NAME_CHARACTERS])])


def _key_usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _constraints(zones: Iterable[str]) -> x509.NameConstraints:
    permitted = [x509.DNSName(zone) for zone in sorted(set(zones))]
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)


def _key_id(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
