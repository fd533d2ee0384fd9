"""Recordings in a bucket of an S3-compatible store."""

import logging
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple

from capture.core.errors import StoreUnreachable
from capture.storage.connection import KEY_PREFIX, object_at, raise_unreachable
from capture.storage.filesystem import ensure_incoming_folder, ensure_unclaimed_folder, refuse_when_full
from capture.storage.incoming import Incoming, open_incoming
from capture.storage.object_upload import is_stored_whole, put_object, upload_object
from capture.storage.protocol import CHUNK_BYTES, STORED_FORM, Kept, playback_path_of

log = logging.getLogger(__name__)

OUR_KEY = re.compile(KEY_PREFIX + STORED_FORM)
"""Keys that the sweep may touch: the bucket may hold what is not ours."""

UNFINISHED_SECONDS = 24 * 60 * 60
"""An upload to the bucket that was begun longer ago is given up."""


class ListedFile(NamedTuple):
    """A file that a listing of the bucket names. modified: seconds since the epoch."""

    kept: Kept
    modified: float


class Bucket:
    """The bucket that STORAGE_URL names, as a Store."""

    def keep(self, arrived: Incoming, path: str) -> None:
        """Upload a recording; delete the local file once its checksum is confirmed."""
        arrived.finish()
        if not self._sent(arrived, path):
            log.error("The store holds something else than was sent to it")
            self.remove(path)
            raise StoreUnreachable
        arrived.discard()

    def _sent(self, arrived: Incoming, path: str) -> bool:
        place = object_at(path)
        try:
            with raise_unreachable(), arrived.path.open("rb") as file:
                return is_stored_whole(place, upload_object(place, file, arrived.bytes), arrived.sha256)
        except FileNotFoundError:  # it took it, and knows nothing of it
            return False

    def size(self, path: str) -> int:
        """Return how many bytes it has."""
        place = object_at(path)
        with raise_unreachable():
            return place.client.head_object(Bucket=place.bucket, Key=place.key)["ContentLength"]

    def part(self, path: str, span: range) -> Iterator[bytes]:
        """Ask for some of its bytes."""
        if not span:
            return iter(())
        place, asked = object_at(path), f"bytes={span.start}-{span.stop - 1}"
        with raise_unreachable():
            body = place.client.get_object(Bucket=place.bucket, Key=place.key, Range=asked)["Body"]
        return _read_pieces(body.iter_chunks(CHUNK_BYTES))

    @contextmanager
    def opened(self, path: str, progress: Callable[[], None]) -> Iterator[BinaryIO]:
        """Fetch it into a file that has no name, and is gone when it is closed."""
        with tempfile.TemporaryFile(dir=ensure_incoming_folder(), buffering=0) as file:
            for piece in self.whole(path):
                with refuse_when_full():
                    file.write(piece)
                progress()
            file.seek(0)
            yield file

    def whole(self, path: str) -> Iterator[bytes]:
        """Ask for all of its bytes."""
        place = object_at(path)
        with raise_unreachable():
            body = place.client.get_object(Bucket=place.bucket, Key=place.key)["Body"]
        return _read_pieces(body.iter_chunks(CHUNK_BYTES))

    def place(self, path: str, content: Iterable[bytes]) -> None:
        """Send a file in one piece."""
        with raise_unreachable():
            put_object(object_at(path), b"".join(content))

    def remove(self, path: str, *, and_playback: bool = True) -> None:
        """Remove an original, and its playback copy. What a store that is away keeps is swept later."""
        try:
            for key in (path, playback_path_of(path)) if and_playback else (path,):
                place = object_at(key)
                with raise_unreachable():
                    place.client.delete_object(Bucket=place.bucket, Key=place.key)
        except StoreUnreachable:
            log.warning("What was to be removed from the store is left to the sweep")

    def old(self, before: float, *, everywhere: bool = False) -> Iterator[str]:
        """Return old paths below one of the 256 prefixes, chosen at random: each listing is a call that costs.

        What was begun long ago and never ended is cleared away.
        """
        del everywhere
        folder = f"{random.randrange(256):02x}/"  # noqa: S311 - not a secret
        with raise_unreachable():
            self._abort_unfinished(folder, min(before, time.time() - UNFINISHED_SECONDS))
        yield from (found.kept.path for found in self.listed(folder) if found.modified < before)

    def _abort_unfinished(self, folder: str, before: float) -> None:
        client, bucket, _ = object_at("")
        pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=KEY_PREFIX + folder)
        for begun in (one for page in pages for one in page.get("Uploads", ())):
            if OUR_KEY.fullmatch(begun["Key"]) and begun["Initiated"].timestamp() < before:
                client.abort_multipart_upload(Bucket=bucket, Key=begun["Key"], UploadId=begun["UploadId"])

    def listed(self, folder: str = "") -> Iterator[ListedFile]:
        """Return what lies in a folder, or everything."""
        client, bucket, _ = object_at("")
        with raise_unreachable():
            for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=KEY_PREFIX + folder):
                for one in page.get("Contents", ()):
                    if OUR_KEY.fullmatch(one["Key"]):
                        path = one["Key"].removeprefix(KEY_PREFIX)
                        yield ListedFile(Kept(self, path, one["Size"]), one["LastModified"].timestamp())

    def put_aside(self, path: str) -> None:
        """Fetch an original into `unclaimed/`, and remove it here once it lies on the disk."""
        with open_incoming() as arriving:
            for piece in self.whole(path):
                arriving.write(piece)
            arriving.keep(ensure_unclaimed_folder() / PurePosixPath(path).name)
        self.remove(path)

    def gives_checksums(self) -> bool:
        """Put a word into the bucket, ask for its checksum, and remove it. Raises StoreUnreachable."""
        place = object_at("doctor")
        with raise_unreachable(is_told=False):
            put_object(place, b"doctor")
            head = place.client.head_object(Bucket=place.bucket, Key=place.key, ChecksumMode="ENABLED")
            place.client.delete_object(Bucket=place.bucket, Key=place.key)
        return "ChecksumSHA256" in head


def _read_pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    with raise_unreachable():
        yield from chunks
