"""Models are fetched behind the pages, by a program that ends with whoever started it; the terminal says how far."""

import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.core import mail
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from capture.models import User
from config.ops.alert_mail import send_alert_mails
from config.ops.alerts import AlertCode, user_alerts
from config.runner import model_fetch
from config.runner.model_fetch import FetchReport, fetch_models_until
from transcription.core.download_record import DownloadRecord
from transcription.core.messages import Message
from transcription.model_choice.registry import engine_finding, engine_problem


@pytest.fixture
def models(settings: Settings, tmp_path: Path) -> Path:
    """Return where models come to, of a service that wants "small" and may fetch it."""
    settings.HOME, settings.WHISPER_MODEL, settings.OFFLINE = tmp_path, "small", False
    return tmp_path / "models"


def test_while_a_model_comes_pages_say_how_far_it_is_and_no_mail_is_sent(
    alices: Client, alice: User, models: Path
) -> None:
    User.objects.update(trouble_mail=True)
    with DownloadRecord(models / "small", "whisper", "small") as record:
        record.begin("hub.example", 480_000_000, 31_000_000)
        for page in ("/", "/jobs/"):
            shown = alices.get(page).content.decode()
            assert "is being fetched from hub.example: 31 of 480 MB are here" in shown
            assert '<progress value="31" max="480"' in shown
            assert '<p class="note bad"' not in shown
        assert 'hx-trigger="every 2s"' in alices.get("/").content.decode()
        assert engine_finding()[0]
        (alert,) = user_alerts(alice, timezone.now())
        assert alert.code is AlertCode.FETCHING
        assert send_alert_mails(timezone.now() + timedelta(hours=1)) == 0
        assert mail.outbox == []
    assert "hub.example" not in alices.get("/").content.decode()


def test_what_could_not_be_fetched_is_said_with_its_reason(alices: Client, models: Path) -> None:
    with DownloadRecord(models / "small", "whisper", "small") as record:
        record.begin("hub.example")
        record.fail(Message("portal", {"host": "hub.example"}))
    shown = alices.get("/").content.decode()
    assert "hub.example answers with a web page, as networks do before one has logged in to them" in shown
    assert "every 2s" not in shown
    problem = engine_problem()
    assert problem is not None
    assert problem.code == "model_not_fetched"


def test_the_terminal_is_told_what_is_new(models: Path) -> None:
    with DownloadRecord(models / "tiny", "whisper", "tiny") as before:
        before.begin("hub.example", 5_000_000)
        before.finish()
    said: list[str] = []
    report = FetchReport(lambda *lines: said.extend(lines))

    def look() -> None:
        report._look_at = 0.0
        report.look()

    with DownloadRecord(models / "small", "whisper", "small") as record:
        record.begin("hub.example")
        look()
        record.begin("hub.example", 480_000_000)
        look()
        record.finish()
        look()
        look()
    assert said == [
        "Fetching the Whisper model “small”: hub.example is asked for it.",
        "Fetching the Whisper model “small” from hub.example: 480 MB.",
        "The Whisper model “small” is here.",
    ]


def test_it_is_tried_again_after_a_while_and_a_database_that_is_away_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.SWEEP_SECONDS = 0.001
    monkeypatch.setattr(model_fetch, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(model_fetch, "close_old_connections", lambda: None)
    monkeypatch.setattr(model_fetch, "is_sentence_fetch_due", lambda: False)
    due = iter([True, True, True, False])
    ended = threading.Event()
    tries: list[threading.Event] = []

    def is_due() -> bool:
        if (next_one := next(due, None)) is None:
            ended.set()
            raise OperationalError
        return next_one

    monkeypatch.setattr(model_fetch, "is_fetch_due", is_due)
    monkeypatch.setattr(model_fetch, "_run_program", tries.append)
    fetch_models_until(ended)
    assert len(tries) == 2


def test_the_program_ends_with_the_sweep(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", "/bin/sh")
    (tmp_path / "manage.py").write_text(f"echo $$ > {tmp_path}/pid; sleep 60 & echo $! > {tmp_path}/child; wait\n")
    settings.BASE_DIR = tmp_path
    ended = threading.Event()
    running = threading.Thread(target=model_fetch._run_program, args=(ended,))
    running.start()
    child = tmp_path / "child"
    while not (child.exists() and child.read_text().strip()):
        time.sleep(0.05)
    ended.set()
    running.join(10)
    assert not running.is_alive()
    left = [process for process in psutil.process_iter() if process.pid == int(child.read_text())]
    assert not psutil.wait_procs(left, timeout=10)[1]
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_offline_nothing_is_fetched(settings: Any, models: Path, db: None) -> None:
    settings.OFFLINE = True
    assert not model_fetch._is_something_due()
    model_fetch.fetch_missing_models()
    assert not models.exists()
