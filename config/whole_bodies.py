"""Request bodies arrive whole or not at all.

A web server tells a connection that broke and a body that is over in the same way: there are no more bytes. Django
believes that, and takes half a form for a whole one. Here the end comes as an error until all that was announced is
there, so that Django raises UnreadablePostError wherever the body is read.
"""

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class WholeBody:
    """A body that ends only after `length` bytes."""

    def __init__(self, body: BinaryIO, length: int) -> None:
        self._body = body
        self._missing = length

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all of them if it is negative. Raises OSError where the body ends early."""
        return self._counted(self._body.read(size), size)

    def readline(self, size: int = -1) -> bytes:
        """Return one line of up to `size` bytes. Raises OSError where the body ends early."""
        return self._counted(self._body.readline(size), size)

    def _counted(self, chunk: bytes, size: int) -> bytes:
        if not chunk and size and self._missing:
            raise OSError(f"the body ended {self._missing} bytes early")
        self._missing -= len(chunk)
        return chunk


def whole_bodies(application: Application) -> Application:
    """Return the application with request bodies that cannot end early unnoticed."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH", "")
        if announced.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(announced))
        return application(environ, start_response)

    return answer
