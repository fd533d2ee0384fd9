"""What is in a mail is found, however it is wrapped; and nothing that is sent makes the reading fail."""

import base64
import binascii
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from types import FrameType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from capture.sources.mail.parse import (
    EnclosedRecording,
    enclosed_recordings,
    parse_mail,
    parse_mail_head,
    recipients,
)
from capture.sources.mail.parts import UnreadableMail
from tests.support.mails import M4A, OGG, forwarded, from_android, from_ios, mail

TO = "memos+secret@example.org"
AT = "2026-11-24T03:12:00+01:00"


def found(raw: bytes) -> list[EnclosedRecording]:
    return list(enclosed_recordings(message_from_bytes(raw)))


def bare(content: bytes, **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(content, maintype="audio", subtype="ogg")
    return bytes(message)


@pytest.mark.parametrize(
    ("raw", "recording", "at"),
    [
        (from_ios(TO, M4A), M4A, AT),
        (from_android(TO, OGG), OGG, AT),
        (bytes(mail(TO, M4A)), M4A, AT),
        (bare(OGG, Date="Tue, 24 Nov 2026 03:12:00 +0100"), OGG, AT),
        (forwarded(TO, OGG), OGG, "2025-11-24T07:00:00-05:00"),
    ],
    ids=["ios", "android", "attached", "nothing else", "forwarded"],
)
def test_a_recording_is_found(raw: bytes, recording: bytes, at: str) -> None:
    (one,) = found(raw)
    assert one.content == recording
    assert one.sent_at == at


def test_several_are_found_each_in_its_own_part() -> None:
    one, two = found(bytes(mail(TO, M4A, OGG)))
    assert (one.content, two.content) == (M4A, OGG)
    assert one.part != two.part


def test_pictures_and_texts_are_no_recordings() -> None:
    message = mail(TO)
    message.add_attachment(b"\x00\x00\x00\x18ftypheic" + bytes(99), maintype="image", subtype="heic", filename="a.heic")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    assert found(bytes(message)) == []


def test_what_is_said_to_be_audio_is_left_to_be_judged() -> None:
    (one,) = found(bytes(mail(TO, b"broken")))
    assert one.content == b"broken"


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Tue, 24 Nov 2026 03:12:00 +0100 (CET)", AT),
        ("24 Nov 2026 02:12:00 -0000", "2026-11-24T02:12:00+00:00"),
        ("Tue, 24 Nov 2026 02:12:00 GMT", "2026-11-24T02:12:00+00:00"),
        ("yesterday", None),
        ("Tue, 24 Nov 2026 03:12:00 +9999", None),
        ("Tue, 31 Feb 2026 03:12:00 +0100", None),
        ("", None),
    ],
)
def test_the_date_is_read_or_left_out(date: str, at: str | None) -> None:
    (one,) = found(b"Date: " + date.encode() + b"\nContent-Type: audio/ogg\n\n" + b"OggS")
    assert one.sent_at == at


def test_recipients_stand_where_mail_servers_write_them() -> None:
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
    raw = "".join(f"{name}: {number}@example.org\n" for number, name in enumerate(names)) + "Bcc: no\n\n"
    assert recipients(message_from_bytes(raw.encode())) == [f"{number}@example.org" for number in range(5)]


def test_recipients_stand_where_other_servers_write_them() -> None:
    names = ("X-Delivered-To", "X-Envelope-To", "X-Forwarded-To", "X-RCPT-To", "Resent-To")
    raw = "".join(f"{name}: {number}@example.org\n" for number, name in enumerate(names))
    raw += "Received: from a.example (a [192.0.2.1])\n\tby b.example with ESMTPS id 4c for <5@example.org>;\n\tTue\n\n"
    assert recipients(parse_mail_head(raw.encode())) == [*(f"{n}@example.org" for n in range(5)), "<5@example.org>"]


LINES = st.lists(
    st.sampled_from(
        [
            *(b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: message/rfc822", b"Content-Type: audio/x"),
            *(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: x-uuencode", b"Date: \xff +9"),
            *(b"Date: 1 Jan 99999 0:0:0", b"To: =?utf-8?b?/w==?=", b"", b"--b", b"--b--", b"T2dnUw", b"begin 644 x"),
            *(b"Content-Type: audio/\xff; name*0*=\xff''%", b"Content-Type: message/delivery-status"),
        ]
    )
    | st.binary(max_size=40),
    max_size=30,
)


@given(LINES)
def test_nothing_that_is_sent_makes_the_reading_fail(lines: list[bytes]) -> None:
    raw = b"\r\n".join(lines)
    letter = message_from_bytes(raw)
    assert all(isinstance(header, str) for header in recipients(letter))
    for recording in enclosed_recordings(letter):
        assert recording.sent_at is None or recording.sent_at[10] == "T"


@settings(deadline=None)
@given(LINES)
def test_nothing_that_is_sent_makes_taking_it_apart_fail(lines: list[bytes]) -> None:
    with suppress(UnreadableMail):
        letter = parse_mail(b"\r\n".join(lines))
        assert all(isinstance(header, str) for header in recipients(letter))
        assert all(isinstance(one.content, bytes) for one in enclosed_recordings(letter))


CONTENTS = st.lists(st.binary(max_size=300).map(lambda tail: b"OggS" + tail), min_size=1, max_size=4)


@settings(deadline=None, max_examples=50)
@given(CONTENTS, st.sampled_from(["base64", "quoted-printable", "x-uuencode"]), st.integers(0, 3), st.booleans())
def test_what_is_taken_apart_is_what_the_standard_library_finds(
    contents: list[bytes], encoding: str, depth: int, is_named_end: bool
) -> None:
    assume(is_named_end or encoding != "quoted-printable")  # whose are the line ends then, nothing says
    raw = b"".join(
        b"--b0\r\nContent-Type: audio/ogg\r\nContent-Transfer-Encoding: %s\r\n\r\n%s\r\n"
        % (encoding.encode(), encoded(content, encoding))
        for content in contents
    )
    raw = (
        b"Content-Type: multipart/mixed; boundary=b0\r\n\r\npreamble\r\n"
        + raw
        + (b"--b0--\r\n" if is_named_end else b"")
    )
    for n in range(1, depth + 1):
        raw = b'Content-Type: multipart/mixed;\r\n boundary="b%d"\r\n\r\n--b%d\r\n%s\r\n--b%d--\r\n' % (n, n, raw, n)
    ours, theirs = (list(enclosed_recordings(parsed)) for parsed in (parse_mail(raw), message_from_bytes(raw)))
    assert ours == theirs
    assert [one.content for one in ours] == contents


def encoded(content: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(content)
    if encoding == "quoted-printable":
        return binascii.b2a_qp(content, istext=False)
    lines = b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    return b"begin 644 a\n" + lines + b" \nend\n"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "7bit"])
@pytest.mark.parametrize("kind", ["message/rfc822", 'application/octet-stream; name="Voice mail.EML"'])
def test_a_recording_in_a_mail_in_a_mail_is_found_and_dated_as_that(kind: str, encoding: str) -> None:
    inner = from_ios("someone@example.org", M4A).replace(b"24 Nov 2026", b"01 Nov 2026")
    for n in range(2):
        body = inner if encoding == "7bit" else encoded(inner, encoding)
        inner = (
            b"Date: Fri, 20 Nov 2026 06:12:00 +0100\r\nContent-Type: multipart/mixed; boundary=out%d\r\n\r\n"
            b"--out%d\r\nContent-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s\r\n--out%d--\r\n"
        ) % (n, n, kind.encode(), encoding.encode(), body, n)
    (one,) = enclosed_recordings(parse_mail(inner))
    assert (one.content, one.sent_at) == (M4A, "2026-11-01T03:12:00+01:00")


BIG = 200_000
HOSTILE = {
    "semicolons": b"Content-Type: multipart/mixed" + b";" * BIG,
    "continued parameters": b"Content-Type: multipart/mixed;"
    + b"".join(b" boundary*%d*=a;" % n for n in range(BIG // 16)),
    "quotes": b"Content-Type: multipart/mixed; boundary=" + b'";' * (BIG // 2),
    "folded": b"Content-Type: multipart/mixed;" + b"\r\n a=b;" * (BIG // 7),
    "name": b"Content-Disposition: attachment; " + b"filename*0=a; " * (BIG // 14),
    "date": b"Date: " + b"1 " * (BIG // 2),
    "headers": b"To: a@example.org\r\n" * (BIG // 8),
    "depth": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)),
    "mails": b"Content-Type: message/rfc822\n\n" * 3000,
    "parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * (BIG // 6),
    "false ends": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bb\n" * (BIG // 5),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_would_take_the_square_of_its_size_is_refused_before_it_is_parsed(kind: str) -> None:
    def steps(size: int) -> int:
        def attempt() -> None:
            with suppress(UnreadableMail):
                list(enclosed_recordings(parse_mail(HOSTILE[kind][:size] + b"\r\n\r\n")))

        return calls_made(attempt)

    with pytest.raises(UnreadableMail):
        parse_mail(HOSTILE[kind] + b"\r\n\r\n")
    assert steps(BIG) < 3 * steps(BIG // 2) + 20_000


def calls_made(do: Callable[[], object]) -> int:
    """Count the calls that a call makes, of functions in Python and in C."""
    count = 0

    def profile(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(profile)
    try:
        do()
    finally:
        sys.setprofile(None)
    return count


def test_a_large_mail_takes_little_more_memory_than_itself() -> None:
    raw = from_ios(TO, OGG + bytes(12_000_000))
    tracemalloc.start()
    try:
        (one,) = enclosed_recordings(parse_mail(raw))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(one.content) == len(OGG) + 12_000_000
    assert peak < 3 * len(one.content)
