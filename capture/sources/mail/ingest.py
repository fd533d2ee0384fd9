"""Taking the recordings of a mail in. Only when this is over may the mail be marked, for only then are they kept."""

from email.message import Message
from enum import IntEnum

from django.conf import settings

from capture.core.errors import Refusal
from capture.models import Source, User
from capture.services.ingest import Sent, receive
from capture.services.keyed_hash import keyed_hash
from capture.sources.mail.addresses import people_at
from capture.sources.mail.parse import Enclosed, Unreadable, read, recipients, recordings
from capture.storage.filesystem import refuse_if_nearly_full
from capture.storage.incoming import open_incoming

LARGEST = 100 * 1024**2
"""The largest mail that is read, in bytes: all of it is in memory at once, and mail servers seldom take a quarter."""

ENCODED = 1.4
"""How much larger a recording is in a mail: four signs for three bytes, and line ends."""

AROUND = 1024**2
"""Bytes that a mail may hold around its recordings."""


class Outcome(IntEnum):
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
    largest: float = min(LARGEST, settings.MAX_UPLOAD * ENCODED + AROUND)
    return size > largest


def take(mail: bytes) -> Outcome:
    """Keep every recording of a mail for everybody to whom it came: bytes on the disk, rows committed.

    Read twice, it makes no memo twice. Raises OSError and django.db.Error where nothing could be decided.
    """
    try:
        letter = read(mail)
        people = people_at(recipients(letter))
        if not people:
            return Outcome.NOBODY
        outcomes = [_keep(user, letter, one) for one in recordings(letter) for user in people]
    except Unreadable:
        return Outcome.ASIDE
    return max(outcomes, default=Outcome.NO_RECORDING)


def _keep(user: User, letter: Message, recording: Enclosed) -> Outcome:
    try:
        refuse_if_nearly_full(len(recording.content))
        with open_incoming() as arriving:
            arriving.write(recording.content)
            client_id = _client_id(letter, recording, arriving.sha256)
            receive(user, None, Source.MAIL, arriving, Sent(client_id=client_id, recorded_at=recording.sent_at))
    except Refusal as refusal:
        return Outcome.LATER if refusal.may_pass else Outcome.ASIDE
    return Outcome.KEPT


def _client_id(letter: Message, recording: Enclosed, sha256: str) -> str:
    """Return the same id whenever this part of this mail is read.

    The bytes are in it, for some programs give one Message-ID to many mails; keyed, so that no guess can be checked.
    """
    place = f"{letter['Message-ID']} {recording.part} {sha256}"
    return f"mail-{keyed_hash('mail', place)[:40]}"
