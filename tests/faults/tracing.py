"""The real web server under strace, and what it told the kernel."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.capture.server import Server
from tests.faults.nodes import Folder
from tests.faults.replay import lying
from tests.faults.strace import Call, calls
from tests.servers import missing

CHANGING = (
    *("openat", "creat", "close", "lseek", "write", "writev", "pwrite64", "pwritev", "pwritev2"),
    *("ftruncate", "truncate", "fallocate", "sendfile", "copy_file_range", "sendto", "sendmsg"),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"),
    *("fsync", "fdatasync"),
)
"""All calls by which a file, a folder or a client is told something."""
LONGEST_TEXT = 4 * 1024 * 1024
PATIENT = {"UPLOADS_A_MINUTE": "10000000"}


def strace() -> str:
    """Return the program; without it the test ends here."""
    found = shutil.which("strace")
    if found is None:
        missing("strace")
    return str(found)


class Traced(Server):
    """Gunicorn from its first moment to its last under strace."""

    def __init__(self, home: Path, like: Server, settings: Mapping[str, str] | None = None) -> None:
        watched = (strace(), "-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", str(LONGEST_TEXT), "-e", "signal=none")
        self.web = (*watched, "-e", f"trace={','.join(CHANGING)}", "-o", f"{home}.trace", *Server.web)
        super().__init__(home, PATIENT | dict(settings or {}), like)
        self.before: Folder = lying(home)

    def end(self) -> list[Call]:
        """End it as `manage.py run` does, and return all that it did."""
        assert self.process is not None
        for server in psutil.Process(self.process.pid).children():
            server.terminate()
        self.process.wait(60)
        with Path(f"{self.home}.trace").open() as lines:
            return list(calls(lines))
