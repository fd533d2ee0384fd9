"""The ways by which many memos come in, under strace: the doors of the web server, and the import of a folder."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.support.faults.doors import DOORS, Door
from tests.support.faults.marks import marked
from tests.support.faults.nodes import Folder
from tests.support.faults.receipts import Acknowledged, acknowledged
from tests.support.faults.replay import lying
from tests.support.faults.strace import Call
from tests.support.faults.tracing import Traced, watching, written_down
from tests.support.web_server import HOUSE, Server, speech

CLIENTS = 8
SIZE = 6_000


class Run(NamedTuple):
    """A data folder as it was before, what was done, and what people could let go of meanwhile, and from when on."""

    home: Path
    before: Folder
    calls: Sequence[Call]
    given: Sequence[Acknowledged]


Way = Callable[[Server, Path, int, int, str], Run]
"""(whose data folder is copied, a folder to work in, seed, how many memos, carelessness or nothing) -> Run."""


def speeches(seed: int, count: int) -> list[bytes]:
    """Return recordings that no other seed has."""
    return [speech(seed * count + number, SIZE) for number in range(count)]


def by_doors(like: Server, folder: Path, seed: int, count: int, careless: str = "") -> Run:
    """Send memos by all doors from eight clients at once."""
    server, memos, doors = Traced(folder / "home", like, careless), speeches(seed, count), list(DOORS.values())

    def send(number: int) -> None:
        door: Door = doors[number % len(doors)]
        assert door(server, f"memo-{number}", memos[number]).status in {200, 201}

    server.start()
    try:
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(send, range(count)))
        calls = server.end()
    finally:
        server.kill()
    given = acknowledged(calls)
    sent = {f"memo-{number}": hashlib.sha256(audio).hexdigest() for number, audio in enumerate(memos)}
    assert {one.client_id: one.sha256 for one in given} == sent
    return Run(server.home, server.before, calls, given)


def by_import(like: Server, folder: Path, seed: int, count: int, careless: str = "") -> Run:
    """Import a folder."""
    server, memos = Server(folder / "home", {"CARELESS": careless}, like), speeches(seed, count)
    before, trace, old = lying(server.home), folder / "trace", folder / "old"
    old.mkdir()
    for number, audio in enumerate(memos):
        (old / f"memo {number}.ogg").write_bytes(audio)
    program = ("-m", "tests.support.faults.careless") if careless else ("manage.py",)
    run = [*watching(trace), sys.executable, *program, "import_memos", str(old), "--user", "alice", "--yes"]
    subprocess.run(run, cwd=HOUSE, env=server.environment, check=True, stdout=subprocess.DEVNULL)
    calls = written_down(trace)
    given = marked(calls, server.home, before, folder)
    assert sorted(one.sha256 for one in given) == sorted(hashlib.sha256(audio).hexdigest() for audio in memos)
    return Run(server.home, before, calls, given)


WAYS: dict[str, Way] = {"doors": by_doors, "import": by_import}
