"""A mail taken apart: a tree of the standard library's messages, whose contents stay where they are until asked for.

The standard library's parser makes many times the size of a mail, looks for each boundary in every line, and takes time
as the square of a header's parameters. Here every header is bounded before it is parsed, there are so many parts and so
many mails within mails, and each of these is gone through once.
"""

import binascii
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from typing import NamedTuple, TypeVar

MAX_HEAD_BYTES = 256 * 1024
"""Of one mail or part: all its headers."""
MAX_PARAMETERS_CHARACTERS = 8 * 1024
"""Of one header that is taken apart further: its type, its name, its date."""
MAX_PARTS = 1000
MAX_DEPTH = 30
"""Mails within mails, and parts within parts."""
MAX_BLANKS = 100
"""White space after a boundary."""
MAX_FALSE_ENDS = 10_000
"""Lines that begin as a boundary does and are none."""
CHUNK_BYTES = 1024**2

PARAMETRIC = ("content-type", "content-disposition", "content-transfer-encoding", "date")
Kind = TypeVar("Kind", bound=Message)
_HEADER_LINE = re.compile(rb"[^:\s][^:\r\n]*:|[ \t]|From ")
_NOT_BASE64 = bytes(sorted(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")))


class UnreadableMail(Exception):
    """A mail is written in such a way that it cannot be taken apart."""


class _Place(NamedTuple):
    """Bytes begin..end of a mail, or of one that was encoded within another."""

    mail: bytes
    begin: int
    end: int


class Leaf(Message):
    """A part that holds something. Its content is decoded when it is asked for."""

    place = _Place(b"", 0, 0)

    def get_payload(self, i: int | None = None, decode: bool = False) -> bytes:  # type: ignore[override]
        """Return the content: as it stands in the mail, or decoded."""
        del i
        mail, begin, end = self.place
        return b"".join(_decoded(mail, begin, end, _encoding(self))) if decode else mail[begin:end]


class _Budget:
    """What one mail may cost, with all the mails in it."""

    def __init__(self, largest: int) -> None:
        self.parts = MAX_PARTS
        self.bytes = largest
        self.false_ends = MAX_FALSE_ENDS

    def spend(self, *, parts: int = 0, size: int = 0, false_ends: int = 0) -> None:
        """Count what is done. Raises UnreadableMail where it is too much."""
        self.parts -= parts
        self.bytes -= size
        self.false_ends -= false_ends
        if min(self.parts, self.bytes, self.false_ends) < 0:
            raise UnreadableMail


def split_mail(mail: bytes) -> Message:
    """Return a mail as a tree of parts. Raises UnreadableMail, and what the library's parser of headers raises."""
    return _split(_Place(mail, 0, len(mail)), _Budget(len(mail) + CHUNK_BYTES), 0, "text/plain")


def parse_head(head: bytes) -> Message:
    """Return the headers of a mail. Raises as `split_mail` does."""
    lines, _end = _head_lines(_Place(head, 0, len(head)))
    return _headers(lines, Message())


def _split(whole: _Place, budget: _Budget, depth: int, default: str) -> Message:
    if depth > MAX_DEPTH:
        raise UnreadableMail
    budget.spend(parts=1)
    lines, body_at = _head_lines(whole)
    head = _headers(lines, Message())
    head.set_default_type(default)
    kind, boundary, body = head.get_content_type(), head.get_boundary(), whole._replace(begin=body_at)
    if kind.startswith("multipart/") and boundary:
        inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        parts = _parts(body, b"--" + boundary.encode("ascii", "surrogateescape"), budget)
        head.set_payload([_split(part, budget, depth + 1, inner) for part in parts])
        return head
    if (kind.startswith("message/") and kind != "message/delivery-status") or _is_mail_file(head):
        if _encoding(head) not in {"7bit", "8bit", "binary", ""}:
            content = b"".join(_decoded(*body, _encoding(head)))
            budget.spend(size=len(content))
            body = _Place(content, 0, len(content))
        head.set_payload([_split(body, budget, depth + 1, "text/plain")])
        return head
    leaf = _headers(lines, Leaf())
    leaf.place = body
    return leaf


def _is_mail_file(head: Message) -> bool:
    return (head.get_filename() or "").lower().endswith(".eml") and head.get_content_maintype() == "application"


def _encoding(part: Message) -> str:
    return str(part.get("Content-Transfer-Encoding", "")).strip().lower()


def _head_lines(whole: _Place) -> tuple[bytes, int]:
    """Return the headers at the beginning, and where what follows them begins. Raises UnreadableMail for too many."""
    mail, begin, end = whole
    head, at = mail[begin : min(end, begin + MAX_HEAD_BYTES + 1)], 0
    while at < len(head):
        line_end = head.find(b"\n", at) + 1 or len(head)
        if line_end > MAX_HEAD_BYTES:
            raise UnreadableMail
        if not head[at:line_end].strip(b"\r\n"):
            return head[:at], begin + line_end
        if not _HEADER_LINE.match(head, at):
            return head[:at], begin + at
        at = line_end
    return head, begin + at


def _headers(lines: bytes, head: Kind) -> Kind:
    """Return a message with these headers. Raises UnreadableMail where one is too long to be taken apart."""
    for name, value in BytesHeaderParser().parsebytes(lines).raw_items():
        if name.lower() in PARAMETRIC and len(str(value)) > MAX_PARAMETERS_CHARACTERS:
            raise UnreadableMail
        head.set_raw(name, value)
    return head


def _parts(body: _Place, delimiter: bytes, budget: _Budget) -> Iterator[_Place]:
    """Yield the parts between delimiters; the last one may lack its end."""
    mail, begin, end = body
    begun: int | None = None
    at = begin if mail.startswith(delimiter, begin, end) else mail.find(b"\n" + delimiter, begin, end) + 1
    while at or mail.startswith(delimiter, at, end):
        line_end = mail.find(b"\n", at, end) + 1 or end
        rest = mail[at + len(delimiter) : min(line_end, at + len(delimiter) + MAX_BLANKS)].strip()
        if rest and rest != b"--":
            budget.spend(false_ends=1)
        else:
            if begun is not None:
                yield body._replace(begin=begun, end=_without_line_end(mail, begun, at))
            if rest:
                return
            begun = line_end
        if not (at := mail.find(b"\n" + delimiter, line_end - 1, end) + 1):
            break
    if begun is not None:
        yield body._replace(begin=begun)


def _without_line_end(mail: bytes, begun: int, at: int) -> int:
    """Return where what stands before a delimiter ends: the line end before it belongs to it."""
    for sign in b"\n", b"\r":
        if at > begun and mail[at - 1 : at] == sign:
            at -= 1
    return at


def _decoded(mail: bytes, begin: int, end: int, encoding: str) -> Iterator[bytes]:
    """Yield a content in pieces, as it was before it was encoded for the way."""
    if encoding == "base64":
        yield from _from_base64(mail, begin, end)
    elif encoding == "quoted-printable":
        yield binascii.a2b_qp(mail[begin:end])
    elif encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        yield from _from_uuencode(mail[begin:end])
    else:
        yield mail[begin:end]


def _from_base64(mail: bytes, begin: int, end: int) -> Iterator[bytes]:
    left = b""
    for at in range(begin, end, CHUNK_BYTES):
        signs = left + mail[at : min(at + CHUNK_BYTES, end)].translate(None, _NOT_BASE64)
        whole = len(signs) // 4 * 4
        yield binascii.a2b_base64(signs[:whole])
        left = signs[whole:]
    if len(left) > 1:
        yield binascii.a2b_base64(left + b"=" * (4 - len(left)))


def _from_uuencode(body: bytes) -> Iterator[bytes]:
    lines = iter(body.splitlines())
    if not any(line.startswith(b"begin ") for line in lines):
        return
    for line in lines:
        if line.strip() == b"end":
            return
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            # Some programs write the wrong length (the library's own way round it).
            yield binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])


PARSER_ERRORS = (RecursionError, ValueError, TypeError, LookupError, AttributeError, MessageError)
"""What the standard library's parser of headers raises, which promises none: a boundary in numbered pieces without
numbers, among others."""
