"""A line between a phone and a server that breaks in the midst of what is sent, or loses the answer, as told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

CHUNK_BYTES = 4096
WAIT_SECONDS = 30


class Cut(NamedTuple):
    """Where a line breaks. method: of the request it happens to. after: bytes of it; None: when its answer is there."""

    method: bytes
    after: int | None


class CutLine:
    """port: where the phone connects. sent: method and bytes of each of its requests. left: cuts to come."""

    def __init__(self, listener: socket.socket, to_port: int, cuts: list[Cut]) -> None:
        self.port = int(listener.getsockname()[1])
        self.sent: list[tuple[bytes, int]] = []
        self.left = cuts
        self._to_port = to_port
        self._listener = listener

    def accept_all(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                phone, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(phone,), daemon=True).start()

    def _carry(self, phone: socket.socket) -> None:
        """Carry one request: its head asks for the end of the connection behind it."""
        with phone, socket.create_connection(("127.0.0.1", self._to_port), WAIT_SECONDS) as server, suppress(OSError):
            phone.settimeout(WAIT_SECONDS)
            head = b""
            while b"\r\n\r\n" not in head and (chunk := phone.recv(1)):
                head += chunk
            if not head:
                return
            method = head.split(b" ", 1)[0]
            cut = self.left.pop(0) if self.left and self.left[0].method == method else None
            server.sendall(
                head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n").replace(b": keep-alive", b": close")
            )
            sent = len(head)
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0
            )
            while (left := len(head) + length - sent) and (cut is None or cut.after is None or sent < cut.after):
                if not (chunk := phone.recv(min(CHUNK_BYTES, left))):
                    break
                sent += len(chunk)
                server.sendall(chunk)
            self.sent.append((method, sent))
            if cut and cut.after is not None:
                return
            while chunk := server.recv(CHUNK_BYTES):
                if cut is None:
                    phone.sendall(chunk)


@contextmanager
def running_cut_line(to_port: int, cuts: list[Cut]) -> Iterator[CutLine]:
    """Run one for the block. cuts: in the order in which they happen."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        line = CutLine(listener, to_port, cuts)
        threading.Thread(target=line.accept_all, daemon=True).start()
        yield line
        listener.shutdown(socket.SHUT_RDWR)
