"""What the data folder holds, and a disk that fails."""

import os
from collections.abc import Callable
from pathlib import Path

from capture.models import Alias, Memo, Upload


def files(home: Path) -> list[Path]:
    """Return every file of a recording, arriving or kept."""
    return [file for folder in ("incoming", "audio") for file in (home / folder).rglob("*") if file.is_file()]


def nothing_stored(home: Path) -> bool:
    """Whether no row and no file tells of any recording."""
    return not (Memo.objects.exists() or Alias.objects.exists() or files(home))


def failing(code: int) -> Callable[..., None]:
    """Return what stands for a call of the system that the disk fails. code: as in errno."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


def nothing_begun(home: Path) -> bool:
    """Whether no row and no file tells of any upload or recording."""
    return nothing_stored(home) and not Upload.objects.exists() and not list((home / "uploads").glob("*"))
