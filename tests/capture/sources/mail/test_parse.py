"""What is in a mail is found, however it is wrapped; and nothing that is sent makes the reading fail."""

from email import message_from_bytes
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.sources.mail.parse import EnclosedRecording, enclosed_recordings, recipients
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
    letter = message_from_bytes(b"\r\n".join(lines))
    assert all(isinstance(header, str) for header in recipients(letter))
    for recording in enclosed_recordings(letter):
        assert recording.sent_at is None or recording.sent_at[10] == "T"
