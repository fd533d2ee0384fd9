"""What was done for one memo, in order, until its receipt, or the mark of an import: read from a trace."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tests.support.faults.receipts import Acknowledged
from tests.support.faults.strace import LINKS, RENAMES, Call

ORDER = ["write", "fsync file", "rename", "fsync folder", "write row", "fsync row", "receipt"]


def steps_to_the_receipt(calls: Sequence[Call], receipt: Acknowledged, home: Path) -> list[str]:
    """Return the steps in the order in which each was done for the last time before the receipt began.

    Of a memo sent alone, with nobody else at work. A step counts from its beginning, and must have ended before that of
    the next one began.
    """
    before = [call for call in calls if call.ended < receipt.line and call.result is not None and call.result >= 0]
    place = [call.names()[1] for call in before if _is_kept(call, home)][-1]
    names = {place}
    for call in reversed(before):  # a file that arrived piece by piece had more than one
        if call.name in RENAMES | LINKS and call.names()[1] in names:
            names.add(call.names()[0])
    last: dict[str, Call] = {}
    for call in before:
        if step := _step(call, names, place, home):
            last[step] = call
    ordered = sorted(last.items(), key=lambda item: item[1].begun)
    for (_, one), (_, following) in pairwise(ordered):
        assert one.ended < following.begun
    return [*(step for step, _ in ordered), "receipt"]


def _is_kept(call: Call, home: Path) -> bool:
    return call.name in RENAMES and call.names()[1].startswith(f"{home}/audio/")


def _step(call: Call, names: set[str], place: str, home: Path) -> str | None:
    if call.name in RENAMES and call.names()[1] == place:
        return "rename"
    wrote, synced = call.name in {"write", "pwrite64"}, call.name in {"fsync", "fdatasync"}
    path = call.opened()[1]
    if path in names and (wrote or synced):
        return "write" if wrote else "fsync file"
    if path == str(Path(place).parent) and synced:
        return "fsync folder"
    if path == f"{home}/stillnote.sqlite3-wal" and (wrote or synced):
        return "write row" if wrote else "fsync row"
    return None
