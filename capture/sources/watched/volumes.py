"""File systems that are plugged in and out, known by their UUID: a recorder is itself again wherever it is mounted."""

from pathlib import Path
from typing import NamedTuple

import psutil

BY_UUID = Path("/dev/disk/by-uuid")
"""Where Linux keeps a link to each block device, named for the UUID of its file system."""


class VolumePlace(NamedTuple):
    """A file system's UUID, and a folder's path below it."""

    volume: str
    below: str


def volume_place(path: Path) -> VolumePlace | None:
    """Return on which file system a folder lies and where there, or None where the system does not tell its UUID.

    path: absolute, links resolved.
    """
    around = [(Path(mount), device) for mount, device in _mounts() if path.is_relative_to(mount)]
    if not around:
        return None
    mount, device = max(around, key=lambda one: len(one[0].parts))
    volume = next((volume for volume, known in _volumes().items() if known == device), None)
    return VolumePlace(volume, str(path.relative_to(mount))) if volume else None


def place_of_volume(place: VolumePlace) -> Path | None:
    """Return where a folder of a file system is at the moment, or None where that is not plugged in or not mounted."""
    device = _volumes().get(place.volume)
    mounts = [Path(mount) for mount, known in _mounts() if known == device]
    return mounts[0] / place.below if mounts else None


def _mounts() -> list[tuple[str, Path]]:
    return [(found.mountpoint, Path(found.device).resolve()) for found in psutil.disk_partitions()]


def _volumes() -> dict[str, Path]:
    """Return the block device of each UUID."""
    return {link.name: link.resolve() for link in BY_UUID.iterdir()} if BY_UUID.is_dir() else {}
