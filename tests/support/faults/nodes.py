"""Files and folders of a disk that forgets: what is durable of them, and the changes that are not yet. Pure."""

from collections.abc import Callable
from typing import Generic, TypeVar

Content = TypeVar("Content")
Survives = Callable[[], bool]
"""Whether a change that was not fsynced is on the disk after all."""


class Node(Generic[Content]):
    """A file or a folder: what is durable of it, and the changes that are not yet."""

    def __init__(self, stable: Content) -> None:
        self.stable = stable
        self.version = 0
        self._unsynced: list[Callable[[Content], None]] = []
        self._synced = 0

    def change(self, change: Callable[[Content], None]) -> None:
        self._unsynced.append(change)

    def changes(self) -> int:
        """Return how many changes there were, ever: an fsync that begins now covers these."""
        return self._synced + len(self._unsynced)

    def sync(self, covered: int) -> None:
        """Make the first `covered` changes durable."""
        count = covered - self._synced
        if count > 0:
            for change in self._unsynced[:count]:
                change(self.stable)
            del self._unsynced[:count]
            self._synced = covered
            self.version += 1

    def left(self, copy: Callable[[Content], Content], survives: Survives) -> Content:
        """Return what is there after the power failed."""
        after = copy(self.stable)
        for change in self._unsynced:
            if survives():
                change(after)
        return after


class File(Node[bytearray]):
    """Bytes. `size` is as programs see it."""

    def __init__(self, stable: bytes = b"") -> None:
        super().__init__(bytearray(stable))
        self.size = len(stable)

    def write(self, at: int, content: bytes) -> None:
        self.size = max(self.size, at + len(content))
        self.change(lambda file: _overwrite(file, at, content))

    def cut(self, size: int) -> None:
        self.size = size
        self.change(lambda file: _resize(file, size))


class Folder(Node[dict[str, "File | Folder"]]):
    """Names. `entries` is as programs see it."""

    def __init__(self, stable: "dict[str, File | Folder] | None" = None) -> None:
        super().__init__(stable or {})
        self.entries = dict(self.stable)

    def put(self, name: str, node: "File | Folder", instead_of: str = "") -> None:
        """Give a name, and take another one away in the same step: a rename within a folder is atomic."""
        _exchange(self.entries, name, node, instead_of)
        self.change(lambda names: _exchange(names, name, node, instead_of))

    def drop(self, name: str) -> None:
        self.entries.pop(name, None)
        self.change(lambda names: _forget(names, name))


def _overwrite(file: bytearray, at: int, content: bytes) -> None:
    file.extend(bytes(max(0, at - len(file))))
    file[at : at + len(content)] = content


def _resize(file: bytearray, size: int) -> None:
    del file[size:]
    file.extend(bytes(size - len(file)))


def _exchange(names: "dict[str, File | Folder]", name: str, node: "File | Folder", instead_of: str) -> None:
    names.pop(instead_of, None)
    names[name] = node


def _forget(names: "dict[str, File | Folder]", name: str) -> None:
    names.pop(name, None)


def never() -> bool:
    """Drop all that was not fsynced."""
    return False
