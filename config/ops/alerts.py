"""What hinders the service quietly: one calm sentence each, with what to do."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from capture.models import User
from capture.services.silent_devices import Silent, silent_devices
from insights.services import place_ideas
from transcription.error_text import sentence_of
from transcription.services.jobs import hearing_hindrance, stalled_since

PATIENCE = timedelta(minutes=5)
"""A worker that was killed is back within seconds, and a memo that waits this long waits for nobody."""
NEARLY_FULL = 2
"""The disk is spoken of when less than this many times its reserve is free."""
GB = 1e9


class Trouble(NamedTuple):
    """kind: for programs. about: the id of the one device that it is about, if it is."""

    kind: str
    sentence: str
    about: str = ""


def troubles(user: User, now: datetime) -> list[Trouble]:
    """Return what hinders a user's memos now: what is wrong with the machine, and their own phones that are silent."""
    return [*of_machine(now), *(_silent(phone, now) for phone in silent_devices(user, now))]


def of_machine(now: datetime) -> Iterator[Trouble]:
    """Yield what is wrong with the machine."""
    if hindrance := hearing_hindrance():
        yield Trouble("model", sentence_of(hindrance))
    elif trouble := worker(now):
        yield trouble
    if place_ideas.is_endpoint_failing():
        said = _("The machine at EMBEDDING_URL does not compare ideas: they wait, and `manage.py doctor` says why.")
        yield Trouble("vectors", said)
    if trouble := disk():
        yield trouble


def worker(now: datetime) -> Trouble | None:
    """Return that memos wait and nobody is at work on any, or None."""
    since = stalled_since(now)
    if since is None or now - since <= PATIENCE:
        return None
    said = _(
        "Memos have waited for %(time)s and nobody writes them down. They are safe. Start Stillnote anew "
        "(`make stop`, then `make run`); if that does not help, logs/worker.log in the data folder says more."
    )
    return Trouble("worker", said % {"time": timesince(since, now, depth=1)})


def free_bytes() -> int:
    """Return the room on the data folder's disk."""
    return shutil.disk_usage(settings.HOME).free


def disk() -> Trouble | None:
    """Return that the disk is full, or soon will be, or None."""
    free, reserve = free_bytes(), settings.DISK_RESERVE
    left = {"free": f"{free / GB:.1f}", "reserve": f"{reserve / GB:.1f}"}
    if free <= reserve:
        said = _("The disk is full but for %(free)s GB: uploads are refused below %(reserve)s GB. Make room.")
        return Trouble("disk", said % left)
    if free <= NEARLY_FULL * reserve:
        said = _(
            "The disk is nearly full: %(free)s GB are free, and uploads are refused below %(reserve)s GB. Make room."
        )
        return Trouble("disk", said % left)
    return None


def _silent(silent: Silent, now: datetime) -> Trouble:
    device = silent.device
    said = _(
        "“%(name)s” has not been heard of for %(time)s, which is unusual. Open Stillnote on it once where it has a "
        "connection; if it is no longer in use, unpair it under Devices."
    ) % {"name": device.name, "time": timesince(silent.since, now, depth=1)}
    if device.held:
        held = ngettext("It held one recording then.", "It held %(held)d recordings then.", device.held)
        said = f"{said} {held % {'held': device.held}}"
    return Trouble("phone", said, str(device.pk))
