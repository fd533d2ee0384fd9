"""Going on with an upload: its bytes are written, fsynced, and only then counted in its row."""

from contextlib import suppress

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from capture.core.audio_types import HEAD_BYTES, MIN_HEAD_BYTES, is_hopeless, sniff
from capture.core.errors import Refusal
from capture.core.sealed import is_sealed
from capture.http.body import write_body
from capture.models import Upload
from capture.services.quota import refuse_unless_known
from capture.services.sealing import refuse_unless_openable
from capture.tus.cleanup import delete_upload, new_expiry
from capture.tus.finish import finish_upload
from capture.tus.lease import UploadLease, hold_upload
from capture.tus.partial_file import PartialFile
from capture.tus.protocol import Checksum

APPEND_BYTES = 8 * 1024
"""What a broken connection costs at most."""
MIN_PROGRESS_BYTES = 16 * 1024
PROGRESS_PARTS = 16
"""What a dead server, or a line that fell silent, costs at most: a sixteenth of the recording, or those few bytes."""


class BodyAppender:
    """The Sink that appends the body of a request to an upload (capture.http.body)."""

    def __init__(self, upload: Upload, hold: UploadLease, partial: PartialFile, checksum: Checksum | None) -> None:
        self.bytes = 0
        self._recorded_bytes = 0
        self._progress_bytes = max(MIN_PROGRESS_BYTES, upload.length // PROGRESS_PARTS)
        self._upload = upload
        self._hold = hold
        self._partial = partial
        self._checksum = checksum
        self._is_judged = upload.offset >= HEAD_BYTES
        self._hash = checksum.new_hash() if checksum else None
        with partial.locked(wait=False):
            partial.cut(upload.offset)

    @property
    def _offset(self) -> int:
        return self._upload.offset + self.bytes

    def write(self, chunk: bytes, /) -> None:
        """Append a chunk. Raises Refusal where the disk is full, or another request has taken over."""
        with self._partial.locked():
            if self._hold.is_due() or self.bytes - self._recorded_bytes >= self._progress_bytes:
                self._record_progress()
            self._partial.append(chunk)
        self.bytes += len(chunk)
        if self._hash:
            self._hash.update(chunk)
        else:
            self._judge()

    def _record_progress(self) -> None:
        if self._hash:
            self._hold.renew()  # whether it is what was meant, only its end tells
        else:
            self._keep()
        self._recorded_bytes = self.bytes

    def _keep(self) -> None:
        self._partial.sync()
        self._hold.renew(offset=self._offset, expires_at=new_expiry())

    def _judge(self) -> None:
        """Tell by its first bytes whether it is a recording. Raises Refusal, with nothing left, where it is not."""
        if self._is_judged or self._offset < min(MIN_HEAD_BYTES, self._upload.length):
            return
        head = self._partial.head(HEAD_BYTES)
        if is_sealed(head):  # what is in it, only its end tells
            self._refuse_unless_openable(head)
            self._is_judged = True
            return
        is_all = self._offset >= min(HEAD_BYTES, self._upload.length)
        if is_hopeless(head) or (is_all and sniff(head) is None):
            delete_upload(self._upload)
            raise Refusal("not-audio")
        self._is_judged = is_all

    def _refuse_unless_openable(self, head: bytes) -> None:
        """Raise Refusal, with nothing left, where all that comes would be sent in vain."""
        try:
            refuse_unless_openable(head)
        except Refusal:
            delete_upload(self._upload)
            raise

    def end(self) -> None:
        """Keep the body, which came whole. Raises Refusal (460) where it is not what was meant, and is forgotten."""
        if self._checksum and self._hash and self._hash.digest() != self._checksum.digest:
            self._drop()
            raise Refusal("wrong-checksum")
        self._judge()
        with self._partial.locked():
            self._keep()

    def break_off(self) -> None:
        """Keep what came of a body, unless only its end could have told whether it is what was meant."""
        if self._hash:
            self._drop()
        else:
            with self._partial.locked():
                self._keep()

    def _drop(self) -> None:
        with self._partial.locked():
            self._hold.renew()
            self._partial.cut(self._upload.offset)


def append_body(
    request: HttpRequest, upload: Upload, hold: UploadLease, checksum: Checksum | None, length: int
) -> None:
    """Append the body of a request. What came of one that was broken off is kept.

    Raises Refusal: 400 where fewer than `length` bytes came, 415, 423, 460, 507.
    """
    with PartialFile(upload.pk, is_new=not upload.offset) as partial:
        appending = BodyAppender(upload, hold, partial, checksum)
        try:
            write_body(request, appending, length, at_once=APPEND_BYTES)
        except Refusal:
            with suppress(Refusal):  # the first says what hindered it
                appending.break_off()
            raise
        appending.end()


def append_at_offset(request: HttpRequest, upload: Upload, offset: int, checksum: Checksum | None, length: int) -> None:
    """Append the body of a request to an upload as it stands; with its last byte it becomes a memo.

    offset: where the sender takes it to stand. length: bytes of the body. Raises Refusal: 409, 413, 423, 507, those of
    `append_body`, and those of `ingest_recording`.
    """
    if upload.held_until and upload.held_until > timezone.now():
        raise Refusal("upload-busy")
    if offset != upload.offset:
        raise Refusal("wrong-offset")
    if offset + length > upload.length:
        raise Refusal("past-the-end")
    if not length:
        return
    so_far, user = upload.offset + length, upload.device.user
    refuse_unless_known(user, upload.client_id, upload.sha256, so_far, own=Q(pk=upload.pk))
    with hold_upload(upload) as hold:
        append_body(request, upload, hold, checksum, length)
        upload.refresh_from_db(fields=["offset", "expires_at"])
        if upload.offset == upload.length:
            finish_upload(upload, hold)


def append_or_delete_upload(request: HttpRequest, upload: Upload, checksum: Checksum | None, length: int) -> None:
    """Append what came with the creation of an upload; delete an upload that is refused: nobody has its address."""
    try:
        append_at_offset(request, upload, 0, checksum, length)
    except Refusal:
        delete_upload(upload)
        raise
