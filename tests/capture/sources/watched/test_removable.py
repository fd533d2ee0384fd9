"""A recorder that is plugged in: known by its file system, wherever it is mounted; what was deleted here stays so."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from django.core.management import CommandError, call_command

from capture.models import Memo, User, WatchedFolder
from capture.services.deletion import delete_memo
from capture.sources.watched import volumes
from tests.support.watched_folders import OTHER, look, put


class Sockets:
    """Where recorders are plugged in: each a device with a UUID, mounted at a folder, until it is pulled out."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self.by_uuid = place / "by-uuid"
        self.by_uuid.mkdir()
        self._mounted: dict[str, Path] = {}

    def plug_in(self, volume: str, mount: Path) -> None:
        """Let a file system be mounted at a folder."""
        device = self._place / f"device-{volume}"
        device.touch()
        (self.by_uuid / volume).symlink_to(device)
        self._mounted[volume] = mount

    def pull_out(self, volume: str) -> None:
        """Let it be gone."""
        (self.by_uuid / volume).unlink()
        del self._mounted[volume]

    def partitions(self) -> Iterator[SimpleNamespace]:
        """Give what psutil tells of what is mounted."""
        for volume, mount in self._mounted.items():
            yield SimpleNamespace(mountpoint=str(mount), device=str(self.by_uuid / volume))


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a place outside of the data folder."""
    return tmp_path_factory.mktemp("machine")


@pytest.fixture
def sockets(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Sockets:
    found = Sockets(machine)
    monkeypatch.setattr(volumes, "BY_UUID", found.by_uuid)
    monkeypatch.setattr(psutil, "disk_partitions", lambda: list(found.partitions()))
    return found


def test_a_recorder_is_read_whenever_it_is_plugged_in_and_no_other_in_its_place(
    alice: User, sockets: Sockets, machine: Path
) -> None:
    mount = machine / "media" / "RECORDER"
    put(mount / "VOICE" / "one.ogg")
    sockets.plug_in("1A2B-3C4D", mount)
    call_command("watch", str(mount / "VOICE"), "--removable", "--user", "alice")
    assert look(3) == 1
    sockets.pull_out("1A2B-3C4D")
    put(mount / "VOICE" / "somebody-elses.ogg", OTHER)
    sockets.plug_in("9999-0000", mount)
    assert look(3) == 0
    assert WatchedFolder.objects.get().problem == "folder-away"
    elsewhere = mount.rename(machine / "RECORDER1")
    sockets.plug_in("1A2B-3C4D", elsewhere)
    assert look(3) == 1
    assert Memo.objects.count() == 2
    call_command("watch", str(elsewhere / "VOICE"), "--removable", "--user", "alice")
    assert WatchedFolder.objects.count() == 1


def test_what_was_deleted_here_is_not_taken_again_though_its_clock_was_changed(
    alice: User, sockets: Sockets, machine: Path
) -> None:
    mount = machine / "RECORDER"
    put(mount / "one.ogg")
    sockets.plug_in("1A2B-3C4D", mount)
    call_command("watch", str(mount), "--removable", "--user", "alice")
    assert look(3) == 1
    delete_memo(Memo.objects.get())
    put(mount / "one.ogg", age=7200)  # summer's time has ended, for a file system that knows no zones
    look(3)
    assert not Memo.objects.filter(deleted_at=None).exists()


def test_a_folder_of_the_machine_itself_is_no_recorder(alice: User, sockets: Sockets, machine: Path) -> None:
    put(machine / "here" / "one.ogg")
    with pytest.raises(CommandError, match="which device"):
        call_command("watch", str(machine / "here"), "--removable", "--user", "alice")
    assert not WatchedFolder.objects.exists()
