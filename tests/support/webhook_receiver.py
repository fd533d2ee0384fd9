"""Somebody's program that takes webhooks, well or badly, over real HTTP."""

import json
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from standardwebhooks import Webhook

OK = b"HTTP/1.1 204 No Content\r\n\r\n"
DRIP_SECONDS = 0.02


def answer_of(status: int, *headers: str) -> bytes:
    """Return a whole answer without a body."""
    lines = [f"HTTP/1.1 {status} Said", "Content-Length: 0", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass
class Message:
    """What was posted."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Its webhook-id."""
        return self.headers["webhook-id"]

    @property
    def payload(self) -> dict[str, Any]:
        """What it says."""
        said: dict[str, Any] = json.loads(self.body)
        return said

    def verified(self, secret: str) -> dict[str, Any]:
        """Return what it says, once the official library believes its signature."""
        said: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return said


@dataclass
class Receiver:
    """Its port, what it got, and how it answers. drips: one byte after the other, and no end; silent: nothing."""

    port: int = 0
    answer: bytes = OK
    got: list[Message] = field(default_factory=list)
    drips: bool = False
    silent: bool = False
    tls: ssl.SSLContext | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    def take(self, connection: socket.socket) -> None:
        """Read one message, and answer as it is told."""
        if self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
        with connection, connection.makefile("rb") as sent:
            sent.readline()
            headers = BytesParser(policy=HTTP).parsebytes(_read_head(sent))
            body = sent.read(int(headers["content-length"]))
            self.got.append(Message({name.lower(): str(value) for name, value in headers.items()}, body))
            if self.silent:
                self.ended.wait(10)
            elif self.drips:
                self._drip(connection)
            else:
                connection.sendall(self.answer)

    def _drip(self, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not self.ended.is_set():
            connection.sendall(b"x")
            time.sleep(DRIP_SECONDS)


def _read_head(sent: Any) -> bytes:
    return b"".join(iter(sent.readline, b"\r\n"))


@contextmanager
def receiving(**how: Any) -> Iterator[Receiver]:
    """Give a receiver that listens on this machine."""
    receiver = Receiver(**how)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                receiver.take(self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        try:
            yield receiver
        finally:
            receiver.ended.set()
            server.shutdown()
