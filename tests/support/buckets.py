"""A real S3 server (moto's), and a proxy before it that does what stores and networks do on bad days."""

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import boto3
import httpx
import pytest
from botocore.config import Config

from config import env
from tests.support.service import free_port

START_SECONDS = 60
KEY, SECRET = "canary-key", "canary/secret"
PASSED_ON = {"content-type", "content-length", "content-range", "etag", "last-modified", "x-amz-checksum-sha256"}


@pytest.fixture(scope="session")
def s3_port() -> Iterator[int]:
    """Return the port of this run's S3 server."""
    port = free_port()
    command = [sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/moto-api/", timeout=5)
            except httpx.TransportError:
                assert time.monotonic() < deadline
                assert server.poll() is None
                time.sleep(0.05)
            else:
                break
        yield port
    finally:
        server.terminate()
        server.wait()


Fault = Callable[["Request"], bool]
"""What happens to a request; returns whether it was answered, or else it goes on to the store."""


class Request(BaseHTTPRequestHandler):
    """A request to the store, passed on with its answer."""

    protocol_version = "HTTP/1.1"
    body = b""

    def _pass_on(self) -> None:
        proxy = cast("Proxy", self.server)
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.close_connection = True
        proxy.seen.append(f"{self.command} {self.path}")
        if proxy.fault and proxy.fault(self):
            return
        store = HTTPConnection("127.0.0.1", proxy.store_port, timeout=30)
        try:
            self.headers.replace_header("Content-Length", str(len(self.body))) if self.body else None
            store.request(self.command, self.path, self.body, dict(self.headers))
            answer = store.getresponse()
            self.answer(answer.status, answer.read(), dict(answer.getheaders()))
        finally:
            store.close()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on  # noqa: N815 - the names that http.server calls

    def answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        """Answer it."""
        kept = {name: value for name, value in (headers or {}).items() if name.lower() in PASSED_ON}
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | kept | {"Connection": "close"}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Proxy(ThreadingHTTPServer):
    """Stands before the store; `fault` is asked about every request, and `seen` tells of each."""

    daemon_threads = True

    def __init__(self, store_port: int) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.store_port = store_port
        self.fault: Fault | None = None
        self.seen: list[str] = []


@pytest.fixture
def proxy(s3_port: int) -> Iterator[Proxy]:
    """Return a proxy before the S3 server."""
    with Proxy(s3_port) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()


def storage_url(port: int, bucket: str) -> str:
    """Return the setting for a bucket of the S3 server, or of the proxy."""
    return f"s3+http://{KEY}:{SECRET.replace('/', '%2F')}@127.0.0.1:{port}/{bucket}"


class Held:
    """A new bucket of the S3 server, as it is seen without any of our code."""

    def __init__(self, port: int) -> None:
        self.name = f"recordings-{uuid.uuid4().hex[:12]}"
        self._client = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id="tests",
            aws_secret_access_key="tests",
            region_name="us-east-1",
            config=Config(response_checksum_validation="when_required"),  # damage is to be seen, not refused
        )
        self._client.create_bucket(Bucket=self.name)

    def objects(self) -> dict[str, bytes]:
        """Return what it holds, by key."""
        listed = self._client.list_objects_v2(Bucket=self.name).get("Contents", [])
        found = {one["Key"]: self._client.get_object(Bucket=self.name, Key=one["Key"])["Body"] for one in listed}
        return {key: body.read() for key, body in found.items()}

    def put(self, key: str, content: bytes) -> None:
        """Put an object in it."""
        self._client.put_object(Bucket=self.name, Key=key, Body=content)

    def begin(self, key: str) -> None:
        """Begin an upload in parts that is never ended."""
        self._client.create_multipart_upload(Bucket=self.name, Key=key)

    def begun(self) -> list[str]:
        """Return the keys of uploads in parts that were never ended."""
        return [one["Key"] for one in self._client.list_multipart_uploads(Bucket=self.name).get("Uploads", [])]

    def close(self) -> None:
        """Let go of the server."""
        self._client.close()


@pytest.fixture
def bucket(proxy: Proxy, settings: Any) -> Iterator[Held]:
    """Keep recordings in a bucket of their own, behind the proxy."""
    from capture.storage import connection
    from capture.storage.state import storage_state

    held = Held(proxy.store_port)
    settings.STORE = env.parse_store_url(storage_url(proxy.server_port, held.name))
    yield held
    connection.object_at("").client.close()
    storage_state().store_clients.clear()
    held.close()


def down(request: Request) -> bool:
    """End the connection without an answer."""
    request.connection.close()
    return True


def failing(request: Request) -> bool:
    """Answer that something went wrong."""
    request.answer(500)
    return True


def forbidding(request: Request) -> bool:
    """Answer that the key is not known."""
    request.answer(403, b"<Error><Code>InvalidAccessKeyId</Code><Message>no</Message></Error>")
    return True


def slow(_request: Request) -> bool:
    """Answer later than anybody waits."""
    time.sleep(1.5)
    return True


def swallowing(request: Request) -> bool:
    """Say that it was stored, and store nothing."""
    if request.command != "PUT":
        return False
    request.answer(200, headers={"ETag": '"d41d8cd98f00b204e9800998ecf8427e"'})
    return True


def losing_a_byte(request: Request) -> bool:
    """Store one byte less than came."""
    if request.command == "PUT":
        request.body = request.body[:-1]
    return False


def changing_a_bit(request: Request) -> bool:
    """Store one bit other than it came."""
    if request.command == "PUT" and request.body:
        middle = len(request.body) // 2
        request.body = request.body[:middle] + bytes([request.body[middle] ^ 1]) + request.body[middle + 1 :]
    return False
