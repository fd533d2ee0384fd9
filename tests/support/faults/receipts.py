"""When the first byte of each receipt was sent, read from a trace."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from tests.support.faults.strace import Call

SENDS = {"sendto", "send", "write"}
START = b"HTTP/1.1 "
TAKEN = (START + b"200", START + b"201")


class Acknowledged(NamedTuple):
    """A memo that a client may delete from the line on at which its receipt began to be sent."""

    line: int
    client_id: str
    sha256: str


def acknowledged(calls: Iterable[Call]) -> list[Acknowledged]:
    """Return every receipt that was sent, in the order of their first bytes."""
    begun: dict[str, int] = {}
    said: dict[str, bytes] = {}
    found = []
    for call in sorted((call for call in calls if call.name in SENDS), key=lambda call: call.begun):
        connection = call.opened()[1]
        if not connection.startswith("socket:"):
            continue
        sent = call.text(1)
        if sent.startswith(START):
            begun[connection], said[connection] = call.begun, b""
        said[connection] = said.get(connection, b"") + sent
        _, _, body = said[connection].partition(b"\r\n\r\n")
        if said[connection].startswith(TAKEN) and b'"safe_to_delete": true' in body and body.endswith(b"}"):
            receipt = json.loads(body)
            found.append(Acknowledged(begun[connection], receipt["id"], receipt["sha256"]))
            said[connection] = b""
    return sorted(found)
