"""The doctor says what is well, what is not, and what to do."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capture.models import Device
from capture.services.sealing import KEY_FILE, ensure_public_key
from config.demo.sample_memos import MICRO_WHISPER
from config.ops import doctor_text
from config.ops.doctor import _sealing_findings, _worker_finding, installed_bytes
from tests.support.recordings import speak
from tests.support.servers import Surroundings
from tests.support.service import HOUSE, Service, free_port
from transcription.worker.claims import claim_next
from transcription.worker.enqueue import enqueue_all
from transcription.worker.state import WorkerState

GB = 1e9
MAILBOX, MAILED = f"imaps://memos:hippopotamus@127.0.0.1:{free_port()}/INBOX", "memos+{secret}@example.org"
WELL = {"STILLNOTE_OFFLINE": "1", "WHISPER_MODEL": str(MICRO_WHISPER)}


def doctor(home: Path, **settings: str) -> tuple[int, str]:
    """Return the doctor's exit code, and what it says."""
    run = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=HOUSE,
        env=os.environ | WELL | {"STILLNOTE_HOME": str(home)} | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not run.stderr, run.stderr
    return run.returncode, run.stdout


def test_what_a_user_installs_stays_small_and_draws_no_torch() -> None:
    assert 0.1 * GB < installed_bytes() < 0.95 * GB
    pinned = set(re.findall(r"^([\w.-]+)==", (HOUSE / "requirements.txt").read_text(), re.MULTILINE))
    assert pinned >= {"django", "celery", "faster-whisper", "redis", "spacy", "wordllama"}
    assert not {name for name in pinned if name.startswith(("torch", "nvidia", "cuda", "triton"))}


def test_every_finding_has_its_words() -> None:
    """A code is a word with dashes: no other text of the doctor's looks so."""
    codes = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', (HOUSE / "config" / "ops" / "doctor.py").read_text()))
    codes |= set(re.findall(r'Finding\(\s*"([a-z-]+)"', (HOUSE / "config" / "ops" / "doctor.py").read_text()))
    assert len(codes) > 25
    assert codes <= doctor_text._TEXTS.keys()


def test_a_memo_that_waits_is_told_from_its_first_moment(worker: WorkerState, bedside: Device) -> None:
    def told() -> str:
        return doctor_text.finding_text(_worker_finding())[1]

    assert told() == "no recording waits"
    speak(bedside, "memo-001.ogg")
    assert told() == "1 recording waits to be written down"
    speak(bedside, "memo-002.ogg")
    enqueue_all(worker)
    assert told() == "2 recordings wait to be written down"
    assert claim_next(worker)
    assert told() == "1 recording waits to be written down"


def test_a_service_that_runs_is_well(surroundings: Surroundings) -> None:
    with Service(surroundings) as service:
        said = service.manage("doctor")
    assert "!!" not in said
    assert re.search(r"installation +Python 3\.11\.\d+, \d+ MB of packages", said)
    assert "service        runs" in said
    kept = "PostgreSQL, synchronous_commit=on" if surroundings else "SQLite, journal_mode=wal, synchronous=2"
    assert kept in said


def test_on_a_folder_that_is_not_there_yet_it_says_how_to_begin(tmp_path: Path) -> None:
    code, said = doctor(tmp_path / "home")
    assert code == 0
    assert "`make run`" in said


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"WHISPER_MODEL": "/nowhere"}, "There is no Whisper model in /nowhere"),
        ({"WHISPER_MODEL": "small"}, "STILLNOTE_OFFLINE=1 forbids its download"),
        ({"WHISPER_URL": f"http://127.0.0.1:{free_port()}/v1"}, "which does not answer (ConnectError)"),
        ({"WORKER_THREADS": "0"}, "WORKER_THREADS is 0, but must be at least 1"),
        ({"TRUSTED_PROXIES": "proxy.example"}, "TRUSTED_PROXIES holds 'proxy.example'"),
        ({"DISK_RESERVE": str(10**18)}, "uploads are refused below"),
        ({"MAILIN_ADDRESS": "memos@example.org"}, "MAILIN_ADDRESS must be written as in memos+{secret}@example.org"),
        ({"MAILIN_URL": MAILBOX, "MAILIN_ADDRESS": MAILED}, "the mailbox cannot be reached (ConnectionRefusedError)"),
        ({"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}, "new recordings wait for the sweep"),
        ({"STORAGE_URL": f"s3+http://key:secret@127.0.0.1:{free_port()}/bucket"}, "See STORAGE_URL"),
        ({"DATABASE_URL": f"postgres://nobody@127.0.0.1:{free_port()}/none"}, "see DATABASE_URL"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    code, said = doctor(tmp_path, **settings)
    assert code == 1
    (line,) = [line for line in said.splitlines() if line.startswith("!!")]
    assert says in line
    assert "hippopotamus" not in said


@pytest.mark.parametrize("url", ["pop3://a:hippopotamus@b", "imaps://a:hippopotamus@b:no/INBOX"])
def test_half_a_mailbox_is_refused_and_no_password_said(tmp_path: Path, url: str) -> None:
    code, said = doctor(tmp_path, MAILIN_URL=url, MAILIN_ADDRESS=MAILED)
    assert code == 1
    assert "MAILIN_URL must be written as in imaps://user:password@host/INBOX" in said
    assert "hippopotamus" not in said


@pytest.mark.parametrize("url", ["127.0.0.1:8000/v1", "http://:hippopotamus@127.0.0.1:1/v1", "http://127.0.0.1:port"])
def test_half_an_endpoint_is_refused_and_no_key_said(tmp_path: Path, url: str) -> None:
    code, said = doctor(tmp_path, WHISPER_URL=url, EMBEDDING_URL=url)
    assert code == 1
    assert "WHISPER_URL must be written as in https://whisper.example.org/v1" in said
    assert "EMBEDDING_URL must be written as in https://vectors.example.org/v1" in said
    assert "hippopotamus" not in said


def test_a_folder_that_others_can_read_is_found(tmp_path: Path) -> None:
    doctor(tmp_path)
    (tmp_path / "secret_key").chmod(0o644)
    code, said = doctor(tmp_path)
    assert code == 1
    assert "others can read" in said


def test_a_key_that_opens_sealed_recordings_is_missed_only_where_a_phone_seals(
    bedside: Device, tmp_path: Path, settings: Any
) -> None:
    settings.HOME = tmp_path
    assert not list(_sealing_findings())
    Device.objects.filter(pk=bedside.pk).update(seals=True)
    assert [finding.code for finding in _sealing_findings()] == ["sealing-key-missing"]
    ensure_public_key()
    assert [(finding.code, finding.is_well) for finding in _sealing_findings()] == [("sealing", True)]
    (tmp_path / KEY_FILE).write_text("no key")
    assert [(finding.code, finding.is_well) for finding in _sealing_findings()] == [("sealing-key-unreadable", False)]


def test_recordings_without_a_memo_are_found(tmp_path: Path) -> None:
    (tmp_path / "unclaimed").mkdir()
    (tmp_path / "unclaimed" / "one").touch()
    code, said = doctor(tmp_path)
    assert code == 1
    assert f"1 in {tmp_path}/unclaimed belong to nobody here" in said


def test_a_server_that_forgets_receipts_is_found(tmp_path: Path, postgres_url: Callable[[], str]) -> None:
    code, said = doctor(tmp_path, DATABASE_URL=postgres_url() + "?options=-c%20synchronous_commit%3Doff")
    assert code == 1
    assert "a receipt would not survive a power cut" in said
