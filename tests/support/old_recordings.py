"""Folders of old recordings, and whether anything in them was touched."""

import hashlib
from pathlib import Path

from capture.core.sidecars import SidecarText
from capture.models import Memo, Source, User
from capture.services.ingest import Sent, ingest_recording
from capture.storage.incoming import open_incoming
from config.demo.sample_memos import MEMOS

OLD = b"OggS\0\x02" + bytes(64)


def recording(number: int, size: int = 500) -> bytes:
    """Return bytes that pass for a recording, the same for the same number."""
    return OLD + f"recording {number} ".encode() * (size // 12)


def fill(folder: Path, count: int, *, start: int = 0) -> Path:
    """Put recordings of a second each from 4 March 2021 on, by their names, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(start, start + count):
        hours, seconds = divmod(number, 3600)
        minutes, seconds = divmod(seconds, 60)
        (folder / f"2021-03-04 {hours:02}.{minutes:02}.{seconds:02}.ogg").write_bytes(recording(number))
    return folder


def fingerprint(folder: Path) -> str:
    """Return what changes with any name, byte, mode, link or time of change below a folder."""
    seen = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        found = path.lstat()
        content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        about = (str(path.relative_to(folder)), found.st_mode, found.st_size, found.st_mtime_ns, found.st_ino)
        seen.update(repr(about).encode() + hashlib.sha256(content).digest())
    return seen.hexdigest()


def import_old(user: User, name: str, text: SidecarText | None = None) -> Memo:
    """Take a sample memo in as an old recording."""
    with open_incoming() as arriving:
        arriving.write((MEMOS / name).read_bytes())
        ingest_recording(user, None, Source.IMPORT, arriving, Sent(recorded_at="2021-03-04T05:06:07+01:00", text=text))
        return Memo.objects.get(user=user, sha256=arriving.sha256)
