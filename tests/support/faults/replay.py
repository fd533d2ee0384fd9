"""The power fails at every step of a trace: is each memo there whose receipt had begun to be sent?"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support.faults.database import asked, database_files
from tests.support.faults.disk import Disk
from tests.support.faults.nodes import File, Folder, Survives, never
from tests.support.faults.receipts import Acknowledged
from tests.support.faults.strace import Call

ROWS = "SELECT sha256, path FROM capture_memo"
BY_CHANCE = 0.02
"""How often, of the moments just after a receipt, some of what was not fsynced is kept after all, by chance."""


class Outcome(NamedTuple):
    """What a replay found: how often the power failed, and a sentence for each memo that was lost."""

    failures: int
    lost: dict[str, str]


def lying(folder: Path) -> Folder:
    """Return a folder as it lies on the disk, all of it durable."""
    return Folder({item.name: lying(item) if item.is_dir() else File(item.read_bytes()) for item in folder.iterdir()})


class Replay:
    """A trace, replayed on a copy of the folder as it was before."""

    def __init__(self, home: Path, before: Folder, scratch: Path, chance: random.Random) -> None:
        self._home = str(home)
        self._disk = Disk(self._home, before)
        self._scratch = scratch
        self._chance = chance
        self._rows: tuple[object, dict[str, str]] = (None, {})
        self._whole: dict[str, tuple[object, int]] = {}
        self._lost: dict[str, str] = {}
        self._failures = 0

    def run(self, calls: Sequence[Call], receipts: Sequence[Acknowledged]) -> Outcome:
        """Fail at each step: before each fsync takes effect, at each receipt, and at the end.

        From one fsync to the next nothing else changes what would be left, so no step is spared.
        """
        given: list[Acknowledged] = []
        waiting = list(reversed(receipts))
        for line, call, has_ended in steps(calls):
            while waiting and waiting[-1].line <= line:
                given.append(waiting.pop())
                self._fail(given[-1:], f"line {line}")
                if self._chance.random() < BY_CHANCE:
                    self._fail(given, f"line {line}, by chance", self._coin)
            if not has_ended:
                self._disk.begin(call)
                continue
            if call.name in {"fsync", "fdatasync"}:
                self._fail(given, f"line {line}, before {call.name}")
            self._disk.end(call)
        self._fail(given, "the end")
        return Outcome(self._failures, self._lost)

    def _coin(self) -> bool:
        return self._chance.random() < 0.5

    def _fail(self, given: Sequence[Acknowledged], moment: str, survives: Survives = never) -> None:
        """Let the power fail at this moment, and look for what was given a receipt."""
        self._failures += 1
        rows = self._rows_left(survives)
        for one in given:
            if one.sha256 in self._lost:
                continue
            path = rows.get(one.sha256)
            if path is None:
                self._lost[one.sha256] = f"{one.client_id} has no row ({moment})"
            elif not self._is_whole(one.sha256, path, survives):
                self._lost[one.sha256] = f"{one.client_id} has no whole file ({moment})"

    def _is_whole(self, sha256: str, path: str, survives: Survives) -> bool:
        file = self._disk.left(f"{self._home}/audio/{path}", survives)
        if not isinstance(file, File):
            return False
        seen = file, file.version
        if survives is never and self._whole.get(sha256) == seen:
            return True
        is_whole = hashlib.sha256(file.left(bytearray, survives)).hexdigest() == sha256
        if is_whole and survives is never:
            self._whole[sha256] = seen
        return is_whole

    def _rows_left(self, survives: Survives) -> dict[str, str]:
        """Return the paths below audio/ that SQLite finds in what is left of its files, by sha256."""
        files = database_files(self._disk, self._home, survives)
        seen = [(file, file.version) for file in files if file]
        if survives is never and self._rows[0] == seen:
            return self._rows[1]
        rows = dict(asked(files, self._scratch, ROWS, survives))
        if survives is never:
            self._rows = seen, rows
        return rows


def steps(calls: Sequence[Call]) -> Iterator[tuple[int, Call, bool]]:
    """Yield (line, call, whether it has ended there) in the order of the trace."""
    both = [(call.begun, False, number) for number, call in enumerate(calls)]
    both += [(call.ended, True, number) for number, call in enumerate(calls)]
    for line, has_ended, number in sorted(both):
        yield line, calls[number], has_ended
