"""A disk that forgets: what was written counts once it was fsynced, a name once its folder was. Pure.

It is stricter than most: fsync of a file makes no name durable, nor fsync of a folder what lies in it (POSIX promises
no more), and of what was not fsynced any part may be there after the power failed, or nothing.
"""

from collections.abc import Callable

from tests.support.faults.nodes import File, Folder, Survives, never
from tests.support.faults.strace import LINKS, RENAMES, Call

HARMLESS = {"close", "rmdir"}


class Disk:
    """One folder, changed by the calls of a trace. Each call is told twice: when it begins, and when it has ended."""

    def __init__(self, home: str, root: Folder) -> None:
        self._home = home
        self._root = root
        self._under_way: dict[int, tuple[File | Folder, int]] = {}
        self._positions: dict[tuple[str, int], int] = {}

    def begin(self, call: Call) -> None:
        """Note which file a call means, and how much of it an fsync covers: what is written meanwhile it may miss."""
        node = self.find(call.opened()[1])
        if node is not None:
            self._under_way[call.thread] = node, node.changes()

    def end(self, call: Call) -> None:
        """Do what the call did, if it did anything. Raises NotImplementedError for a way of writing unknown here."""
        node, covered = self._under_way.pop(call.thread, (None, 0))
        if call.result is None or call.result < 0:
            return
        match call.name:
            case "openat":
                self._open(call)
            case "mkdir" | "mkdirat":
                self._put(call.path(0), Folder())
            case name if name in RENAMES | LINKS:
                old, new = call.names()
                self._put(new, self.find(old), instead_of=old if name in RENAMES else "")
            case "unlink" | "unlinkat":
                self._drop(call.path(0))
            case _ if node is not None and call.name not in HARMLESS:
                self._change(call, node, covered)

    def _open(self, call: Call) -> None:
        path, flags = call.path(0), call.arguments[2]
        if "O_CREAT" in flags and self.find(path) is None:
            self._put(path, File())
        if isinstance(node := self.find(path), File):
            if "O_TRUNC" in flags and node.size:
                node.cut(0)
            self._positions[str(call.result), id(node)] = node.size if "O_APPEND" in flags else 0

    def _change(self, call: Call, node: File | Folder, covered: int) -> None:
        opened = call.opened()[0], id(node)
        match call.name, node:
            case "fsync" | "fdatasync", _:
                node.sync(covered)
            case "lseek", _:
                self._positions[opened] = call.result or 0
            case "write", File():
                content = call.text(1)[: call.result]
                node.write(self._positions[opened], content)
                self._positions[opened] += len(content)
            case "pwrite64", File():
                node.write(call.number(3), call.text(1)[: call.result])
            case "ftruncate", File():
                node.cut(call.number(1))
            case _:
                raise NotImplementedError(f"{call.name} below the data folder")

    def find(self, path: str) -> File | Folder | None:
        """Return what lies there as programs see it; None for nothing, and for what lies elsewhere."""
        return self._walk(path, lambda folder: folder.entries)

    def left(self, path: str, survives: Survives = never) -> File | Folder | None:
        """Return the file or folder that has this name after the power failed."""
        if survives is never:
            return self._walk(path, lambda folder: folder.stable)
        return self._walk(path, lambda folder: folder.left(dict, survives))

    def _walk(self, path: str, names: Callable[[Folder], dict[str, File | Folder]]) -> File | Folder | None:
        if not f"{path}/".startswith(f"{self._home}/"):
            return None
        node: File | Folder | None = self._root
        for name in path[len(self._home) :].split("/")[1:]:
            node = names(node).get(name) if isinstance(node, Folder) else None
        return node

    def _put(self, path: str, node: File | Folder | None, instead_of: str = "") -> None:
        above, _, name = path.rpartition("/")
        old_above, _, old_name = instead_of.rpartition("/")
        if isinstance(folder := self.find(above), Folder):
            if node is None:
                raise NotImplementedError("a file came from elsewhere by its name alone")
            folder.put(name, node, old_name if above == old_above else "")
        if instead_of and above != old_above:
            self._drop(instead_of)

    def _drop(self, path: str) -> None:
        above, _, name = path.rpartition("/")
        if isinstance(folder := self.find(above), Folder):
            folder.drop(name)
