"""Hashes as senders give them (RFC 9530, or hex in a form)."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.core.content_digest import sha256_from_field, sha256_from_repr_digest
from capture.core.errors import Refusal

SHA = hashlib.sha256(b"x")
VALUE = f":{base64.b64encode(SHA.digest()).decode()}:"


@pytest.mark.parametrize(
    "header",
    [
        f"sha-256={VALUE}",
        f"sha-512=:AAAA:, sha-256={VALUE}",
        f"sha-256={VALUE},md5=:AA==:",
        f"sha-256={VALUE};q=1",
        f'note="a comma, sha-256=:AAAA:", sha-256={VALUE}',
        f'sha-256={VALUE};by="one, two"',
    ],
)
def test_the_sha_256_is_found(header: str) -> None:
    assert sha256_from_repr_digest(header) == SHA.hexdigest()


def test_of_a_doubled_key_the_last_one_counts() -> None:
    assert sha256_from_repr_digest(f"sha-256=:AAAA:, sha-256={VALUE}") == SHA.hexdigest()
    with pytest.raises(Refusal):
        sha256_from_repr_digest(f"sha-256={VALUE}, sha-256=:AAAA:")


@pytest.mark.parametrize("header", [None, "", "sha-512=:AAAA:", "unixsum=30637", "unixsum=1"])
def test_a_digest_that_we_do_not_know_is_no_digest(header: str | None) -> None:
    assert sha256_from_repr_digest(header) is None


@pytest.mark.parametrize(
    "header",
    [
        *(
            "nonsense",
            "sha-256",
            f"sha-256={VALUE[1:-1]}",
            "sha-256=:AAAA:",
            "sha-256=:!:",
            "sha-256=:A:",
            "sha-256=::",
        ),
        *(f"sha-256 = {VALUE}", f"sha-256= {VALUE}", f"sha-256=({VALUE})", f"SHA-256={VALUE}", f"sha-256={VALUE},"),
    ],
)
def test_a_digest_that_cannot_be_read_is_refused(header: str) -> None:
    with pytest.raises(Refusal) as refused:
        sha256_from_repr_digest(header)
    assert (refused.value.status, refused.value.code) == (400, "bad-digest")


@given(st.text())
def test_any_header_is_a_hash_or_none_or_a_refusal(header: str) -> None:
    try:
        found = sha256_from_repr_digest(header)
    except Refusal:
        return
    assert found is None or len(bytes.fromhex(found)) == 32


@pytest.mark.parametrize("value", ["12", "g" * 64, SHA.hexdigest() + " ", SHA.hexdigest() + "\n"])
def test_a_field_is_hex_of_the_right_length(value: str) -> None:
    assert sha256_from_field(SHA.hexdigest().upper()) == SHA.hexdigest()
    with pytest.raises(Refusal):
        sha256_from_field(value)
