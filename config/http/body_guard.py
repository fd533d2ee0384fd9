"""Request bodies arrive whole or not at all, and those that nobody wanted are let run out.

A web server tells a connection that broke and a body that is over in the same way: there are no more bytes. Django
believes that, and takes half a form for a whole one. Here the end comes as an error until all that was announced is
there, so that Django raises UnreadablePostError wherever the body is read.

A refusal is often given before the body is read. A browser that is cut off while it sends never shows the answer, and
a phone that was unpaired would go on trying; so what is left of a body is read and dropped once the answer is out.

Who asks first (`Expect: 100-continue`) is told to go on when the body is first read, and so sends nothing in vain.

An application that wants no more of a body calls what `stillnote.cut_off` in the environment holds, from any thread.
"""

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO

MAX_DRAINED_BYTES = 64 * 1024 * 1024
"""Bytes of a body that are let run out. Of a longer one so many, in which time its sender sees the answer."""

LINGER_SECONDS = 5
"""Seconds in which the sender of a longer one has to send some more or to hang up (nginx's lingering_timeout)."""

CHUNK_BYTES = 256 * 1024

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class GuardedBody:
    """A body that ends only after `length` bytes; `missing` of them are still to be read, if they can be."""

    def __init__(
        self, body: BinaryIO, length: int, connection: socket.socket | None = None, *, is_asked_for: bool = True
    ) -> None:
        self._body = body
        self._connection = connection
        self.missing = length
        self.is_asked_for = is_asked_for
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
                # The plain socket's: that of TLS would send the answer unencrypted from then on.
                socket.socket.shutdown(self._connection, socket.SHUT_RD)

    def _counted(self, read: Callable[[int], bytes], size: int) -> bytes:
        self.is_broken = True
        if self._connection and not self.is_asked_for:
            self.is_asked_for = True
            self._connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        chunk = b"" if self.is_cut_off else read(size)
        if not chunk and size and self.missing:
            raise OSError(f"the body ended {self.missing} bytes early")
        self.is_broken = False
        self.missing -= len(chunk)
        return chunk

    def drop(self) -> None:
        """Read what is left to no purpose, until it is over, breaks off or has been enough."""
        dropped = 0
        with suppress(OSError):
            if self._connection and self.missing > MAX_DRAINED_BYTES:
                self._connection.settimeout(LINGER_SECONDS)
            while self.missing and not self.is_broken and dropped < MAX_DRAINED_BYTES:
                dropped += len(self.read(min(CHUNK_BYTES, self.missing)))


def guard_bodies(application: Application) -> Application:
    """Return the application with request bodies that cannot end early unnoticed."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH", "")
        if not announced.isdecimal():
            return application(environ, start_response)
        connection = environ.get("gunicorn.socket")
        asks_first = environ.get("HTTP_EXPECT", "").lower() == "100-continue"
        body = GuardedBody(environ["wsgi.input"], int(announced), connection, is_asked_for=not asks_first)
        environ["wsgi.input"] = body
        environ["stillnote.cut_off"] = body.cut_off
        response = application(environ, start_response)
        return _drain_after(body, response) if body.missing and body.is_asked_for else response

    return answer


def _drain_after(body: GuardedBody, response: Any) -> Iterator[bytes]:
    try:
        yield from response
        body.drop()
    finally:
        if hasattr(response, "close"):  # a plain list has none (PEP 3333)
            response.close()
