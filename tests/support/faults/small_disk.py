"""A small disk that is filled to the last page, and folders that refuse every write."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MEGABYTE = 1024 * 1024
DISK_BYTES = 24 * MEGABYTE
PAGE_BYTES = 4096


def mount(*options: str) -> bool:
    return subprocess.run(["mount", *options], stderr=subprocess.DEVNULL, check=False).returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder refuse every write, root's too."""
    assert mount("--bind", str(folder), str(folder))
    try:
        assert mount("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        unmount(folder)


def fill(home: Path, *, leaving: int) -> Path:
    """Fill the disk to the last page, and give some bytes back."""
    filler = home / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(PAGE_BYTES)):
            pass
    os.truncate(filler, max(0, filler.stat().st_size - leaving))
    return filler
