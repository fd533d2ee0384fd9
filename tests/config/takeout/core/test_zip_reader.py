"""Zips that are made to fill the memory of who reads them are refused with little of it."""

import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from config.takeout.core.manifest import MANIFEST_FILE, rows_file
from config.takeout.core.rows import ROWS
from config.takeout.core.zip_members import ExportRefused
from config.takeout.core.zip_reader import MAX_LINE_BYTES, ZipReader

ABOUT = {"format": 1, "kind": "account", "made_at": "2026-11-30T06:00:00Z"}
LARGE = 100 * 1024**2


@contextmanager
def little_memory(most: int = 64 * 1024**2) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def export_with(name: str, lines: bytes) -> io.BytesIO:
    """Return an export without rows but for those of one file."""
    rows = {rows_file(one): lines if one == name else b"" for one in ROWS}
    files = [{"name": one, "bytes": len(text), "sha256": sha256(text).hexdigest()} for one, text in rows.items()]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for one, text in rows.items():
            opened.writestr(one, text)
        opened.writestr(MANIFEST_FILE, json.dumps(ABOUT | {"files": files}))
    return file


@pytest.mark.parametrize("filling", [b"[]", b"0", b"{}", b'["",0,0,0]'])
def test_what_is_wrong_many_times_in_a_line_is_told_once(filling: bytes) -> None:
    line = b'{"words":[' + b",".join([filling] * (1_600_000 // len(filling))) + b"]}"
    assert len(line) < MAX_LINE_BYTES
    with ZipReader(export_with("transcripts", line)) as reader, little_memory(), pytest.raises(ExportRefused):
        list(reader.rows("transcripts"))


def test_what_is_wrong_many_times_in_the_manifest_is_told_once() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for number in range(2000):
            opened.writestr(f"markdown/{number}.md", b"")
        opened.writestr(MANIFEST_FILE, json.dumps(ABOUT | {"files": [0] * 390_000}))
    with little_memory(), pytest.raises(ExportRefused):
        ZipReader(file)


def test_rows_are_in_memory_by_their_size() -> None:
    row: dict[str, Any] = dict.fromkeys(ROWS["transcripts"].model_fields, "")
    whole = {"generation": 1, "compute_seconds": 1.0, "container_seconds": None, "audio_seconds": None}
    flags = ("current", "is_long", "again", "without_vad", "is_doubtful", "is_placed", "asks_nothing", "brings_nothing")
    key = "00000000-0000-4000-8000-000000000000"
    row |= whole | dict.fromkeys(flags, False) | {"id": key, "memo": key, "state": "ready", "warnings": []}
    row |= {"finished_at": ABOUT["made_at"], "words": [["heron", n * 0.37, n * 0.37, 0.5] for n in range(30_000)]}
    lines = (json.dumps(row).encode() + b"\n") * 20
    with ZipReader(export_with("transcripts", lines)) as reader:
        sizes = [len(rows) for rows in reader.batches("transcripts", 500)]
    assert sum(sizes) == 20
    assert max(sizes) < 6
    calls: list[int] = []
    with ZipReader(export_with("transcripts", lines), meanwhile=lambda: calls.append(1)) as reader:
        assert [len(rows) for rows in reader.batches("transcripts", 2)] == [2] * 10
    assert len(calls) >= 10  # whoever reads for long says again and again that they are at it


def test_a_list_of_files_is_as_large_as_zipfile_takes_it_for(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    decoy = b"PK\x06\x06" + b"\0" * 52
    with path.open("wb") as file:
        file.truncate(LARGE)
        file.seek(LARGE)
        file.write(struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, LARGE, 0))
        file.write(struct.pack("<4sLQL", b"PK\x06\x07", 0, LARGE, 1))
        file.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 46, 0, len(decoy)) + decoy)
    with path.open("rb") as file, little_memory(), pytest.raises(ExportRefused):
        ZipReader(file)


def test_a_list_of_files_that_lies_before_the_beginning_is_refused(tmp_path: Path) -> None:
    whole = export_with("memos", b"").getvalue()
    end = whole.rindex(b"PK\x05\x06")
    moved = whole[: end + 16] + struct.pack("<L", len(whole)) + whole[end + 20 :]
    path = tmp_path / "moved.zip"
    path.write_bytes(moved)
    with path.open("rb") as file, pytest.raises(ExportRefused):
        ZipReader(file)


def test_a_small_file_is_not_packed_in_a_large_one(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(MANIFEST_FILE, b"{}")
        packed = opened.infolist()[0].compress_size
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    assert struct.unpack_from("<L", content, at + 20)[0] == packed
    struct.pack_into("<L", content, at + 20, LARGE)
    head, tail = content[:at], content[at:]
    struct.pack_into("<L", tail, tail.index(b"PK\x05\x06") + 16, LARGE)
    with path.open("wb") as file:
        file.write(head[:-2])  # whose end is not the end of what is packed
        file.seek(LARGE)
        file.write(tail)
    with path.open("rb") as file, little_memory(), pytest.raises(ExportRefused):
        ZipReader(file)
