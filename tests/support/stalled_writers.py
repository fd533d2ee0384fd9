"""Writers of files that stall, as recorders and shares do."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WRITER = "import sys; f = open(sys.argv[1], 'ab'); print(flush=True); sys.stdin.read()"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Have another process hold a file open for writing, as a recorder that stalls does."""
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        yield
        writer.communicate()
