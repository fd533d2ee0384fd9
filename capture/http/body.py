"""Request bodies: what is announced is checked before a byte is read, and what arrives goes straight to the disk."""

from typing import Protocol

from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from capture.core.errors import Refusal, too_large
from capture.http.auth import sending_device
from capture.http.web_state import web_state
from capture.storage.filesystem import refuse_if_nearly_full

BODY_CHUNK_BYTES = 256 * 1024
FORM_ALLOWANCE_BYTES = 1024 * 1024
"""Bytes that a form may need around its recording."""


class Sink(Protocol):
    """What a body is written to."""

    def write(self, chunk: bytes, /) -> None:
        """Take a chunk. Raises Refusal."""


def announced_length(request: HttpRequest, allowance: int = 0) -> int:
    """Return the Content-Length, having checked that a body of that size can be taken.

    Raises Refusal: 411 where it is missing (Django would take that for an empty body), 413 over MAX_UPLOAD plus the
    allowance, 507 where the disk is nearly full.
    """
    announced = request.META.get("CONTENT_LENGTH", "")
    if not announced.isdecimal():
        raise Refusal("length-required")
    length = int(announced)
    if length > settings.MAX_UPLOAD + allowance:
        raise too_large(settings.MAX_UPLOAD)
    refuse_if_nearly_full(length)
    return length


def write_body(request: HttpRequest, incoming: Sink, length: int, *, at_once: int = BODY_CHUNK_BYTES) -> None:
    """Write the whole body into `incoming`, at most `at_once` bytes at a time: so many are lost with a connection.

    Raises Refusal where fewer than `length` bytes come, or their device is unpaired meanwhile.
    """
    got = 0
    try:
        with web_state().revocation.cut_off_when_revoked(request, sending_device(request)):
            while chunk := request.read(at_once):
                incoming.write(chunk)
                got += len(chunk)
    except UnreadablePostError as error:
        raise Refusal("incomplete", got=got, announced=length) from error
    if got < length:
        raise Refusal("incomplete", got=got, announced=length)
