"""Folders that are looked into by hand: time passes by itself for whatever lies in them."""

from pathlib import Path

import pytest

from capture.models import User, WatchedFolder
from capture.sources.watched.folders import watch_folder


@pytest.fixture
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that somebody fills."""
    return tmp_path_factory.mktemp("shared").resolve()


@pytest.fixture
def watched(alice: User, shared: Path) -> WatchedFolder:
    """Return Alice's watched folder."""
    return watch_folder(alice, shared)
