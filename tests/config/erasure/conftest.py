"""A data folder of the test's own; the database lies where it always does."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EXPORT_DIR = str(tmp_path / "notes")
    (tmp_path / "notes").mkdir()
    return tmp_path
