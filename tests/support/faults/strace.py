"""What strace wrote (`strace -f -y -xx`), read: each system call, when it began and when it ended.

In hex no text holds a quote, a comma or an angle bracket, so the lines can be split at these.
"""

import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

UNFINISHED = " <unfinished ...>"
_LINE = re.compile(r"(\d+) +(.*)", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>")
RENAMES = {"rename", "renameat", "renameat2"}
LINKS = {"link", "linkat"}
_CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+|\?|0x[0-9a-f]+)([^\n]*)", re.DOTALL)
_OPENED = re.compile(r"(-?\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?")


class Call(NamedTuple):
    """One system call of a thread. begun, ended: the numbers of the lines that say so.

    result: None if it never came. injected: strace made it fail, and the kernel was not asked.
    """

    thread: int
    name: str
    arguments: tuple[str, ...]
    result: int | None
    error: str
    injected: bool
    begun: int
    ended: int

    def text(self, argument: int) -> bytes:
        """Return a quoted argument. Raises ValueError where it is none, or strace cut it short (`-s`)."""
        quoted = self.arguments[argument]
        if not (quoted.startswith('"') and quoted.endswith('"')):
            raise ValueError(f"{self.name}: no whole text, but {quoted[:60]}")
        return bytes.fromhex(quoted[1:-1].replace("\\x", ""))

    def number(self, argument: int) -> int:
        """Return a numeric argument."""
        return int(self.arguments[argument], 0)

    def path(self, argument: int) -> str:
        """Return a whole path: the text, or the text below the open folder that comes before it."""
        folder, named = "", self.arguments[argument]
        if not named.startswith('"'):
            folder, argument = self.opened(argument)[1], argument + 1
        return os.path.normpath(os.path.join(folder, self.text(argument).decode()))  # noqa: PTH118 - pure

    def names(self) -> tuple[str, str]:
        """Return (old, new) of a rename or a link."""
        return self.path(0), self.path(2 if self.name.endswith(("at", "at2")) else 1)

    def opened(self, argument: int = 0) -> tuple[str, str]:
        """Return (descriptor, path or kind and number) of an open file; of one that was deleted no path."""
        found = _OPENED.fullmatch(self.arguments[argument])
        if found is None:
            return self.arguments[argument], ""
        return found[1], "" if found[3] else bytes.fromhex(found[2].replace("\\x", "")).decode()


def calls(lines: Iterable[str]) -> Iterator[Call]:
    """Yield the calls in the order in which they ended; those that never did are left out."""
    under_way: dict[int, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        found = _LINE.match(line.rstrip("\n"))
        if found is None or found[2].startswith(("+++", "---")):
            continue
        thread, said = int(found[1]), found[2]
        if said.endswith(UNFINISHED):
            under_way[thread] = number, said.removesuffix(UNFINISHED)
            continue
        begun = number
        if resumed := _RESUMED.match(said):
            begun, start = under_way.pop(thread)
            said = start + said[resumed.end() :]
        if whole := _CALL.fullmatch(said):
            yield _call(thread, whole, begun, number)


def _call(thread: int, whole: re.Match[str], begun: int, ended: int) -> Call:
    name, arguments, result, rest = whole.groups()
    failed = re.match(r" (E[A-Z0-9]+)", rest)
    return Call(
        thread=thread,
        name=name,
        arguments=tuple(argument.strip() for argument in arguments.split(",")),
        result=None if result == "?" else int(result, 0),
        error=failed[1] if failed else "",
        injected="(INJECTED)" in rest,
        begun=begun,
        ended=ended,
    )


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())
