"""A real IMAP server: Dovecot, on a free port of the loopback, with one mailbox, gone when the tests end."""

import imaplib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from tests.support.servers import START_SECONDS, missing, throwaway_folder
from tests.support.service import free_port

USER, PASSWORD = "memos@example.org", "pässword/with@signs"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = scheme=plain username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
mail_location = maildir:{folder}/home/mail
first_valid_uid = 1
first_valid_gid = 1
"""


class Mailbox(NamedTuple):
    """A mailbox of our own. url: as MAILIN_URL takes it."""

    port: int

    @property
    def url(self) -> str:
        """Return where it is, and how to get in."""
        return f"imap://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/INBOX"

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        """Look into it as another mail program would."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=30) as client:
            client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
            client.select("INBOX")
            yield client

    def deliver(self, mail: bytes) -> None:
        """Lay a mail in it."""
        with self.opened() as client:
            assert client.append("INBOX", "", "", mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))[0] == "OK"

    def flags(self) -> list[set[str]]:
        """Return the flags of each mail in it, but for those that the server sets for itself."""
        with self.opened() as client:
            _typ, found = client.uid("FETCH", "1:*", "(FLAGS)")
            return [{flag.decode() for flag in imaplib.ParseFlags(line)} - {r"\Recent"} for line in found if line]

    def empty(self) -> None:
        """Throw away what is in it."""
        with self.opened() as client:
            client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
            client.expunge()


@contextmanager
def running_dovecot() -> Iterator[Mailbox]:
    """Give a mailbox on a server of one's own."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        missing("dovecot")
    port = free_port()
    is_root = os.geteuid() == 0
    me = pwd.getpwuid(os.geteuid()).pw_name
    user, login_user = ("dovecot", "dovenull") if is_root else (me, me)
    with throwaway_folder() as folder:
        config = folder / "dovecot.conf"
        group = "dovecot" if is_root else str(os.getegid())
        config.write_text(
            CONFIG.format(folder=folder, port=port, user=user, group=group, login_user=login_user), encoding="utf-8"
        )
        (folder / "users").write_text(f"{USER}:{PASSWORD}::::::\n", encoding="utf-8")
        (folder / "home").mkdir()
        if is_root:
            for lying in ("home", "users"):
                shutil.chown(folder / lying, user)
        command = [str(program), "-F", "-c", str(config)]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL, umask=0o022)  # its parts are several users
        try:
            _wait_until_it_answers(port, folder / "dovecot.log")
            yield Mailbox(port)
        finally:
            server.terminate()
            server.wait()


def _wait_until_it_answers(port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with imaplib.IMAP4("127.0.0.1", port, timeout=5):
                return
        except (OSError, imaplib.IMAP4.error):
            if time.monotonic() > deadline:
                raise AssertionError(log.read_text() if log.exists() else "dovecot said nothing") from None
            time.sleep(0.05)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Mailbox]:
    """Return this run's mailbox."""
    with running_dovecot() as mailbox:
        yield mailbox


@pytest.fixture
def mailbox(dovecot: Mailbox) -> Mailbox:
    """Return an empty mailbox."""
    dovecot.empty()
    return dovecot
