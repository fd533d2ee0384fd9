"""What a place for recordings can do, whatever it is made of."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, NamedTuple, Protocol

from capture.storage.incoming import Incoming

CHUNK_BYTES = 64 * 1024
PLAYBACK_SUFFIX = ".m4a"
STORED_NAME = r"[0-9a-f-]{36}(?:-[0-9]{1,19})?"
"""The form of an original's name: an id, and since issue 16 whose it is."""
STORED_FORM = rf"[0-9a-f]{{2}}/{STORED_NAME}(?:\.m4a)?"
"""The form of an original's path, and of its playback copy's; a database that a stranger filled may hold others."""


def playback_path_of(path: str) -> str:
    """Return the path of an original's playback copy; it may not be there yet."""
    return path + PLAYBACK_SUFFIX


class Store(Protocol):
    """A place for recordings; paths are those of `Memo.path`, and the same with PLAYBACK_SUFFIX.

    What is not there is a FileNotFoundError. A store that does not answer raises StoreUnreachable.
    """

    def keep(self, arrived: Incoming, path: str) -> None:
        """Take a recording in: when this returns it survives a power cut, and its arrived file is gone.

        Raises Refusal, with nothing acknowledged, where there is no room or no proof that it came whole.
        """

    def size(self, path: str) -> int:
        """Return how many bytes it has."""

    def part(self, path: str, span: range) -> Iterator[bytes]:
        """Open it and return some of its bytes, in pieces of at most CHUNK_BYTES."""

    def opened(self, path: str, progress: Callable[[], None]) -> AbstractContextManager[BinaryIO]:
        """Open it as a file of this machine. progress: called while it is being fetched."""

    def place(self, path: str, content: Iterable[bytes]) -> None:
        """Put a file, given in pieces, in its place, whole or not at all; it survives a power cut."""

    def remove(self, path: str, *, and_playback: bool = True) -> None:
        """Remove an original, and its playback copy; what is gone already is fine."""

    def old(self, before: float, *, everywhere: bool = False) -> Iterator[str]:
        """Return the paths of what was written before a time of the epoch, of some of the 256 folders.

        The others have their turns in later calls; everywhere: where it costs little, all of them.
        """

    def put_aside(self, path: str) -> None:
        """Move an original into `unclaimed/` of the data folder."""


class Kept(NamedTuple):
    """A file that is there. size: bytes."""

    store: Store
    path: str
    size: int

    def part(self, span: range) -> Iterator[bytes]:
        """Open it and return some of its bytes, in pieces. Raises FileNotFoundError or StoreUnreachable."""
        return self.store.part(self.path, span)

    def opened(self, progress: Callable[[], None] = lambda: None) -> AbstractContextManager[BinaryIO]:
        """Open it as a file of this machine. Raises FileNotFoundError or StoreUnreachable."""
        return self.store.opened(self.path, progress)
