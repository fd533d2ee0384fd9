"""The disk fails at each write of the receive path: no receipt, no half row, and afterwards it goes on by itself."""

import random
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

from tests.support.faults.breaking import Broken, matters, on_the_way, watched, without_checkpoints
from tests.support.faults.counts import either, figure
from tests.support.faults.doors import DOORS, Door, is_taken
from tests.support.faults.kept import listed, nothing_half, sweep
from tests.support.faults.tracing import PATIENT
from tests.support.web_server import Server, speech

pytestmark = pytest.mark.alone

ERRORS = ("ENOSPC", "EIO", "EROFS")
ERRORS_A_CALL = either(1, 3)
STEP = either(2, 1)
"""Every second write in the short run, each of them in the full one."""
WARMING = 40
"""Memos until both workers, and their threads, have loaded and opened what they do but once."""


def writes(door: Door, server: Server, trace: Path) -> Counter[str]:
    """Return how many calls of each name a thread that takes a memo in makes, up to its last on the way."""
    with watched(server, trace) as seen:
        assert is_taken(door, server, "untouched", speech(WARMING))
    most: Counter[str] = Counter()
    made: Counter[tuple[int, str]] = Counter()
    for call in sorted(seen.calls, key=lambda call: call.begun):
        made[call.thread, call.name] += 1
        if on_the_way(call, server.home):
            most[call.name] = max(most[call.name], made[call.thread, call.name])
    assert set(most) >= {"openat", "write", "fsync", "rename", "pwrite64", "fdatasync"}
    return most


def breaks(door: Door, server: Server, broken: Broken, client_id: str, trace: Path) -> bool:
    """Send a memo with one call broken, and return whether that was a call that it needed."""
    before, audio = listed(server.home), client_id.encode().join((speech(1), b"."))
    with watched(server, trace, broken) as seen:
        was_taken = is_taken(door, server, client_id, audio)
    is_hit = any(call.injected and matters(call, server.home) for call in seen.calls)
    assert was_taken is not is_hit, f"a receipt in spite of {broken}" if was_taken else f"refused without {broken}"
    if is_hit:
        assert nothing_half(server, door, before), f"something was left after {broken}"
        assert is_taken(door, server, client_id, audio), f"it did not go on after {broken}"
    return is_hit


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_a_write_that_fails_leaves_nothing(door: Door, moved_in: Server, tmp_path: Path) -> None:
    """The first write of each kind, the second, and so on until a memo passes untouched."""
    chance, hits = random.Random(4), Counter[str]()
    server = Server(tmp_path / "home", PATIENT, moved_in)
    server.start()
    try:
        for number in range(WARMING):
            assert is_taken(door, server, f"warm-{number}", speech(number))
        with without_checkpoints(server.home):
            most = writes(door, server, tmp_path / "trace")
            for name in most:
                for error in chance.sample(ERRORS, ERRORS_A_CALL):
                    for when in count(1, STEP):
                        broken = Broken(name, when, error)
                        is_hit = breaks(door, server, broken, "-".join(map(str, broken)), tmp_path / "trace")
                        hits[name] += is_hit
                        if when > most[name] and not is_hit:
                            break
        assert all(row.is_whole(server.home) for row in listed(server.home))
    finally:
        server.kill()
    assert all(hits[name] for name in ("openat", "write", "fsync", "rename", "pwrite64", "fdatasync"))
    sweep(server)
    figure("receipts in spite of a broken write", 0, "receipts", door=door.__name__, broken=hits.total(), calls=hits)
