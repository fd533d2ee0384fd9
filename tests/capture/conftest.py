"""Phones that speak to the API in this process, and an empty data folder for each test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from capture.models import Device, User
from capture.services.devices import create_device
from tests.support.api_phone import Phone
from tests.support.web_server import Server


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


@pytest.fixture
def nightstand(alice: User) -> Device:
    """Alice's other device."""
    return create_device(alice, "nightstand")[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, moved_in: Server) -> Iterator[Server]:
    """The real web server, its data folder kept through a module."""
    server = Server(tmp_path_factory.mktemp("home"), like=moved_in)
    server.start()
    yield server
    server.kill()
