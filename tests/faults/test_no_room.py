"""A disk that is really full, and folders that are really read-only: no receipt, and then it goes on by itself."""

import zlib
from collections.abc import Iterator
from itertools import product

import pytest

from tests.support.faults.counts import figure
from tests.support.faults.doors import DOORS, Door, is_taken
from tests.support.faults.kept import listed, nothing_half, sweep
from tests.support.faults.small_disk import DISK_BYTES, PAGE_BYTES, fill, mount, read_only, unmount
from tests.support.faults.tracing import PATIENT
from tests.support.servers import missing
from tests.support.web_server import Server, speech

pytestmark = pytest.mark.alone

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def server(moved_in: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on a small disk of its own, which it may fill to the last page. One for all: it goes on."""
    home = tmp_path_factory.mktemp("small") / "home"
    home.mkdir()
    if not mount("-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(home)):
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
        filler = fill(server.home, leaving=pages * PAGE_BYTES)
        is_full = refused(door, server, client_id, some(client_id))
        filler.unlink()
        assert is_taken(door, server, client_id, some(client_id)), "it did not go on when there was room again"
        refusals += is_full
        pages += 1
    assert refusals > 5, "the disk was never full: the test showed nothing"
    sweep(server)
    figure("receipts on a full disk", 0, "receipts", door=name, refusals=refusals)
