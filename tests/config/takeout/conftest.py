"""A data folder of the test's own, and what Alice took along."""

from pathlib import Path
from typing import Any

import pytest

from capture.models import Device, User
from tests.support.takeouts import export_bytes, fill_account


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def content(bedside: Device) -> bytes:
    """Return an export of all that Alice has."""
    fill_account(bedside)
    return export_bytes(bedside.user)


@pytest.fixture
def moved(content: bytes, alice: User) -> bytes:
    """Return the same, with Alice gone from here."""
    alice.delete()
    return content
