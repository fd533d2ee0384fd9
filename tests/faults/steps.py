"""What was done for one memo, in order: read from a trace."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tests.faults.receipts import Acknowledged
from tests.faults.strace import Call

ORDER = ["write", "fsync file", "rename", "fsync folder", "write row", "fsync row", "receipt"]


def steps_to_the_receipt(calls: Sequence[Call], receipt: Acknowledged, home: Path) -> list[str]:
    """Return the steps in the order in which each was done for the last time before the receipt began.

    Of a memo sent alone, with nobody else at work. A step counts from its beginning, and must have ended before that of
    the next one began.
    """
    before = [call for call in calls if call.ended < receipt.line and call.result is not None and call.result >= 0]
    renames = [call for call in before if call.name == "rename" and call.path(1).startswith(f"{home}/audio/")]
    arriving, place = renames[-1].path(0), renames[-1].path(1)
    last: dict[str, Call] = {}
    for call in before:
        if step := _step(call, arriving, place, home):
            last[step] = call
    ordered = sorted(last.items(), key=lambda item: item[1].begun)
    for (_, one), (_, following) in pairwise(ordered):
        assert one.ended < following.begun
    return [*(step for step, _ in ordered), "receipt"]


def _step(call: Call, arriving: str, place: str, home: Path) -> str | None:
    if call.name == "rename" and call.path(1) == place:
        return "rename"
    wrote, synced = call.name in {"write", "pwrite64"}, call.name in {"fsync", "fdatasync"}
    path = call.opened()[1]
    if path == arriving and (wrote or synced):
        return "write" if wrote else "fsync file"
    if path == str(Path(place).parent) and synced:
        return "fsync folder"
    if path == f"{home}/stillnote.sqlite3-wal" and (wrote or synced):
        return "write row" if wrote else "fsync row"
    return None
