"""Reading strace: lines as it writes them."""

import pytest

from tests.support.faults.receipts import Acknowledged, acknowledged
from tests.support.faults.strace import Call, calls, hexed


def only(*lines: str) -> Call:
    (call,) = calls(lines)
    return call


def test_a_call_on_one_line() -> None:
    call = only(f'7 pwrite64(12<{hexed("/home/a, b")}>, "{hexed("x,y")}", 3, 4096) = 3\n')
    assert (call.thread, call.name, call.result, call.error) == (7, "pwrite64", 3, "")
    assert call.opened() == ("12", "/home/a, b")
    assert call.text(1) == b"x,y"
    assert call.number(3) == 4096


def test_calls_of_threads_between_each_other() -> None:
    lines = (
        f"7 fsync(3<{hexed('/a')}> <unfinished ...>",
        f'8 write(4<{hexed("/b")}>, "", 0)  = 0',
        "7 <... fsync resumed>)             = 0",
    )
    first, second = calls(lines)
    assert (first.name, first.begun, first.ended) == ("write", 1, 1)
    assert (second.name, second.begun, second.ended) == ("fsync", 0, 2)
    assert second.opened() == ("3", "/a")


def test_what_failed_and_what_was_made_to_fail() -> None:
    failed = only(f'7 mkdir("{hexed("/a")}", 0700) = -1 EEXIST (File exists)')
    assert (failed.result, failed.error, failed.injected) == (-1, "EEXIST", False)
    injected = only(f"7 fsync(3<{hexed('/a')}>) = -1 EIO (Input/output error) (INJECTED)")
    assert (injected.error, injected.injected) == ("EIO", True)


def test_paths_below_an_open_folder() -> None:
    opened = only(f'7 openat(AT_FDCWD<{hexed("/work")}>, "{hexed("a/b")}", O_RDONLY) = 3<{hexed("/work/a/b")}>')
    assert opened.path(0) == "/work/a/b"
    renamed = only(f'7 renameat(3<{hexed("/a")}>, "{hexed("x")}", AT_FDCWD<{hexed("/w")}>, "{hexed("/b/y")}") = 0')
    assert (renamed.path(0), renamed.path(2)) == ("/a/x", "/b/y")


def test_a_deleted_file_has_no_path() -> None:
    assert only(f"7 close(4<{hexed('/a')}>(deleted)) = 0").opened() == ("4", "")


def test_what_never_ended_is_left_out() -> None:
    assert not list(calls([f"7 fsync(3<{hexed('/a')}> <unfinished ...>", "7 +++ killed by SIGKILL +++"]))
    assert only("7 close(3<>) = ?").result is None


def test_a_text_that_was_cut_short_is_none() -> None:
    with pytest.raises(ValueError, match="no whole text"):
        only(f'7 write(4<{hexed("/a")}>, "{hexed("x")}"..., 9) = 9').text(1)


def test_a_receipt_begins_with_its_head() -> None:
    def send(text: str, socket: str = "socket:[1]") -> str:
        return f'7 sendto(9<{hexed(socket)}>, "{hexed(text)}", {len(text)}, 0, NULL, 0) = {len(text)}'

    body = '{"id": "m-1", "sha256": "ab", "safe_to_delete": true}'
    lines = (
        send("HTTP/1.1 507 \r\n\r\n"),
        send('{"title": "no room"}'),
        send("HTTP/1.1 201 Created\r\nServer: gunicorn\r\n\r\n"),
        send("HTTP/1.1 404 \r\n\r\n{}", "socket:[2]"),
        send(body),
        send(f"HTTP/1.1 200 OK\r\n\r\n{body}"),
    )
    assert acknowledged(calls(lines)) == [Acknowledged(2, "m-1", "ab"), Acknowledged(5, "m-1", "ab")]
