"""A data folder to copy; and the figures, at the end of `make soak`."""

import json

import pytest

from tests.support.faults.counts import SOAK, figures
from tests.support.web_server import Server


@pytest.fixture(scope="session")
def moved_in(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Return a server that is never started: others begin with a copy of its data folder."""
    return Server(tmp_path_factory.mktemp("home"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the fault runs found."""
    if SOAK:
        terminalreporter.section("figures")
        for figure in figures:
            terminalreporter.line(json.dumps(figure))
