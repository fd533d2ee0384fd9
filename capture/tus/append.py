"""Bytes of a resumable upload on their way to the disk: written, fsynced, and only then counted in its row."""

from contextlib import suppress

from django.http import HttpRequest

from capture.core import errors
from capture.core.audio_types import HEAD, sniff
from capture.core.errors import Refusal
from capture.http.body import pour
from capture.models import Upload
from capture.tus import refusals
from capture.tus.cleanup import expiry, forget
from capture.tus.lease import Hold
from capture.tus.partial_file import Partial
from capture.tus.protocol import Checksum

AT_ONCE = 32 * 1024
"""What a broken connection costs at most."""


class Appending:
    """Where the body of a request goes; a Sink of `bodies.pour`."""

    def __init__(self, upload: Upload, hold: Hold, partial: Partial, checksum: Checksum | None) -> None:
        self.bytes = 0
        self._upload = upload
        self._hold = hold
        self._partial = partial
        self._checksum = checksum
        self._is_judged = upload.offset >= HEAD
        self._hash = checksum.new_hash() if checksum else None
        with partial.alone(wait=False):
            partial.cut(upload.offset)

    @property
    def _offset(self) -> int:
        return self._upload.offset + self.bytes

    def write(self, chunk: bytes, /) -> None:
        """Append a chunk. Raises Refusal where the disk is full, or another request has taken over."""
        with self._partial.alone():
            if self._hold.is_due():
                self._progress()
            self._partial.append(chunk)
        self.bytes += len(chunk)
        if self._hash:
            self._hash.update(chunk)
        else:
            self._judge()

    def _progress(self) -> None:
        if self._hash:
            self._hold.renew()  # whether it is what was meant, only its end tells
        else:
            self._keep()

    def _keep(self) -> None:
        self._partial.sync()
        self._hold.renew(offset=self._offset, expires_at=expiry())

    def _judge(self) -> None:
        """Tell by its first bytes whether it is audio. Raises Refusal, with nothing left, where it is not."""
        if self._is_judged or self._offset < min(HEAD, self._upload.length):
            return
        if sniff(self._partial.head(HEAD)) is None:
            forget(self._upload)
            raise errors.not_audio()
        self._is_judged = True

    def end(self) -> None:
        """Keep the body, which came whole. Raises Refusal (460) where it is not what was meant, and is forgotten."""
        if self._checksum and self._hash and self._hash.digest() != self._checksum.digest:
            self._drop()
            raise refusals.wrong_checksum()
        self._judge()
        with self._partial.alone():
            self._keep()

    def break_off(self) -> None:
        """Keep what came of a body, unless only its end could have told whether it is what was meant."""
        if self._hash:
            self._drop()
        else:
            with self._partial.alone():
                self._keep()

    def _drop(self) -> None:
        with self._partial.alone():
            self._hold.renew()
            self._partial.cut(self._upload.offset)


def append(request: HttpRequest, upload: Upload, hold: Hold, checksum: Checksum | None, length: int) -> None:
    """Append the body of a request. What came of one that was broken off is kept.

    Raises Refusal: 400 where fewer than `length` bytes came, 415, 423, 460, 507.
    """
    with Partial(upload.pk, is_new=not upload.offset) as partial:
        appending = Appending(upload, hold, partial, checksum)
        try:
            pour(request, appending, length, at_once=AT_ONCE)
        except Refusal:
            with suppress(Refusal):  # the first says what hindered it
                appending.break_off()
            raise
        appending.end()
