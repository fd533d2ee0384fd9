"""The disk fails at each write of an import: no row without its file, a sentence, and the next run takes all."""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.faults.breaking import WRITING, Broken, on_the_way
from tests.support.faults.counts import SOAK, figure
from tests.support.faults.kept import listed, sweep
from tests.support.faults.small_disk import DISK_BYTES, PAGE_BYTES, mount, read_only, unmount
from tests.support.faults.small_disk import fill as fill_disk
from tests.support.faults.strace import Call
from tests.support.faults.tracing import LONGEST_TEXT, strace, written_down
from tests.support.old_recordings import fill, fingerprint
from tests.support.servers import missing
from tests.support.web_server import HOUSE, Server

pytestmark = pytest.mark.alone

ERRORS = ("ENOSPC", "EIO", "EROFS")
NEEDED = ("write", "fsync", "rename", "pwrite64", "fdatasync")
"""Without each of these no recording can be kept."""


class Ran(NamedTuple):
    """How the command ended, what it complained of, and what it did."""

    code: int
    said: str
    calls: Sequence[Call]

    @property
    def ended_in_a_sentence(self) -> bool:
        """Whether it said why it did not go on, and no more than that."""
        sentences = [line for line in self.said.splitlines() if line.startswith("CommandError: ")]
        return self.code == 1 and len(sentences) == 1 and "Traceback" not in self.said


def run(server: Server, old: Path, trace: Path | None = None, broken: Broken | None = None) -> Ran:
    """Import a folder, with one call broken if need be."""
    watching: list[str] = []
    if trace:
        watching = [strace(), "-f", "-qq", "-y", "-xx", "-s", str(LONGEST_TEXT), "-e", "signal=none", "-o", str(trace)]
        watching += ["-e", f"trace={broken.name if broken else ','.join(WRITING)}"]
        if broken:
            watching += ["-e", f"inject={broken.name}:error={broken.error}:when={broken.when}"]
    command = [*watching, sys.executable, "manage.py", "import_memos", str(old), "--user", "alice", "--yes"]
    ended = subprocess.run(command, cwd=HOUSE, env=server.environment, capture_output=True, text=True, check=False)
    return Ran(ended.returncode, ended.stderr, written_down(trace) if trace else [])


def places(ran: Ran, home: Path) -> list[tuple[str, int]]:
    """Return which of the calls of each name, counted from the first of the program, are part of taking files in."""
    made: Counter[str] = Counter()
    found: list[tuple[str, int]] = []
    for call in sorted(ran.calls, key=lambda call: call.begun):
        made[call.name] += 1
        if on_the_way(call, home):
            found.append((call.name, made[call.name]))
    return found


def nothing_half(server: Server) -> bool:
    """Whether each row has its file, and nothing is left arriving."""
    return all(row.is_whole(server.home) for row in listed(server.home)) and not list(server.home.glob("incoming/*"))


def goes_on(server: Server, old: Path, recordings: int) -> bool:
    """Run it again, and return whether so many recordings are there, each once and whole."""
    before = fingerprint(old)
    ended = run(server, old)
    assert ended.code == 0, ended.said
    assert fingerprint(old) == before
    return len(listed(server.home)) == recordings and nothing_half(server)


def chosen(found: Sequence[tuple[str, int]]) -> Iterator[Broken]:
    """Yield what is broken: each call by each error in the full run; in the short one the middle call of each name."""
    if SOAK:
        yield from (Broken(*place, error) for place in found for error in ERRORS)
        return
    chance = random.Random(4)
    for name in NEEDED:
        whens = [when for of, when in found if of == name]
        yield Broken(name, whens[len(whens) // 2], chance.choice(ERRORS))


def test_a_write_that_fails_leaves_nothing_half(moved_in: Server, tmp_path: Path) -> None:
    server, trace = Server(tmp_path / "home", {}, moved_in), tmp_path / "trace"
    failed: Counter[str] = Counter()
    found = places(run(server, fill(tmp_path / "0", 1), trace), server.home)
    for number, broken in enumerate(chosen(found), start=1):
        old = fill(tmp_path / str(number), 1, start=number)
        ended = run(server, old, trace, broken)
        assert any(call.injected for call in ended.calls), f"{broken} was never met"
        assert ended.code == 0 or ended.ended_in_a_sentence, f"{broken}: {ended.said}"
        assert ended.code or len(listed(server.home)) == number + 1, f"said to be kept in spite of {broken}"
        assert nothing_half(server), f"something was left after {broken}"
        assert goes_on(server, old, number + 1), f"it did not go on after {broken}"
        failed[broken.name] += bool(ended.code)
    assert all(failed[name] for name in NEEDED), "no needed call was ever broken: the test showed little"
    sweep(server)
    figure("rows without a file after a broken import", 0, "rows", broken=failed.total(), calls=failed)


@contextmanager
def full(home: Path, pages: int) -> Iterator[None]:
    filler = fill_disk(home, leaving=pages * PAGE_BYTES)
    try:
        yield
    finally:
        filler.unlink()


def full_to_the_last_page(home: Path) -> AbstractContextManager[None]:
    return full(home, 0)


def full_after_the_first(home: Path) -> AbstractContextManager[None]:
    return full(home, 60)


def audio_read_only(home: Path) -> AbstractContextManager[None]:
    return read_only(home / "audio")


@pytest.mark.parametrize("hindrance", [full_to_the_last_page, full_after_the_first, audio_read_only])
def test_without_room_it_says_so_and_goes_on(
    hindrance: Callable[[Path], AbstractContextManager[None]], moved_in: Server, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if not mount("-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(home)):
        missing("the right to mount a small disk (root has it)")
    try:
        server, old = Server(home, {"DISK_RESERVE": "0"}, moved_in), fill(tmp_path / "old", 1)
        assert run(server, old).code == 0
        for number in range(1, 4):
            (old / f"long {number}.ogg").write_bytes(b"OggS" + os.urandom(100_000))
        with hindrance(home):
            ended = run(server, old)
        assert ended.ended_in_a_sentence, ended.said
        assert nothing_half(server)
        assert goes_on(server, old, 4)
    finally:
        unmount(home)
