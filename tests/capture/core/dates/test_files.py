"""When old files were recorded: real recorders' names, real containers, and hostile bytes."""

import io
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from struct import pack
from zoneinfo import ZoneInfo

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.core.dates.containers import container_date
from capture.core.dates.files import FileDate, date_of_open_file
from capture.core.dates.parse import parse_dates
from tests.support.recordings import made

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
COPIED = datetime(2025, 1, 6, 12, 30, tzinfo=UTC)
SPOKEN = datetime(2024, 5, 3, 5, 15, 22, tzinfo=UTC)
"""07:15:22 in Berlin's summer."""


def by_name(name: str, modified: datetime = COPIED) -> FileDate:
    return date_of_open_file(Path(name).stem, io.BytesIO(), modified.timestamp(), BERLIN, NOW)


def test_names_that_recorders_give() -> None:
    names = """
        2024-05-03 07.15.22.m4a
        20240503_071522.m4a
        20240503071522.wav
        20240503 071522-0A1B2C3D.m4a
        20240503 071522-04151530.m4a
        Recording_2024_05_03-071522.mp3
        Voice 240503_071522.m4a
        audio_2024-05-03_07-15-22.ogg
        signal-2024-05-03-07-15-22-123.aac
        recording-20240503-071522.3gp
        WhatsApp Ptt 2024-05-03 at 7.15.22 AM.ogg
        WhatsApp Audio 2024-05-03 at 07.15.22.opus
        +4915112345678_20240503_071522.amr
        2024-05-03T07:15:22.ogg
    """
    told = [name.strip() for name in names.strip().splitlines()]
    assert {name: by_name(name) for name in told} == dict.fromkeys(told, FileDate(SPOKEN, 120, "name"))


@pytest.mark.parametrize(
    ("name", "at", "offset"),
    [
        ("2024-05-03T07-15-22+0200.ogg", SPOKEN, 120),
        ("2024-05-03T01-15-22-0400.ogg", SPOKEN, -240),
        ("2024-05-03T05:15:22Z.ogg", SPOKEN, None),
        ("rec-1714713322000.ogg", SPOKEN, None),
        ("1714713322.ogg", SPOKEN, None),
        ("2024-05-03 07.15.ogg", SPOKEN.replace(second=0), 120),
        ("20240503 0715.ogg", SPOKEN.replace(second=0), 120),
        ("202405030715.ogg", SPOKEN.replace(second=0), 120),
        ("2024-05-03 at 7.15.22 PM.ogg", SPOKEN + timedelta(hours=12), 120),
        ("2024-05-03 at 12.15.22 am.ogg", SPOKEN - timedelta(hours=7), 120),
        ("AUD-20240503-WA0007.opus", datetime(2024, 5, 3, 10, tzinfo=UTC), 120),
        ("20240503_001.wav", datetime(2024, 5, 3, 10, tzinfo=UTC), 120),
        ("20240503_256199.wav", datetime(2024, 5, 3, 10, tzinfo=UTC), 120),
        ("240503_0007.mp3", datetime(2024, 5, 3, 10, tzinfo=UTC), 120),
    ],
)
def test_names_that_say_more_or_less(name: str, at: datetime, offset: int | None) -> None:
    assert by_name(name) == FileDate(at, offset, "name")


SHORT = datetime(2023, 7, 13, 22, 42, tzinfo=UTC)
"""00:42 on 14 July 2023, in Berlin's summer."""


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("230714_0042.wav", 0),
        ("230714-0042.mp3", 0),
        ("230714 0042.mp3", 0),
        ("REC_230714_0042_01.wma", 0),
        ("230714_00.42.mp3", 0),
        ("23-07-14 00.42.mp3", 0),
        ("23_07_14 00-42.mp3", 0),
        ("230714-004205.wav", 5),
        ("REC_230714-004205.wav", 5),
        ("230714 00.42.05.wav", 5),
        ("23-07-14_00-42-05.wav", 5),
        ("23-07-14 004205.wav", 5),
    ],
)
def test_a_year_without_its_century(name: str, second: int) -> None:
    assert by_name(name) == FileDate(SHORT.replace(second=second), 120, "name")


@pytest.mark.parametrize(
    ("name", "modified", "at"),
    [
        ("230714_0042.wav", SHORT + timedelta(minutes=20), SHORT),
        ("230714_0007.wav", SHORT, SHORT - timedelta(minutes=35)),
        ("230714_0042.wav", SHORT + timedelta(hours=15), SHORT + timedelta(hours=15)),
        ("230714_1830.wav", SHORT + timedelta(hours=2), SHORT + timedelta(hours=2)),
    ],
)
def test_the_files_time_tells_whether_four_digits_are_the_time(name: str, modified: datetime, at: datetime) -> None:
    assert by_name(name, modified) == FileDate(at, 120, "name")


@pytest.mark.parametrize(
    "name",
    [
        "230714.wav",
        "000123.wav",
        "000123_0042.wav",
        "REC000123_0042.wav",
        "001231-1200.wav",
        "1230714_0042.wav",
        "231399_0042.wav",
        "14-07-23 00.42.wav",
        "23-07-14.wav",
        "23-07 14-0042.wav",
        "04-12 0042.wav",
    ],
)
def test_numbers_that_count_are_no_dates(name: str) -> None:
    assert by_name(name) == FileDate(COPIED, None, "file")


def test_a_day_alone_takes_the_time_of_a_file_of_the_same_day() -> None:
    late = datetime(2024, 5, 2, 22, 30, tzinfo=UTC)  # half past midnight on the third, in Berlin
    assert by_name("PTT-20240503-WA0007.opus", late) == FileDate(late, 120, "name")
    assert by_name("PTT-20240502-WA0007.opus", late) == FileDate(datetime(2024, 5, 2, 10, tzinfo=UTC), 120, "name")


@pytest.mark.parametrize(
    ("name", "at", "offset"),
    [
        ("2024-03-31 02.30.00.ogg", datetime(2024, 3, 31, 1, 30, tzinfo=UTC), 120),  # skipped
        ("2024-10-27 02.30.00.ogg", datetime(2024, 10, 27, 0, 30, tzinfo=UTC), 120),  # came twice
        ("2024-10-27 03.30.00.ogg", datetime(2024, 10, 27, 2, 30, tzinfo=UTC), 60),
    ],
)
def test_the_nights_on_which_clocks_are_put_forward_and_back(name: str, at: datetime, offset: int) -> None:
    assert by_name(name) == FileDate(at, offset, "name")


@pytest.mark.parametrize(
    "name",
    [
        "2024-02-30 07.15.22.ogg",
        "20241301_071522.ogg",
        "1999-12-31 23.59.59.ogg",
        "2026-11-26 07.15.22.ogg",
        "0000000000.ogg",
        "915148800.ogg",
        "20240503071.ogg",
        "4120240503_071522.ogg",
        "Memo 12.ogg",
        ".ogg",
        "",
    ],
)
def test_names_without_a_date_that_is_believed_leave_it_to_the_file(name: str) -> None:
    assert by_name(name) == FileDate(COPIED, None, "file")


def test_a_date_that_is_not_believed_hides_none_behind_it() -> None:
    assert by_name("1999-01-01 copied 2024-02-30, spoken 2024-05-03 07.15.22.ogg") == FileDate(SPOKEN, 120, "name")


@pytest.mark.parametrize("modified", [0.0, -1e9, 4e9])
def test_the_files_time_is_told_as_it_is(modified: float) -> None:
    at = datetime.fromtimestamp(modified, UTC)
    assert date_of_open_file("memo", io.BytesIO(), modified, BERLIN, NOW) == FileDate(at, None, "file")


@given(st.text(), st.floats())
def test_any_name_and_any_time_give_a_date(stem: str, modified: float) -> None:
    assert date_of_open_file(stem, io.BytesIO(), modified, BERLIN, NOW).at.tzinfo is UTC


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2026, 11, 24)),
    st.sampled_from(["%Y-%m-%d %H.%M.%S", "%Y%m%d_%H%M%S", "%Y%m%d%H%M%S", "%Y_%m_%d-%H%M%S", "%y%m%d_%H%M%S"]),
    st.sampled_from(["", "Recording_", "Voice ", "+4915112345678-", "a"]),
)
def test_every_time_is_read_from_every_form(at: datetime, form: str, before: str) -> None:
    at = at.replace(microsecond=0)
    dates = [(said.day, said.time) for said in parse_dates(before + at.strftime(form))]
    assert dates[0] == (at.date(), at.time())


def tagged(codec: str, container: str, **tags: str) -> bytes:
    """Return a second of a tone with these tags."""
    out = io.BytesIO()
    with (
        av.open(io.BytesIO(made(1, codec, container)), "r") as bare,
        av.open(out, "w", format=container, options=_options(container)) as file,
    ):
        audio = bare.streams.audio[0]
        stream = file.add_stream_from_template(audio)
        file.metadata.update(tags)
        stream.metadata.update(tags)
        for packet in bare.demux(audio):
            if packet.dts is not None:
                packet.stream = stream
                file.mux(packet)
    return out.getvalue()


def _options(container: str) -> dict[str, str]:
    return {"write_bext": "1"} if container == "wav" else {}


M4A = tagged("aac", "mp4", creation_time="2024-05-03T05:15:22Z")
CONTAINERS = {
    "moov behind": M4A,
    "broadcast": tagged("pcm_s16le", "wav", origination_date="2024-05-03", origination_time="07:15:22"),
    "opus": tagged("libopus", "ogg", date="2024-05-03T07:15:22"),
    "flac": tagged("flac", "flac", date="2024-05-03 07:15:22"),
    "id3": tagged("libmp3lame", "mp3", date="2024-05-03T07:15:22"),
}


def of_long_header(content: bytes) -> bytes:
    """Return an MP4 whose movie header has 64-bit times (version 1) and lies in a box with a 64-bit size."""
    seconds = int((SPOKEN - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds())
    header = b"mvhd" + pack(">?3xQQIQ", True, seconds, seconds, 1000, 1000) + bytes(80)
    movie = pack(">I", len(header) + 4) + header
    return content[:32] + pack(">I4sQ", 1, b"moov", len(movie) + 16) + movie


def in_file(folder: Path, content: bytes, name: str = "memo.ogg") -> FileDate:
    file = folder / name
    file.write_bytes(content)
    os.utime(file, (COPIED.timestamp(), COPIED.timestamp()))
    with file.open("rb") as opened:
        return date_of_open_file(file.stem, opened, COPIED.timestamp(), BERLIN, NOW)


@pytest.mark.parametrize("kind", CONTAINERS)
def test_what_containers_say(kind: str, tmp_path: Path) -> None:
    offset = None if kind == "moov behind" else 120
    assert in_file(tmp_path, CONTAINERS[kind]) == FileDate(SPOKEN, offset, "container")


def test_a_movie_header_of_version_one(tmp_path: Path) -> None:
    start = pack(">I4s", 32, b"ftyp") + b"M4A " + bytes(20)
    assert in_file(tmp_path, of_long_header(start)) == FileDate(SPOKEN, None, "container")


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("20240503_071522123.m4a", SPOKEN),
        ("2024-5-3 7.15.22.m4a", SPOKEN),
        ("2024年5月3日 7时15分22秒.m4a", SPOKEN),
        ("2024年05月03日 上午7点15分22秒.m4a", SPOKEN),
        ("2024年5月3日 午前7時15分22秒.m4a", SPOKEN),
        ("2024년 5월 3일 오전 7시 15분 22초.m4a", SPOKEN),
        ("2024년 5월 3일 오후 7시 15분.m4a", SPOKEN.replace(second=0) + timedelta(hours=12)),
    ],
)
def test_names_of_other_lands_and_of_milliseconds(name: str, at: datetime) -> None:
    assert by_name(name) == FileDate(at, 120, "name")


def _id3(version: int, *frames: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + len(text).to_bytes(4, "big") + b"\0\0" + text for name, text in frames)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, 0]) + size + body


def _chunk(name: bytes, content: bytes, order: str = "<") -> bytes:
    return name + pack(f"{order}I", len(content)) + content + bytes(len(content) % 2)


YEAR_DAY_TIME = _id3(3, (b"TYER", bytes(1) + b"2024"), (b"TDAT", bytes(1) + b"0305"), (b"TIME", bytes(1) + b"0715"))
WIDE = _id3(4, (b"TDRC", b"\1" + "2024-05-03T07:15:22".encode("utf-16")))
MORE_CONTAINERS = {
    "id3 of version 3": (YEAR_DAY_TIME, SPOKEN.replace(second=0)),
    "id3 in wide letters": (WIDE, SPOKEN),
    "icrd": (b"RIFF\0\0\0\0WAVE" + _chunk(b"LIST", b"INFO" + _chunk(b"ICRD", b"2024-05-03 07:15:22\0")), SPOKEN),
    "icrd of digits": (b"RIFF\0\0\0\0WAVE" + _chunk(b"LIST", b"INFO" + _chunk(b"ICRD", b"20240503071522\0")), SPOKEN),
    "idit": (b"RIFF\0\0\0\0WAVE" + _chunk(b"IDIT", b"Fri May 03 07:15:22 2024\n\0"), SPOKEN),
    "wav with id3": (b"RIFF\0\0\0\0WAVE" + _chunk(b"id3 ", WIDE), SPOKEN),
    "aiff with id3": (b"FORM\0\0\0\0AIFF" + _chunk(b"ID3 ", WIDE, ">"), SPOKEN),
}


@pytest.mark.parametrize("kind", MORE_CONTAINERS)
def test_what_more_containers_say(kind: str, tmp_path: Path) -> None:
    content, at = MORE_CONTAINERS[kind]
    assert in_file(tmp_path, content) == FileDate(at, 120, "container")


def test_what_webm_says(tmp_path: Path) -> None:
    nanoseconds = int((SPOKEN - datetime(2001, 1, 1, tzinfo=UTC)).total_seconds()) * 10**9
    content = b"\x1aE\xdf\xa3" + bytes(40) + b"\x44\x61\x88" + pack(">q", nanoseconds)
    assert in_file(tmp_path, content) == FileDate(SPOKEN, None, "container")


@pytest.mark.parametrize("container", ["mp4", "mov", "ipod"])
def test_what_movies_say_of_day_and_clock(container: str, tmp_path: Path) -> None:
    content = tagged("aac", container, date="2024-05-03T07:15:22+0200")
    assert in_file(tmp_path, content) == FileDate(SPOKEN, 120, "container")
    utc = tagged("aac", container, date="2024-05-03", creation_time="2024-05-03T05:15:22Z")
    assert in_file(tmp_path, utc) == FileDate(SPOKEN, None, "container")


def test_what_quicktime_says(tmp_path: Path) -> None:
    out = io.BytesIO()
    with (
        av.open(io.BytesIO(made(1, "aac", "mov")), "r") as bare,
        av.open(out, "w", format="mov", options={"movflags": "use_metadata_tags"}) as file,
    ):
        audio = bare.streams.audio[0]
        stream = file.add_stream_from_template(audio)
        file.metadata["com.apple.quicktime.creationdate"] = "2024-05-03T07:15:22+0200"
        for packet in bare.demux(audio):
            if packet.dts is not None:
                packet.stream = stream
                file.mux(packet)
    assert in_file(tmp_path, out.getvalue()) == FileDate(SPOKEN, 120, "container")


def test_a_day_in_the_name_gives_way_to_the_time_inside(tmp_path: Path) -> None:
    assert in_file(tmp_path, M4A, "2024-05-03 walk.m4a") == FileDate(SPOKEN, None, "container")
    assert in_file(tmp_path, M4A, "2024-04-01 walk.m4a").dated_by == "name"


def test_a_name_is_asked_before_the_container(tmp_path: Path) -> None:
    assert in_file(tmp_path, M4A, "2024-06-01 08.00.00.m4a").dated_by == "name"


@pytest.mark.parametrize("said", ["1904-01-01T00:00:00Z", "1958-05-03T05:15:22Z", "2037-01-01T00:00:00Z"])
def test_containers_of_clocks_that_forgot_the_date(said: str, tmp_path: Path) -> None:
    content = tagged("aac", "mp4", creation_time=said)
    assert in_file(tmp_path, content) == FileDate(COPIED, None, "file")


def test_containers_that_say_nothing(tmp_path: Path) -> None:
    for codec, container in (("aac", "mp4"), ("pcm_s16le", "wav"), ("libopus", "ogg"), ("libmp3lame", "mp3")):
        assert in_file(tmp_path, made(1, codec, container)).dated_by == "file"


class CountingFile(io.BytesIO):
    """Counts what is read of it."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.count += len(content)
        return content


@given(st.sampled_from(sorted(CONTAINERS)), st.binary(max_size=3000), st.randoms())
def test_hostile_bytes_give_a_date_or_none_and_little_is_read(kind: str, noise: bytes, chance: random.Random) -> None:
    whole = bytearray(CONTAINERS[kind])
    for byte in noise[:20]:
        whole[chance.randrange(len(whole))] = byte
    cut = chance.randrange(len(whole))
    for content in (noise, whole[:12] + noise, whole[:48] + noise, whole, whole[:cut], whole[:cut] + noise):
        file = CountingFile(bytes(content) + bytes(100_000))
        container_date(file)
        assert file.count < 20_000
