"""Which claims a worker process is at, in a file that it holds locked: once it is gone, its lock is gone as well."""

import fcntl
import logging
import os
import weakref
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TextIO
from uuid import UUID, uuid4

log = logging.getLogger(__name__)

ClaimKey = tuple[UUID, int]
"""A transcript, and the fence by which it was claimed."""
SUFFIX = ".claims"


class ClaimFile:
    """The file of one worker process, which is made when it first has a claim. It goes with whoever finds it left.

    folder: of all workers of this machine. A folder that cannot be written to is no hindrance: a dead worker's claims
    then run out by their leases.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor = -1

    def write(self, claims: Iterable[ClaimKey]) -> None:
        """Write which claims this process is at."""
        lines = "".join(f"{transcript} {fence}\n" for transcript, fence in claims).encode()
        try:
            if self._descriptor < 0:
                self._open()
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, lines, 0)
        except OSError as error:
            log.warning("The claims of this worker cannot be written down (%s)", type(error).__name__)

    def _open(self) -> None:
        """Make the file and lock it. It has its name only then, so that nobody finds it unlocked."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._folder / f"{uuid4().hex}{SUFFIX}"
        descriptor = os.open(path.with_suffix(".new"), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        weakref.finalize(self, os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.with_suffix(".new").rename(path)
        self._descriptor = descriptor


@contextmanager
def abandoned_claims(folder: Path) -> Iterator[list[ClaimKey]]:
    """Give the claims of all workers of this machine that are gone, and delete their files if all goes well."""
    with ExitStack() as held:
        left = {path: file for path in folder.glob(f"*{SUFFIX}") if (file := _lock_if_abandoned(path, held))}
        yield [claim for file in left.values() for claim in _claims_in(file)]
        for path in left:
            path.unlink(missing_ok=True)


def _lock_if_abandoned(path: Path, held: ExitStack) -> TextIO | None:
    """Lock a file that no process holds, for as long as `held` is, and return it; None for any other."""
    try:
        file = held.enter_context(path.open())
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # locked, gone meanwhile, or on a disk that knows no locks
        return None
    taken_back_meanwhile = os.fstat(file.fileno()).st_nlink == 0
    return None if taken_back_meanwhile else file


def _claims_in(file: TextIO) -> Iterator[ClaimKey]:
    """Yield the claims in a file. A line that its process did not end, for it was killed, is passed over."""
    for line in file:
        with suppress(ValueError):
            transcript, fence = line.split()
            yield UUID(transcript), int(fence)
