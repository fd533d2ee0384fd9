"""The API keeps what its OpenAPI document says of it, whatever it is sent (Schemathesis, against the real server)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.web_server import HOUSE, Server

pytestmark = pytest.mark.alone

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
"""Not those that take a refusal of what the description allows for a failure: it cannot say what a recording is."""


def asked(server: Server, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Let Schemathesis ask all that the description names."""
    command = [str(Path(sys.executable).with_name("st")), "run", f"http://127.0.0.1:{server.port}/api/v1/openapi.json"]
    command += ["--seed", "1", "--generation-database", "none", "--no-color", "--phases", "examples,coverage,fuzzing"]
    return subprocess.run(
        [*command, "--header", f"Authorization: Bearer {server.token}", *arguments],
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
    assert "12 passed" in run.stdout, run.stdout[-6000:]


def test_a_breach_would_be_found(open_server: Server) -> None:
    """The positive control: not every date that the description allows is taken."""
    run = asked(open_server, "--checks", "positive_data_acceptance", "--max-examples", "20")
    assert run.returncode == 1
    assert "Schema-valid request rejected" in run.stdout
