"""A sentence model comes from the hub: the real client, in its process, and a hub of the test's own."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from pytest_django import Settings

from capture.models import User
from insights.core.embedding.catalogue import MULTILINGUAL
from insights.error_text import describe_problem
from insights.services import embedders
from insights.services.embedders import fetch_sentence_model, is_sentence_fetch_due
from tests.support.random_sentence_model import write_random_sentences
from transcription.core.download_lines import DownloadLines
from transcription.core.download_record import Download

COMMIT = "0" * 40
SOURCE = "Qdrant/paraphrase-multilingual-MiniLM-L12-v2-onnx-Q"


class Hub(ThreadingHTTPServer):
    """What lies in its one repository, and the address at which it is reached."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.files = {path.name: path.read_bytes() for path in folder.iterdir()}


class _Request(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        files, path = cast("Hub", self.server).files, self.path.split("?")[0]
        body = files.get(path.removeprefix(f"/{SOURCE}/resolve/{COMMIT}/"))
        names = [*files, "README.md", "pytorch_model.bin"]
        if path == f"/api/models/{SOURCE}/revision/main":
            siblings = [{"rfilename": name} for name in names]
            body = json.dumps({"id": SOURCE, "sha": COMMIT, "siblings": siblings}).encode()
        elif path == f"/api/models/{SOURCE}/tree/{COMMIT}":
            body = json.dumps([{"type": "file", "path": name, "oid": COMMIT, "size": 1} for name in names]).encode()
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha256(body or b"").hexdigest()}"')
        self.end_headers()
        if with_body:
            self.wfile.write(body or b"")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hub(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Return a hub that holds the multilingual model, as it looks to a service that may use the network."""
    with Hub(write_random_sentences(tmp_path / "there")) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
        settings.HOME, settings.OFFLINE = tmp_path / "home", False
        thread = threading.Thread(target=hub.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield hub
        hub.shutdown()
        thread.join()


def test_the_model_that_knows_the_users_languages_is_fetched_and_serves(
    hub: Hub, alice: User, settings: Settings
) -> None:
    User.objects.update(languages="de,en")
    assert embedders.wanted_model() == embedders.STATIC_MODEL
    assert fetch_sentence_model() is None
    assert embedders.wanted_model() == MULTILINGUAL
    assert embedders.load_embedder(MULTILINGUAL).embed(["die Tomaten"]).shape == (1, 16)
    folder = settings.HOME / "models" / MULTILINGUAL.replace("/", "--")
    assert not (folder / "README.md").exists()


def test_a_first_start_fetches_what_its_owner_will_speak_and_the_next_one_nothing(hub: Hub, alice: User) -> None:
    User.objects.update(languages="de,en")
    assert is_sentence_fetch_due()
    shown: list[Download] = []
    assert fetch_sentence_model(shown.append) is None
    lines = DownloadLines("sentence_model")
    said = [describe_problem(line) for download in shown for line in lines.next_lines(download)]
    assert said[0].startswith("Fetching the model that compares ideas")
    assert embedders.wanted_model() == MULTILINGUAL
    hub.files.clear()
    assert not is_sentence_fetch_due()


def test_what_could_not_be_fetched_is_said_with_what_to_type(hub: Hub, alice: User) -> None:
    User.objects.update(languages="fr")
    hub.files.pop("tokenizer.json")
    problem = fetch_sentence_model()
    assert problem is not None
    assert MULTILINGUAL in describe_problem(problem)
    assert ".venv/bin/python manage.py sentence_model" in describe_problem(problem)
    assert embedders.wanted_model() == embedders.STATIC_MODEL


def test_offline_nothing_is_asked_for(hub: Hub, db: None, settings: Settings) -> None:
    settings.OFFLINE = True
    hub.files.clear()
    assert not is_sentence_fetch_due()
    problem = fetch_sentence_model()
    assert problem is not None
    assert "forbids its download" in describe_problem(problem)
