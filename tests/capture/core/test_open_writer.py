"""Whether anybody has a file open for writing."""

import os
from pathlib import Path

from capture.core.open_writer import has_open_writer


def test_asking_for_a_lease_hinders_no_writer(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    descriptor = os.open(path, os.O_RDONLY)
    try:
        for _ in range(100):
            assert has_open_writer(descriptor) is False
            with path.open("ab") as file:
                file.write(b"x")
                assert has_open_writer(descriptor) is True
    finally:
        os.close(descriptor)
