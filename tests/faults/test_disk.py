"""The disk that forgets: what is left of a few calls when the power fails."""

import hypothesis.strategies as st
from hypothesis import given

from tests.support.faults.disk import Disk
from tests.support.faults.nodes import File, Folder
from tests.support.faults.strace import calls, hexed

Line = tuple[str, str, str]
"""Name, arguments, result."""


def opened(path: str) -> str:
    return f"3<{hexed(path)}>"


def create(path: str, flags: str = "O_WRONLY|O_CREAT|O_EXCL") -> str:
    return f'openat(AT_FDCWD<{hexed("/")}>, "{hexed(path)}", {flags}, 0600) = {opened(path)}'


def write(path: str, text: str) -> str:
    return f'write({opened(path)}, "{hexed(text)}", {len(text)}) = {len(text)}'


def fsync(path: str, *, result: str = "0") -> str:
    return f"fsync({opened(path)}) = {result}"


def rename(old: str, new: str) -> str:
    return f'rename("{hexed(old)}", "{hexed(new)}") = 0'


def disk_after(*lines: str) -> Disk:
    """Return a disk with an empty folder /home/b, which knows what these calls did."""
    disk = Disk("/home", Folder({"b": Folder()}))
    steps = [
        step for call in calls(f"7 {line}" for line in lines) for step in ((call.begun, 0, call), (call.ended, 1, call))
    ]
    for _, has_ended, call in sorted(steps, key=lambda step: step[:2]):
        (disk.end if has_ended else disk.begin)(call)
    return disk


def left(disk: Disk, path: str) -> bytes | None:
    file = disk.left(path)
    return bytes(file.stable) if isinstance(file, File) else None


GOOD = (
    create("/home/a"),
    write("/home/a", "one"),
    write("/home/a", " two"),
    fsync("/home/a"),
    rename("/home/a", "/home/b/c"),
    fsync("/home/b"),
)


def test_what_was_synced_in_order_is_there() -> None:
    assert left(disk_after(*GOOD), "/home/b/c") == b"one two"


def test_without_the_folder_there_is_no_name() -> None:
    assert left(disk_after(*GOOD[:-1]), "/home/b/c") is None
    assert left(disk_after(*GOOD[:-1]), "/home/a") is None


def test_without_the_file_there_is_nothing_in_it() -> None:
    assert left(disk_after(*(line for line in GOOD if line != fsync("/home/a"))), "/home/b/c") == b""


def test_an_fsync_that_failed_is_none() -> None:
    lines = [fsync("/home/b", result="-1 EIO (Input/output error)") if line == GOOD[-1] else line for line in GOOD]
    assert left(disk_after(*lines), "/home/b/c") is None


def test_a_new_folder_needs_its_own_fsync() -> None:
    lines = (
        f'mkdir("{hexed("/home/d")}", 0700) = 0',
        create("/home/d/a"),
        fsync("/home/d/a"),
        fsync("/home/d"),
    )
    assert left(disk_after(*lines), "/home/d/a") is None
    assert left(disk_after(*lines, fsync("/home")), "/home/d/a") == b""


def test_an_fsync_covers_nothing_that_is_written_meanwhile() -> None:
    begun = f"fsync({opened('/home/a')} <unfinished ...>"
    disk = Disk("/home", Folder({"a": File(b"")}))
    lines = [create("/home/a", "O_RDWR"), begun, write("/home/a", "late"), "<... fsync resumed>) = 0"]
    found = list(calls(f"{8 if 'write' in line else 7} {line}" for line in lines))
    first, late, sync = found
    for call, step in ((first, disk.begin), (first, disk.end), (sync, disk.begin), (late, disk.begin)):
        step(call)
    for call in (late, sync):
        disk.end(call)
    assert left(disk, "/home/a") == b""


def test_writes_at_a_place_and_cuts() -> None:
    at = f'pwrite64({opened("/home/a")}, "{hexed("X")}", 1, 2) = 1'
    cut = f"ftruncate({opened('/home/a')}, 3) = 0"
    disk = disk_after(create("/home/a"), write("/home/a", "abcdef"), at, cut, fsync("/home/a"), fsync("/home"))
    assert left(disk, "/home/a") == b"abX"


@given(st.data())
def test_what_was_synced_outlives_any_power_cut(data: st.DataObject) -> None:
    """Whatever happens to what came after it."""
    later = [write("/home/b/c", "?"), rename("/home/b/c", "/home/b/d"), create("/home/b/x")]
    disk = disk_after(*GOOD, *data.draw(st.lists(st.sampled_from(later), max_size=1)))

    def survives() -> bool:
        return data.draw(st.booleans())

    folder = disk.left("/home/b", survives)
    assert isinstance(folder, Folder)
    names = folder.left(dict, survives)
    (file,) = {id(names[name]): names[name] for name in ("c", "d") if name in names}.values()
    assert isinstance(file, File)
    assert file.left(bytearray, survives).startswith(b"one two")
