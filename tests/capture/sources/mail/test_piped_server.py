"""A mail server hands mails to `manage.py mailin`, and learns by its exit code what to do with them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.mails import M4A, from_ios, mail
from tests.support.service import free_port
from tests.support.web_server import HOUSE

ADDRESS = "memos+{secret}@example.org"


class Piped:
    """`manage.py` in a data folder of its own."""

    def __init__(self, home: Path) -> None:
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = inherited | {"STILLNOTE_HOME": str(home), "MAILIN_ADDRESS": ADDRESS, "LOG_LEVEL": "DEBUG"}
        self.manage("migrate", "--verbosity=0")
        self.manage("adduser", "alice")
        self.to_alice = self.manage("mailaddress", "--user", "alice").stdout.decode().strip()

    def manage(self, *arguments: str, given: bytes = b"", **settings: str) -> "subprocess.CompletedProcess[bytes]":
        run = [sys.executable, "manage.py", *arguments]
        environment = self.environment | settings
        return subprocess.run(run, cwd=HOUSE, env=environment, input=given, capture_output=True, check=False)

    def memos(self) -> int:
        count = "from capture.models import Memo; print(Memo.objects.count())"
        return int(self.manage("shell", "--no-imports", "-c", count).stdout)


@pytest.fixture(scope="module")
def piped(tmp_path_factory: pytest.TempPathFactory) -> Piped:
    return Piped(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize(
    ("code", "to", "recordings", "given_settings"),
    [
        (os.EX_TEMPFAIL, None, [M4A], {"DISK_RESERVE": str(10**18)}),
        (os.EX_TEMPFAIL, None, [M4A], {"DATABASE_URL": f"postgres://nobody@127.0.0.1:{free_port()}/none"}),
        (os.EX_TEMPFAIL, None, [M4A], {"SWEEP_SECONDS": "soon"}),
        (os.EX_DATAERR, None, [M4A], {"MAX_UPLOAD": "1000"}),
        (os.EX_DATAERR, None, [], {}),
        (os.EX_NOUSER, "memos+none@example.org", [M4A], {}),
    ],
    ids=["no room", "no database", "wrong settings", "too large", "no recording", "to nobody"],
)
def test_what_is_not_kept_is_given_back_to_the_mail_server(
    code: int, to: str | None, recordings: list[bytes], given_settings: dict[str, str], piped: Piped
) -> None:
    """By the exit codes of sysexits.h: 75 makes it come again, others tell it to give up."""
    given = bytes(mail(to or piped.to_alice, *recordings))
    run = piped.manage("mailin", given=given, **given_settings)
    assert run.returncode == code, run.stderr
    assert run.stderr.splitlines()[-1].endswith(b".")
    for shown in (b"hippopotamus", piped.to_alice.encode(), b"Traceback"):
        assert shown not in run.stderr


def test_what_is_kept_is_taken_off_the_mail_server_once(piped: Piped) -> None:
    assert piped.memos() == 0
    for _ in range(2):
        run = piped.manage("mailin", given=from_ios(piped.to_alice, M4A))
        assert (run.returncode, run.stdout) == (os.EX_OK, b"")
        for shown in (b"hippopotamus", piped.to_alice.encode(), b"Aufnahme"):
            assert shown not in run.stderr
    assert piped.memos() == 1
