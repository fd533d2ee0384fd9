"""The API keeps what its OpenAPI document says of it, whatever it is sent (Schemathesis, against the real server)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.services.read_routes import READING_TAG
from tests.support.web_server import HOUSE, Server

pytestmark = pytest.mark.alone

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
"""Not those that take a refusal of what the description allows for a failure: it cannot say what a recording is."""


def asked(server: Server, *arguments: str, token: str = "") -> "subprocess.CompletedProcess[str]":
    """Let Schemathesis ask all that the description names, with a device's token or another."""
    command = [str(Path(sys.executable).with_name("st")), "run", f"http://127.0.0.1:{server.port}/api/v1/openapi.json"]
    command += ["--seed", "1", "--generation-database", "none", "--no-color", "--phases", "examples,coverage,fuzzing"]
    return subprocess.run(
        [*command, "--header", f"Authorization: Bearer {token or server.token}", *arguments],
        cwd=HOUSE,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.support.contract", "PYTHONPATH": str(HOUSE)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory, moved_in: Server) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("home"), {"UPLOADS_A_MINUTE": "1000000"}, moved_in)
    server.start()
    yield server
    server.kill()


def test_whatever_it_is_sent_it_answers_as_it_is_described(open_server: Server) -> None:
    run = asked(open_server, "--checks", CHECKS, "--max-examples", "60")
    assert run.returncode == 0, run.stdout[-6000:]
    assert "23 passed" in run.stdout, run.stdout[-6000:]


def test_whatever_a_program_asks_is_answered_as_it_is_described(open_server: Server) -> None:
    token = open_server.command("read_token", "contract", "--user", "alice").strip()
    limits = ("--max-examples", "30", "--include-tag", READING_TAG)
    run = asked(open_server, "--checks", CHECKS, *limits, token=token)
    assert run.returncode == 0, run.stdout[-6000:]
    assert "403 Forbidden" not in run.stdout


def test_a_breach_would_be_found(open_server: Server) -> None:
    """The positive control: not every date that the description allows is taken."""
    run = asked(open_server, "--checks", "positive_data_acceptance", "--max-examples", "20")
    assert run.returncode == 1
    assert "Schema-valid request rejected" in run.stdout
