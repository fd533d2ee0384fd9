"""A recording that is copied slowly into a watched folder of the running service is met as a memo with words."""

import time
from pathlib import Path

import pytest

from config.demo.sample_memos import MEMOS
from tests.support.service import Service
from tests.support.settling import settle

pytestmark = pytest.mark.alone

PATIENCE = 90.0
PIECES = 16
"""Half a second each: it takes longer to copy than a file must keep still."""


def test_a_recording_copied_slowly_becomes_one_memo_with_words(tmp_path: Path) -> None:
    recording = (MEMOS / "memo-007.ogg").read_bytes()
    with Service({"SWEEP_SECONDS": "0.5"}) as service:
        service.manage("watch", str(tmp_path), "--done")
        piece = len(recording) // PIECES + 1
        for start in range(0, len(recording), piece):
            with (tmp_path / "memo.ogg").open("ab") as file:
                file.write(recording[start : start + piece])
            time.sleep(0.5)
        deadline = time.monotonic() + PATIENCE
        while not (tmp_path / "done" / "memo.ogg").exists():
            assert time.monotonic() < deadline, service.logs()
            time.sleep(0.2)
        assert (tmp_path / "done" / "memo.ogg").read_bytes() == recording
        found = settle(service, PATIENCE)
        assert found["memos"] == 1
        assert found["states"] == {"ready": 1}
        assert "memo.ogg" not in service.logs()
