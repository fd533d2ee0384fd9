"""Where recordings lie: `incoming/` while they arrive, then for good in the data folder, or in a bucket.

New ones go into the bucket that STORAGE_URL names, and else into the folder. A house that is given a bucket later, or
restored from a backup, has older ones in its folder: they are found there too.
"""

import uuid
from collections.abc import Iterable, Iterator

from django.conf import settings

from capture.services.doors import Door, is_open
from capture.storage.bucket import Bucket, ListedFile
from capture.storage.folder import Folder
from capture.storage.incoming import Incoming
from capture.storage.protocol import Kept, Store, playback_path_of

UUID_CHARACTERS = 36

_FOLDER, _BUCKET = Folder(), Bucket()


def stores() -> tuple[Store, ...]:
    """Return every place that may hold recordings; new ones go into the first."""
    return (_BUCKET, _FOLDER) if _has_bucket() else (_FOLDER,)


def _has_bucket() -> bool:
    """Return whether there is a bucket, and this is no restored copy to which it does not belong."""
    return bool(settings.STORE) and is_open(Door.BUCKET)


def data_folder_store() -> Store:
    """Return the place in the data folder."""
    return _FOLDER


def new_path(memo_id: uuid.UUID, user_id: int) -> str:
    """Return the path of a memo's original in its store: 256 folders keep each of them small.

    It says whose it is: a file whose row was never committed belongs to whoever sent it.
    """
    name = str(memo_id)
    return f"{name[:2]}/{name}-{user_id}"


def sender_of(path: str) -> int | None:
    """Return the id of the user whose original a path is, or None for one from before the paths said so."""
    _, _, name = path.partition("/")
    dash, user_id = name[UUID_CHARACTERS : UUID_CHARACTERS + 1], name[UUID_CHARACTERS + 1 :]
    return int(user_id) if dash and user_id.isdigit() else None


def store_recording(arrived: Incoming, path: str) -> None:
    """Take a recording in for good: when this returns, it survives a power cut. Raises Refusal.

    It may talk to another machine, and must not stand in a transaction.
    """
    stores()[0].keep(arrived, path)


def find_stored(path: str) -> Kept:
    """Return the file that lies at a path. Raises FileNotFoundError or StoreUnreachable."""
    for store in stores():
        try:
            return Kept(store, path, store.size(path))
        except FileNotFoundError:
            continue
    raise FileNotFoundError(path)


def is_stored(path: str, size: int) -> bool:
    """Return whether an original lies in its place, as large as it came. A damaged disk, or half a restore, lost it."""
    try:
        return find_stored(path).size == size
    except FileNotFoundError:
        return False


def store_playback(path: str, copy: Iterable[bytes]) -> None:
    """Put the playback copy of an original, given in pieces, in its place. Raises OSError or StoreUnreachable."""
    stores()[0].place(playback_path_of(path), copy)


def replace_playback(path: str, copy: Iterable[bytes]) -> None:
    """Put another playback copy in the place of one, wherever that lies. Raises OSError or StoreUnreachable."""
    store_playback(path, copy)
    for store in stores()[1:]:
        store.remove(playback_path_of(path), and_playback=False)


def remove_recording(path: str) -> None:
    """Remove an original and its playback copy, wherever they lie; what is gone already is fine."""
    for store in stores():
        store.remove(path)


def remove_original(path: str) -> None:
    """Remove an original alone, wherever it lies; its playback copy stays."""
    for store in stores():
        store.remove(path, and_playback=False)


def remove_playback(path: str) -> None:
    """Remove the playback copy of an original alone, wherever it lies."""
    for store in stores():
        store.remove(playback_path_of(path), and_playback=False)


def list_bucket() -> Iterator[ListedFile]:
    """Return every file that lies in the bucket; nothing where there is none. Raises StoreUnreachable."""
    return _BUCKET.listed() if _has_bucket() else iter(())


def probe_bucket() -> bool:
    """Put something into the bucket and remove it; return whether it gives checksums. Raises StoreUnreachable."""
    return _BUCKET.gives_checksums()
