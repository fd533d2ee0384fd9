"""Mails that hold recordings, as phones and mail programs send them."""

import base64
from email.message import EmailMessage

M4A = b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00" + bytes(range(256)) * 8
OGG = b"OggS" + bytes(range(256)) * 8
TEXT = "hippopotamus: words of a mail, which nobody logs"
POISON = b"Content-Type: multipart/mixed; boundary*0*=a; boundary*=b\r\n"
"""A header by which the standard library's parser fails, wherever it stands (email.utils.decode_params)."""
SENT = "Tue, 24 Nov 2026 03:12:00 +0100"


def mail(to: str, *recordings: bytes, message_id: str = "<one@phone>", sent: str = SENT) -> EmailMessage:
    """Return a mail with these recordings attached."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Alice <alice@example.org>", to, TEXT
    message["Message-ID"], message["Date"] = message_id, sent
    message.set_content(TEXT)
    for number, recording in enumerate(recordings):
        # The name goes as RFC 2231 has it: filename*=utf-8''...
        message.add_attachment(recording, maintype="audio", subtype="x-m4a", filename=f"Notiz für später {number}.m4a")
    return message


def from_ios(to: str, recording: bytes) -> bytes:
    """Return a mail as iOS's Voice Memos sends it by Mail: an inline part between two texts, its name in RFC 2047."""
    lines = base64.encodebytes(recording).decode().replace("\n", "\r\n")
    return f"""Return-Path: <alice@example.org>\r
X-Original-To: {to}\r
Delivered-To: {to}\r
From: Alice <alice@example.org>\r
Content-Type: multipart/mixed;\r
 boundary=Apple-Mail-3F9C2B1E-7D1C-4E35-9B77-1C5D0A9E8F21\r
Content-Transfer-Encoding: 7bit\r
Mime-Version: 1.0 (1.0)\r
Date: Tue, 24 Nov 2026 03:12:00 +0100\r
Subject: =?utf-8?Q?Neue_Aufnahme_f=C3=BCr_sp=C3=A4ter?=\r
Message-Id: <6C1B9F3A-2D4E-4B7A-8F10-55D2C0A1B2C3@icloud.com>\r
To: Memos <{to}>\r
X-Mailer: iPhone Mail (21F90)\r
\r
\r
--Apple-Mail-3F9C2B1E-7D1C-4E35-9B77-1C5D0A9E8F21\r
Content-Type: text/plain;\r
\tcharset=us-ascii\r
Content-Transfer-Encoding: 7bit\r
\r
\r
\r
--Apple-Mail-3F9C2B1E-7D1C-4E35-9B77-1C5D0A9E8F21\r
Content-Type: audio/x-m4a;\r
\tname="=?utf-8?Q?Neue_Aufnahme_f=C3=BCr_sp=C3=A4ter=2Em4a?=";\r
\tx-apple-part-url=8E0F1C5B-6C3E-4C55-9F2A-D1B0E7A4C911\r
Content-Disposition: inline;\r
\tfilename="=?utf-8?Q?Neue_Aufnahme_f=C3=BCr_sp=C3=A4ter=2Em4a?="\r
Content-Transfer-Encoding: base64\r
\r
{lines}\r
--Apple-Mail-3F9C2B1E-7D1C-4E35-9B77-1C5D0A9E8F21\r
Content-Type: text/plain;\r
\tcharset=us-ascii\r
Content-Transfer-Encoding: 7bit\r
\r
\r
\r
Sent from my iPhone\r
--Apple-Mail-3F9C2B1E-7D1C-4E35-9B77-1C5D0A9E8F21--\r
""".encode()


def from_android(to: str, recording: bytes) -> bytes:
    """Return a mail as Gmail's app sends one: texts within parts, the recording of no said type, its lines long."""
    encoded = base64.b64encode(recording).decode()
    lines = "\r\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76))
    return f"""MIME-Version: 1.0\r
From: Alice <alice@example.org>\r
Date: Tue, 24 Nov 2026 03:12:00 +0100\r
Message-ID: <CAJ7Vp+xyz123=4Q@mail.gmail.com>\r
Subject: Recording\r
To: somebody@example.org\r
Cc: {to}\r
Content-Type: multipart/mixed; boundary="000000000000a1b2c3062f8f1e2d"\r
\r
--000000000000a1b2c3062f8f1e2d\r
Content-Type: multipart/alternative; boundary="000000000000a1b2c1062f8f1e2b"\r
\r
--000000000000a1b2c1062f8f1e2b\r
Content-Type: text/plain; charset="UTF-8"\r
\r
\r
--000000000000a1b2c1062f8f1e2b\r
Content-Type: text/html; charset="UTF-8"\r
\r
<div dir="auto"></div>\r
\r
--000000000000a1b2c1062f8f1e2b--\r
--000000000000a1b2c3062f8f1e2d\r
Content-Type: application/octet-stream; name="Recording 12.ogg"\r
Content-Disposition: attachment; filename="Recording 12.ogg"\r
Content-Transfer-Encoding: base64\r
X-Attachment-Id: 19359b1f2c3d4e5f6071\r
Content-ID: <19359b1f2c3d4e5f6071>\r
\r
{lines}\r
--000000000000a1b2c3062f8f1e2d--\r
""".encode()


def forwarded(to: str, recording: bytes) -> bytes:
    """Return a mail that holds another whole one, which holds the recording and is a year older."""
    inner = mail("somebody@example.org", recording, message_id="<inner@phone>", sent="Mon, 24 Nov 2025 07:00:00 -0500")
    outer = mail(to, message_id="<outer@phone>")
    outer.add_attachment(inner)
    return bytes(outer)
