"""Phones that speak to the API in this process, and an empty data folder for each test."""

import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from capture.models import Alias, Device, Memo, User
from capture.services.devices import new_device
from tests.support.web_server import Server

OGG = b"OggS" + bytes(range(256))


class Phone:
    """A paired phone. `put` and `post` send OGG unless told otherwise."""

    def __init__(self, user: User, name: str = "phone") -> None:
        self.device, self.token = new_device(user, name)
        self.client = Client(headers={"Authorization": f"Bearer {self.token}"}, raise_request_exception=False)

    def put(self, client_id: str, audio: bytes = OGG, **headers: str) -> Any:
        """PUT a recording; header names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.put_of_length(len(audio), client_id, audio, headers=named)

    def put_of_length(self, announced: int, client_id: str, audio: bytes, **extra: Any) -> Any:
        """PUT a recording that announces another length than it may have."""
        body: dict[str, Any] = {"CONTENT_LENGTH": str(announced), "wsgi.input": io.BytesIO(audio)}
        return self.client.put(f"/api/v1/memos/{client_id}", content_type="audio/ogg", **body, **extra)

    def post(self, **fields: Any) -> Any:
        """POST a form."""
        return self.client.post("/api/v1/memos", fields)

    def receipt(self, client_id: str) -> Any:
        """Ask for a receipt."""
        return self.client.get(f"/api/v1/memos/{client_id}")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """Give each test a data folder of its own."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def phone(alice: User) -> Phone:
    return Phone(alice)


@pytest.fixture
def bobs_phone(bob: User) -> Phone:
    return Phone(bob)


def files(home: Path) -> list[Path]:
    """Return every file of a recording, arriving or kept."""
    return [file for folder in ("incoming", "audio") for file in (home / folder).rglob("*") if file.is_file()]


def nothing_stored(home: Path) -> bool:
    """Whether no row and no file tells of any recording."""
    return not (Memo.objects.exists() or Alias.objects.exists() or files(home))


def failing(code: int) -> Callable[..., None]:
    """Return what stands for a call of the system that the disk fails. code: as in errno."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


def sound(answer: Any) -> bytes:
    """Return all that an answer streams."""
    return b"".join(answer.streaming_content)


def problem(answer: Any, status: int, kind: str) -> bool:
    """Whether an answer is a problem document (RFC 9457) of that status and kind, with a sentence for people."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert told["status"] == status
    assert told["title"].endswith(".")
    return bool(told["type"].endswith(f"/problems/{kind}"))


@pytest.fixture
def nightstand(alice: User) -> Device:
    """Alice's other device."""
    return new_device(alice, "nightstand")[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real web server, its data folder kept through a module."""
    server = Server(tmp_path_factory.mktemp("home"))
    server.start()
    yield server
    server.kill()
