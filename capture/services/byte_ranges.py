"""Byte ranges (RFC 9110, section 14), so that a browser can play a recording from its middle."""

import re
from collections.abc import Iterator
from typing import Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.http.response import HttpResponseNotAllowed

_ONE_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*")


class InParts(Protocol):
    """What can be sent: a stored file, or one that is put together of several. size: bytes."""

    @property
    def size(self) -> int:
        """How many bytes it has."""

    def part(self, span: range) -> Iterator[bytes]:
        """Open it and return some of its bytes, in pieces."""


class UnsatisfiableRange(Exception):
    """The range asks for nothing that is there."""


def requested_range(header: str | None, size: int) -> range | None:
    """Return the bytes that a Range header asks for, or None where the whole file is to be sent.

    Several ranges at once are answered whole, as is a header that cannot be read. Raises UnsatisfiableRange.
    """
    match = _ONE_RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise UnsatisfiableRange
    return range(start, end)


def serve_file(request: HttpRequest, kept: InParts, content_type: str, etag: str) -> HttpResponseBase:
    """Return a file, or the part of it that was asked for. Raises what opening it raises.

    etag: changes whenever the bytes do; part of an older file is never joined to this one (If-Range).
    """
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}  # asked for anew: a deleted memo is silent at once
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    header = request.headers.get("Range")
    if request.headers.get("If-Range", etag) != etag:
        header = None
    try:
        part = requested_range(header, kept.size)
    except UnsatisfiableRange:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{kept.size}"})
    span = range(kept.size) if part is None else part
    body = kept.part(span) if request.method == "GET" else iter(())
    status = 200 if part is None else 206
    response = StreamingHttpResponse(body, status=status, content_type=content_type, headers=headers)
    response["Accept-Ranges"] = "bytes"
    response["Content-Length"] = str(len(span))
    response["X-Content-Type-Options"] = "nosniff"
    if part is not None:
        response["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{kept.size}"
    return response
