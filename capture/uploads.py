"""Uploads in forms: each file streams straight into the data folder, hashed on the way."""

from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from capture.errors import Refusal
from capture.storage import Incoming


class ArrivedFile(UploadedFile):
    """A file of a form, lying in `incoming/`. It is removed with the request unless it was kept."""

    def __init__(self, incoming: Incoming, refusal: Refusal | None, **described: Any) -> None:
        super().__init__(file=None, **described)
        self._incoming = incoming
        self._refusal = refusal

    def arrived(self) -> Incoming:
        """Return what arrived. Raises Refusal where it was too large or there was no room for it."""
        if self._refusal:
            raise self._refusal
        return self._incoming

    def close(self) -> None:
        """Remove it, if it was not kept."""
        self._incoming.discard()


class IncomingUploadHandler(FileUploadHandler):
    """Write the files of a form into `incoming/`. One that is refused is drained, and its refusal told to the view."""

    chunk_size = 256 * 1024
    _incoming: Incoming | None = None
    _refusal: Refusal | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a place for the next file."""
        super().new_file(*args, **kwargs)
        self._incoming, self._refusal = Incoming(), None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a chunk; nothing is left for other handlers."""
        del start
        if self._incoming and not self._refusal:
            try:
                self._incoming.write(raw_data)
            except Refusal as refusal:
                self._refusal = refusal
                self._incoming.discard()
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Hand over what arrived."""
        incoming, self._incoming = cast(Incoming, self._incoming), None
        return ArrivedFile(
            incoming, self._refusal, name=self.file_name, content_type=self.content_type, size=file_size
        )

    def upload_interrupted(self) -> None:
        """Forget the file that was under way."""
        if self._incoming:
            self._incoming.discard()
