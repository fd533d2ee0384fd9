"""The mailbox to which recordings are sent, read by IMAP."""

import fcntl
import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
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

from capture.sources.mail.addresses import people_at
from capture.sources.mail.ingest import Outcome, is_too_large, take
from capture.sources.mail.parse import Unreadable, recipients, taking_apart

log = logging.getLogger(__name__)

SILENCE_SECONDS = 20
"""How long a mail server may say nothing."""

AT_ONCE = 50
"""How many mails are decided on in one round: a worker's thread is not to be held for long."""

KEYWORDS = ("Stillnote", "StillnoteAside", "StillnoteLeft")
"""One of them marks each mail that was decided on. What waits for room bears none, and is read again."""

MARKS = {
    Outcome.KEPT: r"Stillnote \Seen",
    Outcome.ASIDE: "StillnoteAside",
    Outcome.NO_RECORDING: "StillnoteLeft",
    Outcome.NOBODY: "StillnoteLeft",
}
NEW = "UNDELETED " + " ".join(f"UNKEYWORD {keyword}" for keyword in KEYWORDS)

TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError)
"""What a mail server that is gone, silent, or will not let us in is met by."""


class Counted(NamedTuple):
    """How many mails are kept, could not be taken, and are not ours."""

    kept: int
    aside: int
    left: int


class Unusable(Exception):
    """The mailbox cannot be used; the message says why and what to do, and no secret."""


class _Round:
    """Whether the last round found the mailbox in order: one outage is one line in the log."""

    in_trouble = False


def read_mailbox() -> bool:
    """Take in what was mailed, and mark each mail once its receipts are there. Returns whether more may wait.

    Two at once would do everything twice and harm nothing; on one machine, the second goes.
    """
    with (settings.HOME / "mailin.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        try:
            with _opened() as mailbox:
                more = _read(mailbox)
        except (*TROUBLE, Unusable) as error:
            if not _Round.in_trouble:
                log.warning("mail could not be taken in (%s); it stays where it is", type(error).__name__)
            _Round.in_trouble = True
            return False
    if _Round.in_trouble:
        log.warning("mail is taken in again")
    _Round.in_trouble = False
    return more


def mailbox_counts() -> Counted:
    """Look into the mailbox and return what it holds. Raises Unusable, with a sentence, where it cannot be used."""
    try:
        with _opened() as mailbox:
            return Counted(*(len(mailbox.uids(f"KEYWORD {mark}")) for mark in KEYWORDS))
    except MailboxLoginError as error:
        raise Unusable("does not let us in: check the user and the password in MAILIN_URL") from error
    except MailboxFolderSelectError as error:
        raise Unusable("has no such folder as the one at the end of MAILIN_URL") from error
    except TROUBLE as error:
        raise Unusable(f"cannot be reached ({type(error).__name__}): see MAILIN_URL") from error


@contextmanager
def _opened() -> Iterator[BaseMailBox]:
    """Log in and open the folder. Raises one of TROUBLE, or Unusable."""
    try:
        at = urlsplit(settings.MAILIN_URL)
        port = at.port
    except ValueError as error:
        raise Unusable("has no address that can be read: see MAILIN_URL") from error
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
            raise Unusable("keeps no keywords, by which mails that were taken are known: choose another mail server")
        yield mailbox


def _read(mailbox: BaseMailBox) -> bool:
    decided, left_out = 0, set[int]()
    for uid in mailbox.uids(NEW):
        outcome = _outcome(mailbox, uid, left_out)
        if outcome in MARKS:
            # Not by the library's `flag`, which also expunges what others have marked as deleted.
            check_command_status(mailbox.client.uid("STORE", uid, "+FLAGS", f"({MARKS[outcome]})"), MailboxFlagError)
            decided += 1
        if decided == AT_ONCE:
            return True
    return False


def _outcome(mailbox: BaseMailBox, uid: str, left_out: set[int]) -> Outcome:
    """Return what became of a mail, having fetched no more of it than that takes.

    left_out: users for whom there is no room; their other mails are not fetched in vain.
    """
    try:
        with taking_apart():
            head = next(mailbox.fetch(uid_list=[uid], mark_seen=False, headers_only=True), None)
    except Unreadable:  # whoever it is to: the next ones do not wait for it
        return Outcome.ASIDE
    if head is None:  # moved away just now
        return Outcome.LATER
    people = {user.pk for user in people_at(recipients(head.obj))}
    if not people:
        return Outcome.NOBODY
    if is_too_large(head.size_rfc822):
        return Outcome.ASIDE
    if people & left_out:
        return Outcome.LATER
    whole = _whole(mailbox, uid)
    outcome = take(whole) if whole else Outcome.LATER
    if outcome is Outcome.LATER:
        left_out |= people
    return outcome


def _whole(mailbox: BaseMailBox, uid: str) -> bytes:
    fetched = mailbox.client.uid("FETCH", uid, "(BODY.PEEK[])")
    check_command_status(fetched, MailboxFetchError)
    return b"".join(piece[1] for piece in fetched[1] if isinstance(piece, tuple))
