"""With no model to be had memos wait, it is said what to type, and they run when it comes."""

import re
import shutil
import time
from pathlib import Path

import pytest

from config.demo.sample_memos import MEMOS, MICRO_WHISPER
from tests.support.faults import speeches
from tests.support.phone import Phone, states
from tests.support.service import Service
from tests.support.settling import settle
from tests.support.whisper_endpoint import KEY, Answer, running

pytestmark = pytest.mark.alone


def test_memos_wait_for_a_model_and_run_when_it_comes(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with Service({"WHISPER_MODEL": str(folder), "SWEEP_SECONDS": "1"}) as service:
        assert f"There is no Whisper model in {folder}" in service.output.read_text()
        phone = Phone(service)
        for number in (1, 2, 3):
            assert phone.send(MEMOS / f"memo-00{number}.ogg").status_code == 201
        assert set(states(service)["states"]) <= {"waiting"}
        shutil.copytree(MICRO_WHISPER, tmp_path / "copied")
        (tmp_path / "copied").rename(folder)
        assert settle(service, 60)["states"] == {"ready": 3}


def test_memos_are_heard_by_another_machine_and_wait_while_it_asks_for_patience() -> None:
    with running() as endpoint:
        endpoint.answers = [Answer(429, {}, {"Retry-After": "1"}), Answer()]
        settings = {"WHISPER_URL": endpoint.url, "WHISPER_KEY": KEY, "WHISPER_MODEL": "auto", "SWEEP_SECONDS": "1"}
        with Service(settings) as service:
            assert re.search(r"Whisper +“whisper-1” at 127.0.0.1:\d+, which answers", service.manage("doctor"))
            phone = Phone(service)
            for number in (1, 2, 3):
                assert phone.send(MEMOS / f"memo-00{number}.ogg").status_code == 201
            assert settle(service, 60)["states"] == {"ready": 3}
            assert KEY not in "".join(log.read_text() for log in (service.home / "logs").iterdir())
    assert len(endpoint.asked) == 4


def test_a_memo_whose_worker_was_stopped_is_taken_up_at_once_by_the_next_start(tmp_path: Path) -> None:
    with Service() as service:
        phone = Phone(service)
        phone.send(speeches.write_long(tmp_path, 45))
        while "claimed" not in states(service)["states"]:
            time.sleep(0.05)
        service.stop()
        service.start()
        assert settle(service, 60)["states"] == {"ready": 1}, "its lease of two minutes was waited for"
