"""Eight phones that send recordings as fast as they are taken: a process of its own, so that its work is not counted.

Called as `python -m tests.bench.senders PORT TOKEN DOOR COUNT`; prints the seconds it took.
"""

import http.client
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

PHONES = 8
SIZE = 120_000
BOUNDARY = "----stillnote"
_bytes = b"OggS" + random.Random(1).randbytes(SIZE - 36)
_HEADERS = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def _form(audio: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="audio"; filename="memo.ogg"\r\n'
    return f"{head}Content-Type: audio/ogg\r\n\r\n".encode() + audio + f"\r\n--{BOUNDARY}--\r\n".encode()


def send(port: int, token: str, door: str, number: int) -> None:
    """Send recordings over one connection, each with bytes of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    own, numbers = random.randbytes(24).ljust(24), count()
    authorization = {"Authorization": f"Bearer {token}"}
    for _ in range(number):
        audio = _bytes + own + next(numbers).to_bytes(8)
        if door == "put":
            path = f"/api/v1/memos/{own.hex()}-{next(numbers)}"
            connection.request("PUT", path, audio, authorization | {"Content-Type": "audio/ogg"})
        else:
            connection.request("POST", "/api/v1/memos", _form(audio), authorization | _HEADERS)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != http.HTTPStatus.CREATED:
            sys.exit(f"{answer.status}: {told[:200]!r}")


if __name__ == "__main__":
    port, token, door, total = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    begun = time.monotonic()
    with ThreadPoolExecutor(PHONES) as phones:
        for sent in [phones.submit(send, port, token, door, total // PHONES) for _ in range(PHONES)]:
            sent.result()
    print(time.monotonic() - begun)
