"""Whoever looks knows which claims a worker had that was killed, and takes none from one that lives."""

import fcntl
import subprocess
import sys
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from tests.support.service import HOUSE
from transcription.worker.claim_file import ClaimFile, ClaimKey, abandoned_claims

CLAIM = (UUID(int=7), 3)
OTHER_PROCESS = """
import sys
from pathlib import Path
from uuid import UUID
from transcription.worker.claim_file import ClaimFile
file = ClaimFile(Path(sys.argv[1]))
file.write([(UUID(int=7), 3)])
print("written", flush=True)
sys.stdin.read()
"""


def found(folder: Path) -> list[ClaimKey]:
    with abandoned_claims(folder) as claims:
        return claims


def test_the_claims_of_a_process_are_abandoned_when_it_is_killed_and_not_before(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OTHER_PROCESS, str(tmp_path)]
    with subprocess.Popen(command, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"written\n"
        assert found(tmp_path) == []
        process.kill()
    assert found(tmp_path) == [CLAIM]
    assert found(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_what_a_worker_has_given_back_is_not_abandoned_with_it(tmp_path: Path) -> None:
    file = ClaimFile(tmp_path)
    file.write([CLAIM, (uuid4(), 1)])
    file.write([CLAIM])
    del file
    assert found(tmp_path) == [CLAIM]


def test_a_line_that_was_cut_off_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "one.claims").write_text(f"{CLAIM[0]} {CLAIM[1]}\n{uuid4()}\n{str(uuid4())[:9]} 4")
    assert found(tmp_path) == [CLAIM]


def test_claims_that_could_not_be_taken_back_are_found_again(tmp_path: Path) -> None:
    ClaimFile(tmp_path).write([CLAIM])
    with pytest.raises(OperationalError), abandoned_claims(tmp_path):
        raise OperationalError
    assert found(tmp_path) == [CLAIM]


def test_a_file_that_another_has_taken_back_meanwhile_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ClaimFile(tmp_path).write([CLAIM])
    lock = fcntl.flock

    def lock_late(file: IO[str], how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        assert found(tmp_path) == [CLAIM]
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", lock_late)
    assert found(tmp_path) == []


def test_a_folder_that_cannot_be_written_to_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ClaimFile(tmp_path / "file").write([CLAIM])
    assert found(tmp_path / "nowhere") == []
