"""Files of people's own: whole under their names or not there at all, and readable by nobody else."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from capture.storage.filesystem import fsync_folder


@contextmanager
def write_whole_file(target: Path, part: Path | None = None) -> Iterator[BinaryIO]:
    """Open a file that gets its name at the end of the block, when it survives a power cut; nothing is left of others.

    part: what it is called until then.
    """
    unfinished = part or target.with_name(f".{target.name}.unfinished")
    try:
        with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        fsync_folder(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)
