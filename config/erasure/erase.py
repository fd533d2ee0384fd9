"""The end of an account: asked for by its person, carried out in the background, whole however often it is cut off.

Asking closes the account at once: nobody logs in, devices are refused, nothing is shown. What follows deletes what is
there: whoever is killed at it leaves the rest to the next one, and the row of the erasure goes last.
"""

import logging
from datetime import timedelta
from typing import NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from capture.core.errors import Refusal
from capture.models import Device, Memo, User
from capture.services.erasure import close_account, erase_recordings, erase_stray_files
from config.accounts.browser_sessions import end_other_sessions
from config.erasure.database_scrub import rewrite_database
from config.erasure.signals import erasure_due
from config.models import Erasure
from config.ops.mail_folder import remove_mails_to
from config.takeout.core.shared_file import BusyFile
from config.takeout.exports import delete_exports_of
from config.takeout.markdown_folder import erase_folder
from config.takeout.taking_in import delete_take_ins_of
from insights.models import ChangeNote, Idea, Topic
from insights.services.index_storage import remove_index_file

LEASE = timedelta(minutes=10)
REWRITTEN_AGAIN = timedelta(minutes=1)
"""So long after a reader was in the way the database is rewritten again: all of it, whatever that takes."""

log = logging.getLogger(__name__)


class LastOwner(Exception):
    """Others live here, and nobody else looks after the machine."""


class Belongings(NamedTuple):
    """What goes with an account."""

    recordings: int
    ideas: int
    topics: int
    devices: int


def belongings_of(user: User) -> Belongings:
    """Return how much goes with an account."""
    return Belongings(
        Memo.objects.of(user).count(),
        Idea.objects.of(user).count(),
        Topic.objects.of(user).in_use().count(),
        Device.objects.filter(user=user).paired().count(),
    )


def is_last_owner(user: User) -> bool:
    """Return whether others would be left with nobody who looks after the machine."""
    others = User.objects.exclude(pk=user.pk).filter(is_active=True)
    return user.is_superuser and others.exists() and not others.filter(is_superuser=True).exists()


def ask_erasure(user: User) -> None:
    """Close an account for good, and let all that belongs to it be erased soon. Raises LastOwner."""
    with transaction.atomic():
        mine = User.objects.select_for_update().get(pk=user.pk)
        if is_last_owner(mine):
            raise LastOwner
        Erasure.objects.get_or_create(account=mine.pk, defaults={"asked_at": timezone.now()})
        close_account(mine)
        transaction.on_commit(lambda: erasure_due.send_robust(sender=Erasure), robust=True)
    end_other_sessions(user, "")


def count_due_erasures() -> int:
    """Return how many accounts wait to be erased."""
    return Erasure.objects.due(timezone.now()).count()


def erase_next() -> bool:
    """Erase the account that waits longest. Returns whether there was one, and it is gone."""
    now = timezone.now()
    erasure = Erasure.objects.due(now).first()
    if erasure is None or not Erasure.objects.due(now).filter(pk=erasure.pk).update(lease=now + LEASE):
        return False
    try:
        _erase_all(erasure.account)
    except Refusal as reason:
        log.warning("An account is erased later (%s)", reason.code)
        return False
    except BusyFile:  # a worker is at the folder of notes, and stops at the next of them
        Erasure.objects.filter(pk=erasure.pk).update(lease=now)
        return False
    except OSError as reason:
        log.warning("An account is erased later: its folder of notes cannot be written (%s)", reason.strerror)
        return False
    if not rewrite_database():
        Erasure.objects.filter(pk=erasure.pk).update(lease=timezone.now() + REWRITTEN_AGAIN)
        return False
    Erasure.objects.filter(pk=erasure.pk).delete()
    log.info("An account is erased")
    return True


def _erase_all(account: int) -> None:
    """Delete files, then rows. Raises Refusal, BusyFile, OSError."""
    user = User.objects.filter(pk=account).first()
    if user is not None:
        end_other_sessions(user, "")
        remove_mails_to(user.email)
        delete_exports_of(user)
        delete_take_ins_of(user)
        erase_recordings(user)
        erase_folder(user)
        kind = ContentType.objects.get_for_model(User)
        LogEntry.objects.filter(content_type=kind, object_id=str(account)).delete()
        user.delete()
    ChangeNote.objects.filter(user=account).delete()  # the database notes deletions too, and keeps them without a user
    erase_stray_files(account)
    remove_index_file(account)
