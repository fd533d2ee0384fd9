"""A phone's way to the server: it breaks as it was told to, and says how many bytes it took."""

import random
import socket
import struct
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator

from tests.support.web_server import Answer, Server, answer_on

RESET = struct.pack("ii", 1, 0)
PIECE_BYTES = 8 * 1024
PIECE_SECONDS = 0.01
STALL_SECONDS = 0.3
LAST_FAULTS = ("swallowed", "twice", "stalled")
CUTS = ("ended", "reset")


def three_faults(chance: random.Random) -> Iterator[str]:
    """Yield what happens to one recording: its bytes are cut off twice, and then its last request meets something."""
    yield from (chance.choice(CUTS), chance.choice(CUTS), chance.choice(LAST_FAULTS))


class Line:
    """The server over a line of less than a megabyte a second.

    faults: what each request that carries a recording's bytes meets, in turn. sent: bytes that went out, heads too, by
    method; what is doubled on the way is not the phone's.
    """

    def __init__(self, server: Server, chance: random.Random, faults: Iterable[str] = ()) -> None:
        self.sent: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self._server = server
        self._chance = chance
        self._faults = deque(faults)

    def head(self, method: str, path: str, *lines: str) -> bytes:
        """Return the head of a request of the device's."""
        return self._server.head(method, path, *lines)

    def ask(self, request: bytes) -> Answer:
        """Send a request, and return its answer. Raises OSError where none comes."""
        head, _, body = request.partition(b"\r\n\r\n")
        fault = self._faults.popleft() if body and self._faults else ""
        self.met[fault] += 1
        method = head.split(b" ", 1)[0].decode()
        with self._server.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PIECE_BYTES)
            at = len(request) - self._chance.randint(1, len(body)) if fault in {*CUTS, "stalled"} else len(request)
            self._send(connection, method, request[:at])
            if fault in CUTS:
                if fault == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                raise ConnectionError(fault)
            if fault == "stalled":
                time.sleep(STALL_SECONDS)
                self._send(connection, method, request[at:])
            elif fault == "twice":
                self._server.ask(request)
            elif fault == "swallowed":
                time.sleep(self._chance.uniform(0, 0.1))
                raise ConnectionError(fault)
            return answer_on(connection)

    def _send(self, connection: socket.socket, method: str, content: bytes) -> None:
        for at in range(0, len(content), PIECE_BYTES):
            piece = content[at : at + PIECE_BYTES]
            connection.sendall(piece)
            self.sent[method] += len(piece)
            time.sleep(PIECE_SECONDS)
