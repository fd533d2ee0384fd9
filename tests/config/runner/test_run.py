"""`manage.py run`: up by itself, whole again after any death, gone without a trace, and clear about what hinders it."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from config.demo.sample_memos import MEMOS
from tests.support.phone import Phone, states
from tests.support.service import HOUSE, Service, free_port
from tests.support.settling import settle

pytestmark = [pytest.mark.alone, pytest.mark.timed]

WHOLE_SECONDS = 10
PARTS = {
    "web": "config.wsgi",
    "worker": "worker",
    "sweep": "sweep",
    "beat": "beat",
    "manager": "config.runner.supervisor",
    "launcher": "run",
}


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service({"SWEEP_SECONDS": "2"}) as running:
        yield running


def parts(service: Service) -> dict[str, set[int]]:
    """Return the process ids of each part that runs."""
    found: dict[str, set[int]] = {}
    for process in service.processes():
        try:
            words = process.cmdline()
        except psutil.NoSuchProcess:
            continue
        for part, mark in PARTS.items():
            if mark in words:
                found.setdefault(part, set()).add(process.pid)
    return found


def whole(service: Service) -> bool:
    """Return whether every part runs and memos can be taken. The worker's decoder comes with its first memo."""
    return set(parts(service)) == set(PARTS) and service.is_ready()


def kill(process: int) -> None:
    """Kill a process, should it still be there."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def wait_until_whole(service: Service, gone: set[int]) -> float:
    """Return how many seconds it took until everything ran without the processes that are gone."""
    begun = time.monotonic()
    while True:
        if not gone & set().union(*parts(service).values()) and whole(service):
            return time.monotonic() - begun
        assert time.monotonic() - begun < WHOLE_SECONDS, f"only {parts(service)} after {WHOLE_SECONDS} s"
        time.sleep(0.1)


def test_the_first_start_tells_what_one_needs_to_begin(service: Service) -> None:
    deadline = time.monotonic() + 10
    while "Stillnote is running" not in (said := service.output.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert re.search(r"Your account: \w+   password: \S{8,}", said)
    assert f"{service.address}/phone/#pair=" in said
    assert f"Stillnote is running at {service.address}" in said


def test_only_its_owner_can_read_the_data_folder(service: Service) -> None:
    wait_until_whole(service, set())
    for path in (service.home, *service.home.rglob("*")):
        if path.name != service.output.name:  # the test's own
            assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("part", [part for part in PARTS if part != "launcher"])
def test_a_part_that_is_killed_is_there_again(service: Service, part: str) -> None:
    wait_until_whole(service, set())
    for process in sorted(parts(service)[part]):
        kill(process)
        wait_until_whole(service, {process})


def test_commands_in_another_terminal_mean_the_service_that_runs(service: Service) -> None:
    given = {name: value for name, value in os.environ.items() if name not in {"PORT", "WHISPER_MODEL"}}
    command = [sys.executable, "manage.py", "pair"]
    environment = given | {"STILLNOTE_HOME": str(service.home)}
    said = subprocess.run(command, cwd=HOUSE, env=environment, capture_output=True, text=True, check=True).stdout
    assert f"{service.address}/phone/#pair=" in said


def test_memos_are_still_worked_on_after_all_that(service: Service) -> None:
    Phone(service).send(MEMOS / "memo-001.ogg")
    assert settle(service, 60)["states"] == {"ready": 1}


def test_when_the_launcher_is_killed_the_service_goes_on_and_can_be_ended() -> None:
    with Service({"SWEEP_SECONDS": "2"}) as service:
        wait_until_whole(service, set())
        assert service.process
        service.process.kill()
        service.process.wait()
        Phone(service).send(MEMOS / "memo-001.ogg")
        assert settle(service, 60)["states"] == {"ready": 1}
        worker = parts(service)["worker"]
        for process in worker:
            kill(process)
        deadline = time.monotonic() + WHOLE_SECONDS
        while not parts(service).get("worker", set()) - worker:
            assert time.monotonic() < deadline
        assert "make stop" in refusal(STILLNOTE_HOME=str(service.home), PORT=str(service.port))[1]
        assert service.manage("stop") == "Stillnote has ended.\n"
        assert not service.processes()
        assert service.manage("stop") == "Stillnote does not run.\n"
        service.start()
        assert states(service)["memos"] == 1


def test_it_is_ended_from_elsewhere() -> None:
    with Service() as service:
        wait_until_whole(service, set())
        assert service.manage("stop") == "Stillnote has ended.\n"
        assert service.process
        assert service.process.wait(5) == 0
        assert not service.processes()


def test_ctrl_c_ends_everything_and_says_so() -> None:
    with Service() as service:
        wait_until_whole(service, set())
        assert service.stop() == 0
        assert service.output.read_text().endswith("Stillnote has ended.\n")


def test_ctrl_c_may_come_at_any_moment(tmp_path: Path) -> None:
    """At the first sign of life, and again and again while it ends."""
    with Service(home=tmp_path) as service:
        assert service.process
        for _ in range(20):
            service.process.send_signal(signal.SIGINT)
            time.sleep(0.02)
        assert service.process.wait(30) == 0
        said = service.output.read_text()
        assert "Traceback" not in said
        assert said.endswith("Stillnote has ended.\n")


def test_a_data_folder_may_have_any_name(tmp_path: Path) -> None:
    home = tmp_path / "my notes, 100% {mine} #1"
    home.mkdir()
    with Service({"SWEEP_SECONDS": "2"}, home=home) as service:
        wait_until_whole(service, set())
        Phone(service).send(MEMOS / "memo-001.ogg")
        assert settle(service, 60)["states"] == {"ready": 1}
        assert (home / "stillnote.sqlite3").exists()


def refusal(**settings: str) -> tuple[int, str]:
    """Return the exit code of a start that cannot succeed, and what it said."""
    command = [sys.executable, "manage.py", "run"]
    run = subprocess.run(
        command,
        cwd=HOUSE,
        env=os.environ | {"PORT": str(free_port())} | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return run.returncode, (run.stdout + run.stderr).strip()


def test_a_second_service_on_the_same_folder_says_so_and_ends(service: Service) -> None:
    code, said = refusal(STILLNOTE_HOME=str(service.home), PORT=str(service.port + 1))
    assert code != 0
    assert said.startswith(f"CommandError: Stillnote is running already on {service.home}. End it first")
    assert len(said.splitlines()) == 1


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code, said = refusal(STILLNOTE_HOME=str(tmp_path), PORT=str(port))
    assert code != 0
    assert (
        said == f"CommandError: Another program uses port {port}. End it, or choose another: PORT={port + 1} make run"
    )


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = refusal(STILLNOTE_HOME=str(tmp_path / "file" / "var"))
    assert code != 0
    assert len(said.splitlines()) == 1
    assert "cannot be written to" in said


def test_a_database_of_a_newer_version_is_one_sentence(tmp_path: Path) -> None:
    environment = os.environ | {"STILLNOTE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=HOUSE, env=environment, check=True)
    with sqlite3.connect(tmp_path / "stillnote.sqlite3") as database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('capture', '9999_later', 0)")
    database.close()
    code, said = refusal(STILLNOTE_HOME=str(tmp_path))
    assert code != 0
    assert len(said.splitlines()) == 1
    assert "newer Stillnote" in said
