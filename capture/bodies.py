"""Request bodies: what is announced is checked before a byte is read, and what arrives goes straight to the disk."""

from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from capture import errors, storage
from capture.under_way import looked_after

CHUNK = 256 * 1024
FORM_ALLOWANCE = 1024 * 1024
"""Bytes that a form may need around its recording."""


def announced_length(request: HttpRequest, allowance: int = 0) -> int:
    """Return the Content-Length, having checked that a body of that size can be taken.

    Raises Refusal: 411 where it is missing (Django would take that for an empty body), 413 over MAX_UPLOAD plus the
    allowance, 507 where the disk is nearly full.
    """
    announced = request.META.get("CONTENT_LENGTH", "")
    if not announced.isdecimal():
        raise errors.length_missing()
    length = int(announced)
    if length > settings.MAX_UPLOAD + allowance:
        raise errors.too_large(settings.MAX_UPLOAD)
    storage.refuse_if_nearly_full(length)
    return length


def pour(request: HttpRequest, incoming: storage.Incoming, length: int) -> None:
    """Write the whole body into `incoming`.

    Raises Refusal where fewer than `length` bytes come, or their device is unpaired meanwhile.
    """
    try:
        with looked_after(request):
            while chunk := request.read(CHUNK):
                incoming.write(chunk)
    except UnreadablePostError as error:
        raise errors.incomplete(incoming.bytes, length) from error
    if incoming.bytes < length:
        raise errors.incomplete(incoming.bytes, length)
