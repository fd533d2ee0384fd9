"""Request bodies arrive whole or not at all, and those that nobody wanted are let run out.

A web server tells a connection that broke and a body that is over in the same way: there are no more bytes. Django
believes that, and takes half a form for a whole one. Here the end comes as an error until all that was announced is
there, so that Django raises UnreadablePostError wherever the body is read.

A refusal is often given before the body is read. A browser that is cut off while it sends never shows the answer, and
a phone that was unpaired would go on trying; so what is left of a body is read and dropped once the answer is out.

An application that wants no more of a body calls what `stillnote.cut_off` in the environment holds, from any thread.
"""

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO

MOST_DROPPED = 64 * 1024 * 1024
"""Bytes of a body that are let run out; before more than that, the connection is closed."""

CHUNK = 256 * 1024

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class WholeBody:
    """A body that ends only after `length` bytes; `missing` of them are still to be read, if they can be."""

    def __init__(self, body: BinaryIO, length: int, connection: socket.socket | None = None) -> None:
        self._body = body
        self._connection = connection
        self.missing = length
        self.is_broken = False
        self.is_cut_off = False

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all of them if it is negative. Raises OSError where the body ends early."""
        return self._counted(self._body.read, size)

    def readline(self, size: int = -1) -> bytes:
        """Return one line of up to `size` bytes. Raises OSError where the body ends early."""
        return self._counted(self._body.readline, size)

    def cut_off(self) -> None:
        """Let every read fail from now on, the one included that another thread waits in."""
        self.is_cut_off = True
        if self._connection:
            with suppress(OSError):  # it is closed already
                self._connection.shutdown(socket.SHUT_RD)

    def _counted(self, read: Callable[[int], bytes], size: int) -> bytes:
        self.is_broken = True
        chunk = b"" if self.is_cut_off else read(size)
        if not chunk and size and self.missing:
            raise OSError(f"the body ended {self.missing} bytes early")
        self.is_broken = False
        self.missing -= len(chunk)
        return chunk

    def drop(self) -> None:
        """Read what is left to no purpose, until it is over or breaks off."""
        with suppress(OSError):
            while self.missing and not self.is_broken:
                self.read(min(CHUNK, self.missing))


def whole_bodies(application: Application) -> Application:
    """Return the application with request bodies that cannot end early unnoticed."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH", "")
        if not announced.isdecimal():
            return application(environ, start_response)
        connection = environ.get("gunicorn.socket")
        body = environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(announced), connection)
        environ["stillnote.cut_off"] = body.cut_off
        response = application(environ, start_response)
        return _and_drop(body, response) if 0 < body.missing <= MOST_DROPPED else response

    return answer


def _and_drop(body: WholeBody, response: Any) -> Iterator[bytes]:
    try:
        yield from response
        body.drop()
    finally:
        if hasattr(response, "close"):  # a plain list has none (PEP 3333)
            response.close()
