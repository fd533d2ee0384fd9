"""The real web server under strace, and what it told the kernel."""

import shutil
from pathlib import Path

import psutil

from tests.support.faults.nodes import Folder
from tests.support.faults.replay import lying
from tests.support.faults.strace import Call, calls
from tests.support.servers import missing
from tests.support.web_server import Server

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


def watching(trace: Path) -> tuple[str, ...]:
    """Return what begins the command line of a program whose calls are to be written down."""
    how = ("-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", str(LONGEST_TEXT), "-e", "signal=none")
    return (strace(), *how, "-e", f"trace={','.join(CHANGING)}", "-o", str(trace))


def written_down(trace: Path) -> list[Call]:
    """Return all that a program did which has ended."""
    with trace.open() as lines:
        return list(calls(lines))


class Traced(Server):
    """Gunicorn from its first moment to its last under strace. careless: see careless.py."""

    def __init__(self, home: Path, like: Server, careless: str = "") -> None:
        self._trace = home.with_name(f"{home.name}.trace")
        web = [
            part.replace("config.http.gunicorn", "tests.support.faults.careless") if careless else part
            for part in Server.web
        ]
        self.web = (*watching(self._trace), *web)
        super().__init__(home, PATIENT | {"CARELESS": careless}, like)
        self.before: Folder = lying(home)

    def end(self) -> list[Call]:
        """End it as `manage.py run` does, and return all that it did."""
        assert self.process is not None
        for server in psutil.Process(self.process.pid).children():
            server.terminate()
        self.process.wait(60)
        return written_down(self._trace)
