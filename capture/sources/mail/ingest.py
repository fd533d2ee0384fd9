"""Taking the recordings of a mail in. Only when this is over may the mail be marked, for only then are they kept."""

import logging
from email.message import Message
from enum import IntEnum

from django.conf import settings

from capture.core.errors import Refusal
from capture.models import Source, User
from capture.services.ingest import Sent, ingest_recording
from capture.services.keyed_hash import keyed_hash
from capture.sources.mail.addresses import users_addressed
from capture.sources.mail.parse import EnclosedRecording, enclosed_recordings, parse_mail, recipients
from capture.sources.mail.parts import UnreadableMail
from capture.sources.mail.poison import MailInProgress, PoisonMail, mark_as_begun
from capture.storage.filesystem import refuse_if_nearly_full
from capture.storage.incoming import open_incoming

log = logging.getLogger(__name__)

MAX_MAIL_BYTES = 100 * 1024**2
"""The largest mail that is read, in bytes: all of it is in memory at once, and mail servers seldom take a quarter."""

MAX_MAIL_MEMOS = 100
"""Memos that one mail makes at most, for all to whom it came. What else it holds is not taken."""

ENCODED_FACTOR = 1.4
"""How much larger a recording is in a mail: four signs for three bytes, and line ends."""

AROUND_BYTES = 1024**2
"""Bytes that a mail may hold around its recordings."""


class MailOutcome(IntEnum):
    """What became of a mail. Of several recordings, the one that fared worst says it."""

    KEPT = 1
    ASIDE = 2
    """Something in it cannot be taken, today or ever; what else it holds is kept."""
    LATER = 3
    """There is no room now. Read again, it makes nothing double."""
    NO_RECORDING = 4
    NOBODY = 5
    """It is to nobody here."""


def is_too_large(size: int) -> bool:
    """Return whether a mail is larger than any that could be taken. size: bytes, as it is sent."""
    largest: float = min(MAX_MAIL_BYTES, settings.MAX_UPLOAD * ENCODED_FACTOR + AROUND_BYTES)
    return size > largest


def ingest_mail(mail: bytes) -> MailOutcome:
    """Keep every recording of a mail for everybody to whom it came: bytes on the disk, rows committed.

    Read twice, it makes no memo twice; one that ended a process is not looked into again. Raises OSError and
    django.db.Error where nothing could be decided.
    """
    try:
        with mark_as_begun(mail):
            return _ingest_marked(mail)
    except PoisonMail:
        log.warning("A mail that ended its process is laid aside")
        return MailOutcome.ASIDE
    except MailInProgress:
        return MailOutcome.LATER


def _ingest_marked(mail: bytes) -> MailOutcome:
    outcomes: list[MailOutcome] = []
    try:
        message = parse_mail(mail)
        people = users_addressed(recipients(message))
        if not people:
            return MailOutcome.NOBODY
        for one in enclosed_recordings(message):
            if len(outcomes) + len(people) > MAX_MAIL_MEMOS:
                return max(*outcomes, MailOutcome.ASIDE)
            outcomes += [_ingest_enclosed(user, message, one) for user in people]
    except UnreadableMail:
        return MailOutcome.ASIDE
    return max(outcomes, default=MailOutcome.NO_RECORDING)


def _ingest_enclosed(user: User, message: Message, recording: EnclosedRecording) -> MailOutcome:
    try:
        refuse_if_nearly_full(len(recording.content))
        with open_incoming() as arriving:
            arriving.write(recording.content)
            client_id = _id_of_part(message, recording, arriving.sha256)
            ingest_recording(
                user, None, Source.MAIL, arriving, Sent(client_id=client_id, recorded_at=recording.sent_at)
            )
    except Refusal as refusal:
        return MailOutcome.LATER if refusal.concerns_all else MailOutcome.ASIDE
    return MailOutcome.KEPT


def _id_of_part(message: Message, recording: EnclosedRecording, sha256: str) -> str:
    """Return the same id whenever this part of this mail is read.

    The bytes are in it, for some programs give one Message-ID to many mails; keyed, so that no guess can be checked.
    """
    place = f"{message['Message-ID']} {recording.part} {sha256}"
    return f"mail-{keyed_hash('mail', place)[:40]}"
