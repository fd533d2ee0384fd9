"""What lies below a folder is opened only where it is a plain file, and nothing is waited for."""

import os
from pathlib import Path

import pytest

from capture.sources.safe_walk import open_file_below


@pytest.mark.parametrize("name", ["pipe.ogg", "gone.ogg", "."])
def test_what_is_no_file_is_not_waited_for(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ogg")
    with pytest.raises(OSError):  # noqa: PT011 - of whichever kind
        open_file_below(tmp_path, name)
