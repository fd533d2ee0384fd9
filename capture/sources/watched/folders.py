"""Which folders are watched, and who may say so: the paths of a machine are its owner's business."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from capture.core.errors import Refusal
from capture.core.problems import NO_PROBLEM
from capture.models import User, WatchedFile, WatchedFolder
from capture.sources.safe_open import open_folder
from capture.sources.watched.poll import AWAY, NOT_MOVED
from capture.sources.watched.tracking import BATCH_ROWS
from capture.sources.watched.volumes import VolumePlace, volume_place
from capture.sources.watched.walk import walk_watched_folder

MAX_PATH_BYTES = 1000


def own_folder(user: User) -> Path:
    """Return the folder in the data folder that a user may have watched without naming any."""
    return Path(settings.HOME).resolve() / own_folder_name(user.pk)


def own_folder_name(user_id: int) -> Path:
    """Return where a user's own folder lies in the data folder; where that is, only the machine's owner should see."""
    return Path("watched") / str(user_id)


def watch_own_folder(user: User) -> WatchedFolder:
    """Watch the user's own folder, making it."""
    path = own_folder(user)
    for folder in (path.parent, path):
        folder.mkdir(mode=0o700, exist_ok=True)
    return WatchedFolder.objects.get_or_create(user=user, path=str(path))[0]


def map_own_folders(old_home: str, new_home: Path) -> int:
    """Let each user's own folder be the one in this data folder, which was restored, and return how many were.

    old_home: the data folder that the rows are of, or empty where that is not known. new_home: where this one will be.
    """
    mapped = 0
    for folder in WatchedFolder.objects.all():
        below = Path("watched") / str(folder.user_id)
        path = Path(folder.path)
        if path == Path(old_home) / below if old_home else path.parts[-2:] == below.parts:
            (Path(settings.HOME) / below).mkdir(mode=0o700, parents=True, exist_ok=True)
            WatchedFile.objects.filter(folder=folder).delete()
            WatchedFolder.objects.filter(pk=folder.pk).update(
                path=str(new_home / below), looked_at=None, **NO_PROBLEM.columns()
            )
            mapped += 1
    return mapped


def watch_folder(user: User, named: Path, *, is_removable: bool = False) -> WatchedFolder:
    """Watch a folder of the machine for a user; one that is watched for them already stays as it is.

    For whoever may name the machine's paths. is_removable: it is on something that is plugged in and out, and only that
    very file system is read, wherever it is. Raises Refusal where the folder cannot be read or must not be watched.
    """
    path = _resolve_readable_folder(named)
    place = volume_place(path) if is_removable else VolumePlace("", "")
    if place is None:
        raise Refusal("no-volume")
    home = Path(settings.HOME).resolve()
    if path == own_folder(user):
        return watch_own_folder(user)
    if _do_folders_overlap(path, home):
        raise Refusal("data-folder")
    with transaction.atomic():
        same = Q(path=str(path), volume=place.volume)
        if place.volume:
            same |= Q(volume=place.volume, below=place.below)
        known = WatchedFolder.objects.filter(same, user=user).first()
        if known:
            return known
        if any(
            _do_folders_overlap(path, Path(other)) for other in WatchedFolder.objects.values_list("path", flat=True)
        ):
            raise Refusal("watched-already")
        return WatchedFolder.objects.create(user=user, path=str(path), volume=place.volume, below=place.below)


def _resolve_readable_folder(named: Path) -> Path:
    """Return where a folder lies, links resolved. Raises Refusal."""
    try:
        path = named.resolve(strict=True)
        with open_folder(path) as folder:
            next(walk_watched_folder(folder), None)
        is_storable = len(str(path).encode()) <= MAX_PATH_BYTES
    except (OSError, RuntimeError, ValueError) as error:  # a circle of links, a zero byte, bytes that are no text
        raise Refusal("no-folder") from error
    if not (named.is_absolute() and is_storable):
        raise Refusal("no-folder")
    return path


def _do_folders_overlap(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def set_moves_done(folder: WatchedFolder, *, moves_done: bool) -> None:
    """Let what was taken be moved into `done` from now on, what lies there included; or leave it where it is."""
    WatchedFolder.objects.filter(pk=folder.pk).update(moves_done=moves_done)
    if moves_done:
        taken = folder.files.filter(Q(problem="") | Q(problem=NOT_MOVED), is_done=True)
        for portion in _pk_batches(taken):
            WatchedFile.objects.filter(pk__in=portion).update(is_done=False, **NO_PROBLEM.columns())


def stop_watching(folder: WatchedFolder) -> None:
    """Look into a folder no more. Its files stay, and so do the memos."""
    for portion in _pk_batches(folder.files.all()):
        WatchedFile.objects.filter(pk__in=portion).delete()
    folder.delete()


def _pk_batches(files: QuerySet[WatchedFile]) -> Iterator[list[int]]:
    """Yield the rows of files by so many at a time that uploads wait for none of them for long."""
    last = 0
    while portion := list(files.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH_ROWS]):
        yield portion
        last = portion[-1]


def troubled_folders() -> list[WatchedFolder]:
    """Return the folders in which something is wrong; one that is only away is none of them."""
    return list(WatchedFolder.objects.exclude(problem__in=["", AWAY]).order_by("path"))
