"""Every parser that meets strangers, with mutants of what it is meant for.

Each gives what it promises or raises what it declares, does so much work and no more, and reads what we write.
"""

import base64
import io
import json
import re
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from re import _constants, _parser  # the library's own parser of patterns
from typing import Any
from zoneinfo import ZoneInfo

import http_sf
import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import assume, example, given
from hypothesis import strategies as st

from capture.core.audio_kinds import KINDS
from capture.core.audio_types import HEAD_BYTES, MIN_HEAD_BYTES, find_frames, is_hopeless, sniff
from capture.core.content_digest import SHA256_BYTES, sha256_from_field, sha256_from_repr_digest
from capture.core.dates import parse as dates
from capture.core.dates.containers import container_date
from capture.core.dates.files import date_of_open_file
from capture.core.dates.headers import parse_spoken_at
from capture.core.dates.parse import parse_dates
from capture.core.dates.plausible import EARLIEST, MAX_AHEAD
from capture.core.errors import Refusal
from capture.core.sidecars import KINDS as SIDECARS
from capture.core.sidecars import UnreadableSidecar, parse_sidecar
from capture.services.byte_ranges import UnsatisfiableRange, requested_range
from capture.sources.mail.parse import enclosed_recordings, parse_mail, parse_mail_head, recipients
from capture.sources.mail.parts import UnreadableMail
from capture.tus.protocol import format_metadata, parse_byte_count, parse_checksum, parse_metadata
from config.env import SettingsReader, parse_service_url, parse_store_url
from config.env_file import read_settings_file
from insights.core.markdown_notes import READ_CHARACTERS, topics_in_note
from tests.support.hostile.damaged import MADE, whole
from tests.support.hostile.mutations import FUZZED, calls_of, mutants_of
from tests.support.mails import M4A, OGG, POISON, from_ios, mail

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SECRET = "hippopotamus"
CALLS, CALLS_A_BYTE = 3_000, 40
"""What a parser may do for anything, and for each byte of it: more would be the square of something."""

EXTREMES = [b"\0", b"\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff" * 8, b"\0\0\0\1", b"\xff\xfb\x90\0"]
MARKS = [b"ID3\4\0\0\0\0\0\x7f", b"ID3", b"ftyp", b"moov", b"mvhd", b"RIFF", b"WAVEbext", b"OggS", b"APETAGEX", b"TDRC"]
TEXT_HEADS = [b"<html>" + b" " * 70, b"%PDF-1.7" + bytes(70), b"PK\3\4" + bytes(70), b"{" + b" " * 70]
RECORDINGS = mutants_of([*(whole(name, 0.2)[:9000] for name in MADE), *TEXT_HEADS], [*EXTREMES, *MARKS])


def is_bounded(work: Callable[[], object], size: int) -> bool:
    return calls_of(work) <= CALLS + CALLS_A_BYTE * size


def unbounded_repeats(pattern: "re.Pattern[str]") -> int:
    """Count the places of a pattern that repeat without end: behind one another they take the square of a text."""

    def count(parsed: Any) -> int:
        found = 0
        for operation, argument in parsed:
            is_repeat = operation in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}
            found += is_repeat and argument[1] == _constants.MAXREPEAT
            found += sum(count(part) for part in _parts(argument))
        return found

    def _parts(argument: Any) -> list[Any]:
        if isinstance(argument, _parser.SubPattern):
            return [argument]
        return [part for one in argument for part in _parts(one)] if isinstance(argument, tuple | list) else []

    return count(_parser.parse(pattern.pattern, pattern.flags))


# Sniffing


@FUZZED
@given(RECORDINGS, st.integers(MIN_HEAD_BYTES, 5000))
def test_a_kind_is_one_of_the_table_and_what_is_hopeless_stays_so(content: bytes, come: int) -> None:
    head = content[:HEAD_BYTES]
    kind = sniff(head)
    assert kind is None or kind in KINDS
    assert is_bounded(lambda: (sniff(head), is_hopeless(head)), len(head))
    if len(content) >= MIN_HEAD_BYTES and is_hopeless(content[:come]):
        assert kind is None
    if frames := find_frames(head):
        assert 0 <= frames[0] < len(head)
        assert frames[1] in KINDS


# Dates

NAMES = [
    *("2024-05-03 07.15.22", "Recording_20240503_071522", "20240503071522123", "240503_0715", "1714713322000"),
    *(
        "2024年5月3日 上午7点15分22秒",
        "2024년 5월 3일 오후 7시 15분 22초",
        "2024年05月03日(金) 午前7:15",
        "2024/5/3 7:15 PM",
    ),
    *("2024-05-03T07:15:22.123456789+02:00", "2024-05-03T07:15:22Z", "Fri Jul 14 21:05:09 2023"),
]
SIGNS_OF_DATES = [
    "年",
    "月",
    "日",
    " ",
    "\t",
    "2024",
    "99",
    "0",
    "T",
    "Z",
    "+14:45",
    "-",
    "上午",
    "PM",
    "\uff1a",
    "²",
    "\uff12",
    "(",
]


@FUZZED
@given(mutants_of(NAMES, SIGNS_OF_DATES))
def test_a_date_in_a_name_lies_in_years_that_exist(name: str) -> None:
    for found in parse_dates(name):
        assert found.day.year // 100 == 20 or found.zone is UTC
    dated = date_of_open_file(name, io.BytesIO(), NOW.timestamp(), BERLIN, NOW)
    assert EARLIEST <= dated.at <= NOW + MAX_AHEAD


def test_no_pattern_of_dates_repeats_without_end() -> None:
    patterns = {name: one for name, one in vars(dates).items() if isinstance(one, re.Pattern)}
    assert len(patterns) >= 5
    assert {name: unbounded_repeats(one) for name, one in patterns.items()} == dict.fromkeys(patterns, 0)
    assert unbounded_repeats(re.compile(r"(a\s*)?b{2,}")) == 2


class CountedFile(io.BytesIO):
    """Counts what is read of it."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.count += len(content)
        return content


@FUZZED
@given(RECORDINGS)
@example(b"ID3")
@example(b"\xff\xfb\x90\x00" + bytes(10) + b"ID3")
@example(b"RIFF\0\0\0\0WAVEid3 \3\0\0\0ID3")
def test_a_date_inside_lies_in_years_that_exist_and_little_is_read(content: bytes) -> None:
    file = CountedFile(content)
    assert is_bounded(lambda: container_date(file), len(content))
    assert file.count < 25_000
    dated = date_of_open_file("", io.BytesIO(content), NOW.timestamp(), BERLIN, NOW)
    assert EARLIEST <= dated.at <= NOW + MAX_AHEAD


@FUZZED
@given(mutants_of(["2026-11-24T03:12:00+01:00", "2026-11-24t03:12:00.5z", "9999-12-31T23:59:59-23:59"], SIGNS_OF_DATES))
def test_a_date_of_a_header_is_believed_or_refused(sent: str) -> None:
    with suppress(Refusal):
        found = parse_spoken_at(sent, NOW)
        assert EARLIEST <= found.at <= NOW + MAX_AHEAD
        assert found.utc_offset is None or abs(found.utc_offset) < 24 * 60


# Mail

MAILS = [from_ios("m@example.org", M4A[:300]), mail("m@example.org", M4A[:300], OGG[:200]).as_bytes()]
MAILS.append(
    b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(MAILS[1])
)
MAIL_TOKENS = [
    *(
        POISON,
        b"Content-Type: message/rfc822\r\n",
        b"Content-Type: multipart/digest; boundary=b\r\n\r\n",
        b"\r\n",
        b"--b",
    ),
    *(
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n",
        b"; name*0*=\xff''%",
        b"=?utf-8?b?/w==?=",
        b";a=b",
    ),
    *(b"Date: 1 Jan 99999 0:0:0 +9999\r\n", b"Received: from a for <x@y>; z\r\n", b"\xff", b"\0", b"--", b"OggS", b" "),
]


@FUZZED
@given(mutants_of(MAILS, MAIL_TOKENS))
def test_a_mail_is_taken_apart_or_unreadable(raw: bytes) -> None:
    def take_apart() -> None:
        with suppress(UnreadableMail):
            assert all(isinstance(one, str) for one in recipients(parse_mail_head(raw)))
        with suppress(UnreadableMail):
            held = list(enclosed_recordings(parse_mail(raw)))
            assert sum(len(one.content) for one in held) <= len(raw)
            assert all(one.sent_at is None or datetime.fromisoformat(one.sent_at).tzinfo for one in held)

    assert is_bounded(take_apart, 4 * len(raw))


@FUZZED
@given(st.lists(st.binary(min_size=1, max_size=300).map(lambda tail: b"OggS" + tail), max_size=4))
def test_the_recordings_of_a_mail_are_those_that_were_attached(recordings: list[bytes]) -> None:
    held = enclosed_recordings(parse_mail(mail("m@example.org", *recordings).as_bytes()))
    assert [one.content for one in held] == recordings


# Settings


def refusal_of(read: Callable[[], object]) -> str:
    """Return what is said of settings that cannot be read; nothing of those that can."""
    try:
        read()
    except ImproperlyConfigured as error:
        return str(error)
    return ""


SETTINGS_FILES = [
    f"PORT=8000\nEMAIL_URL=smtp://me:{SECRET}@mail.example.org:587\n".encode(),
    f'\ufeffexport DATABASE_URL=\'postgresql://a:{SECRET}@h/x\'\r\n# {SECRET}\r\nX="a\\"b"\r\n'.encode(),
    f"PORT=1\r\nA={SECRET}\r\n".encode("utf-16"),
]
SETTINGS_TOKENS = [
    b"\0",
    b"\xff\xfe",
    b"=",
    b'"',
    b"'",
    b"\\",
    b"#",
    b"\n",
    b"\r",
    b"\x85",
    b" ",
    b"export ",
    b"\xf0\x9f",
]


@FUZZED
@given(mutants_of(SETTINGS_FILES, SETTINGS_TOKENS))
@example(b"PASSWORD=half\0a word\n")
def test_a_settings_file_is_read_or_told_without_what_is_in_it(settings_file: Path, content: bytes) -> None:
    settings_file.write_bytes(content)
    found: dict[str, str] = {}
    assert SECRET not in refusal_of(lambda: found.update(read_settings_file(settings_file)))
    assert all(name.isidentifier() and "\n" not in value and "\0" not in value for name, value in found.items())


@pytest.fixture(scope="module")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settings") / "stillnote.env"


NAMES_OF_SETTINGS = st.from_regex(r"[A-Z_][A-Z_0-9]{0,20}", fullmatch=True)
VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), max_size=40).map(str.strip)


@FUZZED
@given(st.dictionaries(NAMES_OF_SETTINGS, VALUES, max_size=5))
def test_a_settings_file_is_read_as_it_was_written(settings_file: Path, wanted: dict[str, str]) -> None:
    escaped = {name: re.sub(r'(["\\])', r"\\\1", value) for name, value in wanted.items()}
    assume(not any(re.search(r"\\\\[rnt]", value) for value in escaped.values()))  # as those stand for something else
    settings_file.write_text("".join(f'{name} = "{value}"\n' for name, value in escaped.items()), encoding="utf-8")
    assert read_settings_file(settings_file) == wanted


ADDRESSES = [
    *(f"s3://key:{SECRET}@host:9000/bucket?region=x", f"smtp://me:{SECRET}@mail.example.org:587", "sqlite:///x"),
    *(
        f"https://a:{SECRET}@notes.example.org/notes",
        f"imaps://m:{SECRET}@[::1]:993/INBOX",
        "https://notes.example.org",
    ),
]


@FUZZED
@given(mutants_of(ADDRESSES, ["@", "/", "#", "?", "[", "]", ":", "%", "%zz", "\0", " ", "s3:", "٣", "::", "\u2100"]))
def test_an_address_is_whole_or_told_without_its_password(url: str) -> None:
    class Reader(SettingsReader):
        ENVIRON: dict[str, str] = {"EMAIL_URL": url}

    readers: Collection[Callable[[], object]] = [
        lambda: parse_store_url(url),
        lambda: parse_service_url(url if "@" in url else ""),  # which holds no password without
        lambda: Reader().address("EMAIL_URL", "smtp://user:password@host", {"smtp", "imaps", "sqlite"}),
    ]
    assert all(SECRET not in refusal_of(read) for read in readers)


# Texts beside recordings, and notes

TOLD = {"word": " One", "start": 0.1, "end": 0.4, "probability": 0.9}
WHISPER = {"text": "One two.", "segments": [{"text": " One two.", "start": 0, "end": 1.5, "words": [TOLD]}]}
SIDECAR_TEXTS = [
    json.dumps(WHISPER).encode(),
    json.dumps([{"text": "ab", "start": 0, "end": 1}]).encode("utf-16"),
    b"1\n00:00:01,000 --> 00:00:03,000\n<i>ab cd</i>\n\n2\n00:00:04,500 --> 00:00:05,000\nef\n",
    b"Walk slowly,\n\nthen sit.",
]
SIDECAR_TOKENS = [
    *(
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\n\n",
        b"1\n",
        b"00:00:01,000 --> 99:99:99,999",
        b"-->",
        b"<font a=b>",
        b"{",
    ),
    *(b"1e999", b"-1", b"NaN", b"Infinity", b'"\\ud800"', b"null", b"[", b"]", b"true", b" " * 150, b"9" * 150, b"99:"),
]


@FUZZED
@given(st.sampled_from(SIDECARS), mutants_of(SIDECAR_TEXTS, SIDECAR_TOKENS))
def test_a_text_beside_a_recording_is_words_or_unreadable(kind: str, content: bytes) -> None:
    words: list[Any] = []

    def read() -> None:
        with suppress(UnreadableSidecar):
            words.extend(parse_sidecar(kind, content).words)

    assert is_bounded(read, len(content))
    assert sum(len(text) for text, *_ in words) <= len(content)
    for text, start, end, probability in words:
        assert text.strip()
        assert "\0" not in text
        assert text.encode()
        assert 0 <= probability <= 1
        assert (start is None) == (end is None)
        assert start is None or 0 <= start <= end + 1e-6


NOTES = [
    "---\ntitle: 'Bees'\n---\n# First\n\nWords of *it*.\n\n## Second\n\n- a\n\n# Third [[link|name]]\n\n==marked==\n",
    "Title\n=====\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nA <https://x.org>, ![p](x 't'), `code`.\n\n---\n",
]
NOTE_TOKENS = [
    "---\n",
    "# ",
    "\n",
    "[",
    "](",
    "[[",
    "]]",
    "|",
    "==",
    "*",
    "_",
    "`",
    "> ",
    "<a ",
    "&#0;",
    "\t",
    "\0",
    "\u2028",
    "title:",
]


@FUZZED
@given(mutants_of(NOTES, NOTE_TOKENS))
def test_a_note_has_topics_that_are_lines(text: str) -> None:
    found: list[Any] = []
    assert is_bounded(lambda: found.extend(topics_in_note(text, "note")), 20 * len(text))
    assert len(found) <= 1 + text.count("\n")
    for note in found:
        assert note.name
        assert len(note.name) <= READ_CHARACTERS
        assert note.sentence.split() == note.sentence.split("\n")[0].split()


# Headers: tus, structured fields, ranges

METADATA = [
    "id bS0x,recorded_at MjAyNi0xMS0yNFQwMzoxMjowMCswMTowMA==,sha256 YWI=",
    "type YXVkaW8vb2dn, context d2Fsaw==",
]
CHECKSUMS = ["sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "md5 AA=="]
COUNTS = ["0", "1024", "999999999999999999"]


@FUZZED
@given(
    mutants_of(
        METADATA + CHECKSUMS + COUNTS, [",", " ", "=", "id ", "====", "é", "٣", "\t", "/w==", "-", "+", "1" * 30]
    )
)
def test_the_headers_of_an_upload_are_read_or_refused(header: str) -> None:
    with suppress(Refusal):
        found = parse_metadata(header)
        assert len(found) <= header.count(",") + 1
        assert parse_metadata(format_metadata(found)) == {key: value for key, value in found.items() if value}
    with suppress(Refusal):
        checksum = parse_checksum(header)
        assert checksum
        assert len(checksum.digest) == checksum.new_hash().digest_size
    with suppress(Refusal):
        assert 0 <= parse_byte_count("Upload-Offset", header) < 10**18


DIGEST = base64.b64encode(bytes(range(SHA256_BYTES))).decode()
DIGESTS = [f"sha-256=:{DIGEST}:", f"sha-512=:AA==:, sha-256=:{DIGEST}:;a=1", f'a="x,y", b=(1 2;q), sha-256=:{DIGEST}:']
DIGEST_TOKENS = [
    ",",
    ";",
    "=",
    ":",
    "(",
    ")",
    '"',
    "\\",
    "?1",
    "@1",
    "%",
    "sha-256",
    " ",
    "\t",
    "é",
    "9" * 20,
    "1.",
    "=:",
    "*",
]


@FUZZED
@given(mutants_of(DIGESTS, DIGEST_TOKENS))
def test_a_structured_field_is_a_digest_none_or_refused(header: str) -> None:
    def read() -> None:
        with suppress(Refusal):
            found = sha256_from_repr_digest(header)
            assert found is None or sha256_from_field(found) == found

    assert is_bounded(read, len(header))


@FUZZED
@given(st.binary(min_size=SHA256_BYTES, max_size=SHA256_BYTES))
def test_a_digest_is_read_as_it_was_written(digest: bytes) -> None:
    assert sha256_from_repr_digest(http_sf.ser({"sha-256": (digest, {})})) == digest.hex()


RANGES = ["bytes=0-99", "bytes=5-", "bytes=-7", "bytes= 0 - 1", "bytes=0-1,3-4"]


@FUZZED
@given(
    mutants_of(RANGES, ["-", "0", "9" * 17, ",", "=", " ", "bytes=", "٣", "²", "\n"]),
    st.integers(0, 200) | st.integers(2**62, 2**63),
)
def test_a_range_lies_within_its_file(header: str, size: int) -> None:
    with suppress(UnsatisfiableRange):
        part = requested_range(header, size)
        assert part is None or (part.step == 1 and 0 <= part.start < part.stop <= size)
