"""The cast: Alice and Bob have accounts, Alice's phone is "bedside"."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import settings

from capture.http.web_state import WebState
from capture.models import Device, User
from capture.services.devices import create_device
from tests.support.web_server import Server
from tests.support.workers import new_worker
from transcription.worker.state import WorkerState

# How long an example takes is the machine's business; in CI the settings that are added to have none already.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def moved_in(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Return a server that is never started: others begin with a copy of its data folder."""
    return Server(tmp_path_factory.mktemp("home"))


@pytest.fixture
def worker() -> Iterator[WorkerState]:
    """Give what a worker process of the test's own holds; it ends no process, and is not watched after the test."""
    state = new_worker()
    yield state
    state.watchdog.forget_all()


@pytest.fixture(autouse=True)
def web_state(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebState]:
    """Give each test a web process of its own: none is refused for what another one sent."""
    state = WebState()
    monkeypatch.setattr(apps.get_app_config("capture"), "web_state", state)
    yield state
    state.rate_limit.close()


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", "alice@example.org", "correct horse")


@pytest.fixture
def alices(alice: User) -> Client:
    """Return a browser in which Alice is logged in."""
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob", "bob@example.org", "battery staple")


@pytest.fixture
def bedside(alice: User) -> Device:
    device, _token = create_device(alice, "bedside")
    return device
