"""Phones that upload one memo after the other, each again and again until it has a receipt for its very bytes."""

import hashlib
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from random import Random
from types import TracebackType

from tests.support.faults.doors import DOORS, Door, Reached, Resumable, tus
from tests.support.web_server import Answer, Server, speech

LARGEST = 120_000
PATIENCE = 120.0
"""Seconds until a memo must have its receipt, however often the server is away meanwhile."""


class Phones:
    """`count` phones at work inside the block; at its end each brings the memo that it is at to its receipt."""

    def __init__(self, server: Server, count: int, seed: int) -> None:
        self.receipts: dict[str, int] = {}
        """What may be deleted on the phones: bytes, by sha256."""
        self.repeated = 0
        self._server = server
        self._seed = seed
        self._count = count
        self._pool = ThreadPoolExecutor(count)
        self._sending: list[Future[None]] = []
        self._over = threading.Event()

    def __enter__(self) -> "Phones":
        self._sending = [self._pool.submit(self._send_many, number) for number in range(self._count)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._pool.shutdown()
        if kind is None:
            self.check()

    def check(self) -> None:
        """Raise what a phone failed with."""
        for phone in self._sending:
            if phone.done():
                phone.result()

    def _send_many(self, number: int) -> None:
        chance, sent = Random(f"{self._seed} {number}"), 0
        while not self._over.is_set():
            sent += 1
            audio = speech(chance.getrandbits(64), chance.randrange(LARGEST))
            door = chance.choice(list(DOORS.values()))
            self._send(Resumable().send if door is tus else door, f"{number}-{sent}", audio)

    def _send(self, door: Door, client_id: str, audio: bytes) -> None:
        sha256, deadline = hashlib.sha256(audio).hexdigest(), time.monotonic() + PATIENCE
        receipt = self._receipt(door, client_id, audio)
        while receipt is None:
            self.repeated += 1
            assert time.monotonic() < deadline, "no receipt for too long"
            time.sleep(0.05)
            receipt = self._receipt(asked_before(door), client_id, audio)
        assert receipt == {**receipt, "id": client_id, "sha256": sha256, "bytes": len(audio), "safe_to_delete": True}
        self.receipts[sha256] = len(audio)

    def _receipt(self, door: Door, client_id: str, audio: bytes) -> dict[str, object] | None:
        """Return the receipt; None where none came, and it is to be sent again."""
        try:
            answer = door(self._server, client_id, audio)
        except OSError:
            return None
        return receipt_in(answer)


def receipt_in(answer: Answer) -> dict[str, object] | None:
    """Return the receipt that an answer is; None where it is to be asked for again."""
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.LOCKED:
        return None  # or a request that was killed holds the upload for some seconds more
    assert answer.status in {200, 201}, answer
    receipt: dict[str, object] = answer.json()
    return receipt


def asked_before(door: Door) -> Door:
    """Return a door at which the receipt is asked for first: only what has none is sent again."""

    def send(server: Reached, client_id: str, audio: bytes) -> Answer:
        answer = server.ask(server.head("GET", f"/api/v1/memos/{client_id}"))
        return door(server, client_id, audio) if answer.status == HTTPStatus.NOT_FOUND else answer

    return send
