"""A disk that is really full, and folders that are really read-only: no receipt, and then it goes on by itself."""

import os
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path

import pytest

from tests.support.faults.counts import figure
from tests.support.faults.doors import DOORS, Door, is_taken
from tests.support.faults.kept import listed, nothing_half, sweep
from tests.support.faults.tracing import PATIENT
from tests.support.servers import missing
from tests.support.web_server import Server, speech

pytestmark = pytest.mark.alone

MEGABYTE = 1024 * 1024
DISK = 24 * MEGABYTE
PAGE = 4096


def mounted(*options: str) -> bool:
    return subprocess.run(["mount", *options], stderr=subprocess.DEVNULL, check=False).returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder refuse every write, root's too."""
    assert mounted("--bind", str(folder), str(folder))
    try:
        assert mounted("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        unmount(folder)


@pytest.fixture(scope="module")
def server(moved_in: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on a small disk of its own, which it may fill to the last page. One for all: it goes on."""
    home = tmp_path_factory.mktemp("small") / "home"
    home.mkdir()
    if not mounted("-t", "tmpfs", "-o", f"size={DISK}", "none", str(home)):
        missing("the right to mount a small disk (root has it)")
    try:
        server = Server(home, PATIENT | {"DISK_RESERVE": "0"}, moved_in)
        try:
            server.start()
            yield server
        finally:
            server.kill()
    finally:
        unmount(home)


def fill(home: Path, *, leaving: int) -> Path:
    """Fill the disk to the last page, and give some bytes back."""
    filler = home / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(PAGE)):
            pass
    os.truncate(filler, max(0, filler.stat().st_size - leaving))
    return filler


def refused(door: Door, server: Server, client_id: str, audio: bytes) -> bool:
    """Return whether a memo is refused, nothing of it listed nor left arriving; what has a receipt is whole."""
    before = listed(server.home)
    if is_taken(door, server, client_id, audio):
        assert all(row.is_whole(server.home) for row in listed(server.home) - before)
        return False
    assert nothing_half(server, door, before)
    return True


def some(name: str) -> bytes:
    """Return a recording that is no other's."""
    return speech(zlib.crc32(name.encode()))


@pytest.mark.parametrize(("name", "folder"), [*product(DOORS, ("incoming", "audio")), ("tus", "uploads")], ids=str)
def test_a_folder_that_is_read_only(name: str, folder: str, server: Server) -> None:
    door, first, second = DOORS[name], f"{name}-{folder}-first", f"{name}-{folder}-second"
    assert is_taken(door, server, first, some(first))
    with read_only(server.home / folder):
        assert refused(door, server, second, some(second))
    assert is_taken(door, server, second, some(second)), "it did not go on when the folder could be written again"


@pytest.mark.parametrize("name", DOORS)
def test_a_disk_that_fills_up_to_any_page(name: str, server: Server) -> None:
    door = DOORS[name]
    assert is_taken(door, server, f"{name}-first", some(f"{name}-first"))
    refusals = pages = 0
    is_full = True
    while is_full:
        client_id = f"{name}-full-{pages}"
        filler = fill(server.home, leaving=pages * PAGE)
        is_full = refused(door, server, client_id, some(client_id))
        filler.unlink()
        assert is_taken(door, server, client_id, some(client_id)), "it did not go on when there was room again"
        refusals += is_full
        pages += 1
    assert refusals > 5, "the disk was never full: the test showed nothing"
    sweep(server)
    figure("receipts on a full disk", 0, "receipts", door=name, refusals=refusals)
