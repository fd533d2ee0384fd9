"""The figures, at the end of `make soak`."""

import json

import pytest

from tests.support.faults.counts import SOAK, figures


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the fault runs found."""
    if SOAK:
        terminalreporter.section("figures")
        for figure in figures:
            terminalreporter.line(json.dumps(figure))
