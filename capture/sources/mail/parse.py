"""What a mail holds: to whom it came, and the recordings in it, however they are wrapped."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from capture.core.audio_types import HEAD_BYTES
from capture.core.sealed import is_recording
from capture.sources.mail.parts import PARSER_ERRORS, UnreadableMail, parse_head, split_mail

RECIPIENT_HEADERS = (
    *("Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To", "X-Envelope-To", "X-Original-Delivered-To"),
    *("X-Forwarded-To", "X-RCPT-To", "X-Real-To", "Apparently-To", "Resent-To", "Resent-Cc", "To", "Cc"),
)
"""Where a mail's recipients stand: first as the mail server wrote them, for a mail may come by way of a list or Bcc."""
_RECEIVED_FOR = re.compile(r"\bfor\s+(<?[^\s;<>]{1,320}>?)", re.IGNORECASE)
"""Of `Received: from … by … for <address>; date` (RFC 5321, section 4.4)."""


MAX_DATE_CHARACTERS = 200


class EnclosedRecording(NamedTuple):
    """A recording in a mail: the number of its part, when it was sent (RFC 3339 with offset), and its bytes."""

    part: int
    sent_at: str | None
    content: bytes


@contextmanager
def as_unreadable() -> Iterator[None]:
    """Raise UnreadableMail for every error of the standard library's parser, which promises none and raises some."""
    try:
        yield
    except PARSER_ERRORS as error:
        raise UnreadableMail from error


def parse_mail(mail: bytes) -> Message:
    """Return a mail taken apart, in a time that grows as its size. Raises UnreadableMail."""
    with as_unreadable():
        return split_mail(mail)


def parse_mail_head(head: bytes) -> Message:
    """Return the headers of a mail; those that say how the rest is taken apart can be read. Raises UnreadableMail."""
    with as_unreadable():
        parsed = parse_head(head)
        parsed.get_boundary()
    return parsed


def recipients(message: Message) -> list[str]:
    """Return every header that may hold a recipient, as it was written."""
    named = [str(value) for name in RECIPIENT_HEADERS for value in message.get_all(name, [])]
    return named + [to for value in message.get_all("Received", []) for to in _RECEIVED_FOR.findall(str(value))]


def enclosed_recordings(message: Message) -> Iterator[EnclosedRecording]:
    """Yield the recordings of a mail: each part that is one by its first bytes, or that is said to be one.

    The caller judges the latter. Raises UnreadableMail.
    """
    with as_unreadable():
        for number, (part, sent_at) in enumerate(_mail_parts(message, None)):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and (
                is_recording(content[:HEAD_BYTES]) or part.get_content_maintype() == "audio"
            ):
                yield EnclosedRecording(number, sent_at, content)


def _mail_parts(part: Message, sent_at: str | None) -> Iterator[tuple[Message, str | None]]:
    """Yield the parts that hold something, each with the date of the innermost mail around it: some are forwarded."""
    sent_at = _sent_date(part) or sent_at
    if not part.is_multipart():
        yield part, sent_at
        return
    for inner in part.get_payload():
        if isinstance(inner, Message):
            yield from _mail_parts(inner, sent_at)


def _sent_date(part: Message) -> str | None:
    """Return a part's Date in RFC 3339, or None where it has none that can be read."""
    try:
        at = parsedate_to_datetime(str(part["Date"])[:MAX_DATE_CHARACTERS])
    except (ValueError, OverflowError):
        return None
    # "-0000" is UTC by somebody who does not say where they were (RFC 5322, section 3.3).
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()
