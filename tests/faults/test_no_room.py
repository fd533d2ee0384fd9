"""A disk that is really full, and folders that are really read-only: no receipt, and then it goes on by itself."""

import hashlib
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import product

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import (
    PHONE_STORE,
    chromium,
    held,
    hold_recordings,
    tried_phone,
    wait_until_sent,
)
from tests.support.faults.counts import figure
from tests.support.faults.doors import DOORS, Door, is_taken
from tests.support.faults.kept import listed, nothing_half, sweep
from tests.support.faults.small_disk import DISK_BYTES, PAGE_BYTES, fill, mount, read_only, unmount
from tests.support.faults.tracing import PATIENT
from tests.support.servers import missing
from tests.support.web_server import Server, speech

pytestmark = pytest.mark.alone

MEGABYTE = 1024 * 1024
QUOTA_BYTES = 12 * MEGABYTE
"""More than all other tests together keep."""
DELETE = """
from datetime import timedelta
from django.utils import timezone
from capture.models import Memo
from capture.services import deletion
deletion.delete_memo(Memo.objects.get(client_id="{}"))
deletion.purge_deleted(timezone.now() + timedelta(days=1))
"""


@pytest.fixture(scope="module")
def server(moved_in: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on a small disk of its own, which it may fill to the last page. One for all: it goes on."""
    home = tmp_path_factory.mktemp("small") / "home"
    home.mkdir()
    if not mount("-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(home)):
        missing("the right to mount a small disk (root has it)")
    try:
        server = Server(home, PATIENT | {"DISK_RESERVE": "0", "QUOTA": str(QUOTA_BYTES)}, moved_in)
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


@contextmanager
def no_disk(server: Server) -> Iterator[None]:
    """Fill the disk."""
    filler = fill(server.home, leaving=0)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def no_quota(server: Server) -> Iterator[None]:
    """Fill what one user may keep, but for a few bytes."""
    kept = sum(row.bytes for row in listed(server.home))
    assert server.put("large", speech(1, QUOTA_BYTES - kept - 5000)).status == 201
    yield
    server.command("shell", "--no-imports", "-c", DELETE.format("large"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize(
    ("filled", "told"),
    [(no_disk, "The disk there is nearly full"), (no_quota, "There is no room left for your account there")],
)
def test_the_phones_page_keeps_what_there_is_no_room_for_says_why_and_sends_it_when_there_is(
    filled: Callable[[Server], AbstractContextManager[None]], told: str, server: Server, browser: Browser
) -> None:
    audio = some(told)
    with tried_phone(browser) as phone:
        phone.goto(f"http://127.0.0.1:{server.port}/phone/")
        phone.evaluate("token => localStorage.setItem('stillnote-token', token)", server.token)
        before = listed(server.home)
        with filled(server):  # before there is anything to send: the page sends at once
            hold_recordings(phone, {str(uuid.uuid4()): audio}, "2026-11-30T03:12:00+01:00")
            phone.reload()
            expect(phone.locator("#held")).to_contain_text("1 held here")
            expect(phone.locator("#held")).to_contain_text(told)
            expect(phone.get_by_role("button", name="Save unsent recordings as files")).to_be_visible()
            assert held(phone, PHONE_STORE) == 1
        phone.reload()
        wait_until_sent(phone)
    assert {row.sha256 for row in listed(server.home) - before} == {hashlib.sha256(audio).hexdigest()}
