"""The disk is full, broken or read-only at each write of the receive path: no receipt, no half row, and then it goes on."""

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.capture.conftest import files
from tests.capture.server import Server, speech
from tests.faults.breaking import Broken, on_the_way, watched
from tests.faults.counts import SOAK, either, figure
from tests.faults.doors import DOORS, Door
from tests.faults.kept import listed, sweep
from tests.faults.tracing import PATIENT

pytestmark = pytest.mark.alone

ERRORS = ("ENOSPC", "EIO", "EROFS")
SAMPLED = 12
"""How many of all the cases `make test` tries."""


def is_taken(door: Door, server: Server, client_id: str, audio: bytes) -> bool:
    """Return whether there was a receipt. No answer is none."""
    try:
        return door(server, client_id, audio).status in {200, 201}
    except OSError:
        return False


def writes(door: Door, server: Server, trace: Path) -> Counter[str]:
    """Return how many calls of each name the thread that takes a memo in makes, up to its last on the way."""
    with watched(server, trace) as seen:
        assert is_taken(door, server, trace.name, speech(random.getrandbits(64)))
    most: Counter[str] = Counter()
    made: Counter[tuple[int, str]] = Counter()
    for call in sorted(seen.calls, key=lambda call: call.begun):
        made[call.thread, call.name] += 1
        if on_the_way(call, server.home):
            most[call.name] = max(most[call.name], made[call.thread, call.name])
    return most


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_a_write_that_fails_leaves_nothing(door: Door, moved_in: Server, tmp_path: Path) -> None:
    server = Server(tmp_path / "home", PATIENT, moved_in)
    server.start()
    try:
        for number in range(40):  # until both workers and their threads have loaded what they load but once
            assert is_taken(door, server, f"warm-{number}", speech(number))
        most = writes(door, server, tmp_path / "trace")
        assert set(most) >= {"openat", "write", "fsync", "rename", "pwrite64", "fdatasync"}
        cases = [Broken(name, when, error) for name in most for when in range(1, most[name] + 1) for error in ERRORS]
        chance = random.Random(4)
        if not SOAK:
            cases = chance.sample(cases, SAMPLED)
        hits = 0
        for number, broken in enumerate(cases):
            audio, client_id = speech(1000 + number), f"memo-{number}"
            before = listed(server.home)
            with watched(server, tmp_path / "trace", broken) as seen:
                receipt = is_taken(door, server, client_id, audio)
            hit = [call for call in seen.calls if call.injected and on_the_way(call, server.home)]
            hits += bool(hit)
            print(broken, receipt, len(hit), [c.arguments[0][-40:] for c in hit])
            assert receipt is not bool(hit), broken
            if hit:
                assert listed(server.home) == before, broken
                assert not [file for file in files(server.home) if file.parent.name == "incoming"]
                assert is_taken(door, server, client_id, audio), f"after {broken} it did not go on"
        assert all(row.is_whole(server.home) for row in listed(server.home))
    finally:
        server.kill()
    sweep(server)
    print(most, hits, len(cases))
