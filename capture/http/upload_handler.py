"""Uploads in forms: each file streams straight into the data folder, hashed on the way."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from capture.core.errors import Refusal
from capture.storage.filesystem import refuse_if_nearly_full
from capture.storage.incoming import Incoming


class ArrivedFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """A file of a form, lying in `incoming/`. It is removed with the request unless it was kept."""

    def __init__(self, arrived: Incoming | Refusal, **described: Any) -> None:
        super().__init__(file=None, **described)
        self._arrived = arrived

    def arrived(self) -> Incoming:
        """Return what arrived. Raises Refusal where it was too large or there was no room for it."""
        if isinstance(self._arrived, Refusal):
            raise self._arrived
        return self._arrived

    def close(self) -> None:
        """Remove it, if it was not kept."""
        if isinstance(self._arrived, Incoming):
            self._arrived.discard()


class IncomingUploadHandler(FileUploadHandler):
    """Write the files of a form into `incoming/`. A refused one is read to its end, and the view gets its refusal."""

    chunk_size = 256 * 1024
    _arriving: Incoming | Refusal | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a place for the next file."""
        super().new_file(*args, **kwargs)
        if not _takes_files(self.request):
            raise SkipFile
        try:
            # Whoever sends is not known before the form has been read; so much the disk has room for in any case.
            refuse_if_nearly_full(int(self.request.META.get("CONTENT_LENGTH") or 0) if self.request else 0)
            self._arriving = Incoming()
        except Refusal as refusal:
            self._arriving = refusal

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a chunk; nothing is left for other handlers."""
        del start
        if isinstance(self._arriving, Incoming):
            try:
                self._arriving.write(raw_data)
            except Refusal as refusal:
                self._arriving.discard()
                self._arriving = refusal
            except OSError:  # who holds the error holds the file
                self._arriving.discard()
                raise
        return None

    def file_complete(self, file_size: int) -> ArrivedFile | None:
        """Return the file that arrived, or its refusal in its place."""
        arrived, self._arriving = self._arriving, None
        if isinstance(arrived, Incoming):
            try:
                arrived.finish()
            except Refusal as refusal:
                arrived.discard()
                arrived = refusal
            except OSError:
                arrived.discard()
                raise
        if arrived is None:
            return None
        return ArrivedFile(arrived, name=self.file_name, content_type=self.content_type, size=file_size)

    def upload_interrupted(self) -> None:
        """Remove the unfinished file."""
        if isinstance(self._arriving, Incoming):
            self._arriving.discard()


def _takes_files(request: HttpRequest | None) -> bool:
    """Return whether this address takes recordings from this sender. Forms are read before the view runs."""
    match = request.resolver_match if request else None
    if request is None or match is None or match.url_name not in settings.FILE_FORMS:
        return False
    return bool(getattr(request, "auth", None)) or request.user.is_authenticated


def discard_interrupted(request: HttpRequest) -> None:
    """Remove the unfinished file of a form that ended early: Django does not tell its handlers."""
    for handler in request.upload_handlers:
        handler.upload_interrupted()
