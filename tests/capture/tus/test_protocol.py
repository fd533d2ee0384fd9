"""The words of tus: whatever is sent is read or refused, and what was written is read as it was meant."""

import base64
import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.core.errors import Refusal
from capture.tus.protocol import ALGORITHMS, format_metadata, parse_byte_count, parse_checksum, parse_metadata

KEYS = st.text(st.characters(codec="ascii", exclude_characters=", ", exclude_categories=["C", "Z"]), min_size=1)


@given(st.dictionaries(KEYS, st.text(st.characters(codec="utf-8"), min_size=1)))
def test_metadata_is_read_as_it_was_written(said: dict[str, str]) -> None:
    assert parse_metadata(format_metadata(said)) == said


@given(st.integers(0, 10**18 - 1))
def test_a_number_is_read_as_it_was_written(value: int) -> None:
    assert parse_byte_count("Upload-Length", str(value)) == value


@given(st.sampled_from(ALGORITHMS), st.binary())
def test_a_checksum_is_that_of_its_bytes(algorithm: str, body: bytes) -> None:
    digest = hashlib.new(algorithm, body).digest()
    read = parse_checksum(f"{algorithm} {base64.b64encode(digest).decode()}")
    assert read is not None
    hashed = read.new_hash()
    hashed.update(body)
    assert hashed.digest() == read.digest


@given(
    st.text(),
    st.sampled_from([parse_checksum, parse_metadata, lambda header: parse_byte_count("Upload-Offset", header)]),
)
def test_whatever_comes_is_read_or_refused(header: str, read: Callable[[str], Any]) -> None:
    with suppress(Refusal):
        read(header)


@pytest.mark.parametrize(
    "header", ["", "md5 AAAA", "sha1", "sha1 AAAA", "sha1 é", "sha1 ????", "sha256 2jmj7l5rSw0yVb/vlWAYkK/YBwk="]
)
def test_a_checksum_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(Refusal):
        parse_checksum(header)


@pytest.mark.parametrize("header", ["id YQ==,id YQ==", "id ?", "id Y Q", ",", " YQ==,"])
def test_metadata_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(Refusal):
        parse_metadata(header)


def test_a_key_may_have_no_value() -> None:
    assert parse_metadata("is_confidential, id YQ==") == {"is_confidential": "", "id": "a"}
    assert parse_metadata(None) == parse_metadata("") == {}


@pytest.mark.parametrize("written", [None, "", "-1", "1.5", "1e3", " 1", "²", "9" * 19])
def test_a_number_that_is_none_is_refused(written: str | None) -> None:
    with pytest.raises(Refusal):
        parse_byte_count("Upload-Length", written)
