"""The mailbox to which recordings are sent, read by IMAP."""

import fcntl
import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import (
    ImapToolsError,
    MailboxFetchError,
    MailboxFlagError,
    MailboxFolderSelectError,
    MailboxLoginError,
)
from imap_tools.utils import check_command_status

from capture.sources.mail.addresses import users_addressed
from capture.sources.mail.ingest import MailOutcome, ingest_mail, is_too_large
from capture.sources.mail.parse import parse_mail_head, recipients
from capture.sources.mail.parts import MAX_HEAD_BYTES, UnreadableMail

log = logging.getLogger(__name__)

SILENCE_SECONDS = 20
"""How long a mail server may say nothing."""

ROUND_MAILS = 50
"""How many mails are decided on in one round: a worker's thread is not to be held for long."""

KEPT, ASIDE, LEFT = "Stillnote", "StillnoteAside", "StillnoteLeft"
"""Keywords: one of them marks each mail that was decided on. What waits for room bears none, and is read again."""

MARKS = {
    MailOutcome.KEPT: rf"{KEPT} \Seen",
    MailOutcome.ASIDE: ASIDE,
    MailOutcome.NO_RECORDING: LEFT,
    MailOutcome.NOBODY: LEFT,
}
NEW_MAILS = f"UNDELETED UNKEYWORD {KEPT} UNKEYWORD {ASIDE} UNKEYWORD {LEFT}"

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")

MAILBOX_ERRORS = (OSError, imaplib.IMAP4.error, ImapToolsError)
"""What a mail server that is gone, silent, or will not let us in is met by."""


class MailboxCounts(NamedTuple):
    """How many mails are kept, could not be taken, and are not ours."""

    kept: int
    aside: int
    left: int


class UnusableMailbox(Exception):
    """The mailbox cannot be used. code: why; values: what its sentence names, and no secret."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class MailboxReader:
    """Reads the mailbox, round after round of a process: one outage is one line in the log."""

    def __init__(self) -> None:
        self._is_in_trouble = False

    def ingest_mailbox(self) -> bool:
        """Take in what was mailed, and mark each mail once its receipts are there. Returns whether more may wait.

        Two at once would do everything twice and harm nothing; on one machine, the second goes.
        """
        with (settings.HOME / "mailin.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            try:
                with _open_mailbox() as mailbox:
                    more = _ingest_new_mails(mailbox)
            except (*MAILBOX_ERRORS, UnusableMailbox) as error:
                if not self._is_in_trouble:
                    log.warning("mail could not be taken in (%s); it stays where it is", type(error).__name__)
                self._is_in_trouble = True
                return False
        if self._is_in_trouble:
            log.warning("mail is taken in again")
        self._is_in_trouble = False
        return more


def count_mailbox() -> MailboxCounts:
    """Return how many mails of each kind the mailbox holds. Raises UnusableMailbox."""
    try:
        with _open_mailbox() as mailbox:
            kept, aside, left = (len(mailbox.uids(f"KEYWORD {keyword}")) for keyword in (KEPT, ASIDE, LEFT))
            return MailboxCounts(kept=kept, aside=aside, left=left)
    except MailboxLoginError as error:
        raise UnusableMailbox("login-refused") from error
    except MailboxFolderSelectError as error:
        raise UnusableMailbox("no-such-folder") from error
    except MAILBOX_ERRORS as error:
        raise UnusableMailbox("unreachable", error=type(error).__name__) from error


@contextmanager
def _open_mailbox() -> Iterator[BaseMailBox]:
    """Log in and open the folder. Raises one of MAILBOX_ERRORS, or UnusableMailbox."""
    try:
        at = urlsplit(settings.MAILIN_URL)
        port = at.port
    except ValueError as error:
        raise UnusableMailbox("unreadable-address") from error
    user, password, folder = unquote(at.username or ""), unquote(at.password or ""), unquote(at.path.strip("/"))
    host = at.hostname or ""
    mailbox: BaseMailBox
    if at.scheme == "imaps":
        # Without a context of ours, imaplib would believe every certificate.
        mailbox = MailBox(host, port or 993, SILENCE_SECONDS, ssl_context=ssl.create_default_context())
    else:
        mailbox = MailBoxUnencrypted(host, port or 143, SILENCE_SECONDS)
    with mailbox:
        log_in = mailbox.login if (user + password).isascii() else mailbox.login_utf8
        log_in(user, password, folder or "INBOX")
        _typ, lasting = mailbox.client.response("PERMANENTFLAGS")
        if not any(rb"\*" in flags for flags in lasting if flags):
            raise UnusableMailbox("no-keywords")
        yield mailbox


def _ingest_new_mails(mailbox: BaseMailBox) -> bool:
    decided, left_out = 0, set[int]()
    for uid in mailbox.uids(NEW_MAILS):
        outcome = _ingest_by_uid(mailbox, uid, left_out)
        if outcome in MARKS:
            # Not by the library's `flag`, which also expunges what others have marked as deleted.
            check_command_status(mailbox.client.uid("STORE", uid, "+FLAGS", f"({MARKS[outcome]})"), MailboxFlagError)
            decided += 1
        if decided == ROUND_MAILS:
            return True
    return False


def _ingest_by_uid(mailbox: BaseMailBox, uid: str, left_out: set[int]) -> MailOutcome:
    """Return what became of a mail, having fetched no more of it than that takes.

    left_out: users for whom there is no room; their other mails are not fetched in vain.
    """
    fetched = _fetch_head(mailbox, uid)
    if fetched is None:  # moved away just now
        return MailOutcome.LATER
    size, head = fetched
    try:
        people = {user.pk for user in users_addressed(recipients(parse_mail_head(head)))}
    except UnreadableMail:  # whoever it is to: the next ones do not wait for it
        return MailOutcome.ASIDE
    if not people:
        return MailOutcome.NOBODY
    if is_too_large(size):
        return MailOutcome.ASIDE
    if people & left_out:
        return MailOutcome.LATER
    whole = _fetch_mail(mailbox, uid)
    outcome = ingest_mail(whole) if whole else MailOutcome.LATER
    if outcome is MailOutcome.LATER:
        left_out |= people
    return outcome


def _fetch_head(mailbox: BaseMailBox, uid: str) -> tuple[int, bytes] | None:
    """Return the size of a mail and its headers, no more of them than are read; None where it is not there."""
    wanted = f"(RFC822.SIZE BODY.PEEK[HEADER]<0.{MAX_HEAD_BYTES + 1}>)"
    fetched = mailbox.client.uid("FETCH", uid, wanted)
    check_command_status(fetched, MailboxFetchError)
    told = b" ".join(piece[0] if isinstance(piece, tuple) else piece for piece in fetched[1] if piece)
    size = _SIZE.search(told)
    return (int(size[1]), _literals(fetched)) if size else None


def _fetch_mail(mailbox: BaseMailBox, uid: str) -> bytes:
    fetched = mailbox.client.uid("FETCH", uid, "(BODY.PEEK[])")
    check_command_status(fetched, MailboxFetchError)
    return _literals(fetched)


def _literals(fetched: Any) -> bytes:
    pieces = [piece[1] for piece in fetched[1] if isinstance(piece, tuple)]
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
