"""Devices that are silent for longer than is usual, or nearly full: they may hold recordings that cannot be sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Count

from capture.models import Device, Memo, User

MIN_SILENCE = timedelta(days=3)
"""Shorter silence is never told of."""
USUAL_PAUSES = 3
"""How many times its longest usual pause a phone may be silent."""
RHYTHM_DAYS = 5
"""Days on which a phone sent something, before there is a usual pause to speak of."""
REMEMBERED_DAYS = 30
"""How many of these days are looked at, the last ones."""


FULL_BYTES = 50_000_000
"""Less room than this is told of where recordings are held: some three hours of speech."""


class Silent(NamedTuple):
    """A device, and when it was last heard of."""

    device: Device
    since: datetime


def is_unusual(silence: timedelta, pauses: Sequence[timedelta]) -> bool:
    """Return whether a silence is long beside the pauses between earlier days of use. Too few of them: never.

    The single longest pause is left out, for that may have been a holiday.
    """
    if len(pauses) < RHYTHM_DAYS - 1:
        return False
    longest_usual = sorted(pauses)[-2]
    return silence > max(MIN_SILENCE, USUAL_PAUSES * longest_usual)


def silent_devices(user: User, now: datetime) -> list[Silent]:
    """Return a user's paired devices that have been silent for unusually long."""
    return devices_to_open(user, now).silent


class DevicesToOpen(NamedTuple):
    """The devices of a user that should be opened once where they can send."""

    silent: list[Silent]
    full: list[Device]


def devices_to_open(user: User, now: datetime) -> DevicesToOpen:
    """Return a user's paired devices that are silent for unusually long, and those that are nearly full."""
    paired = list(Device.objects.filter(user=user, revoked_at=None).order_by("name"))
    known = [(device, device.last_seen) for device in paired if device.last_seen]
    quiet = [(device, since) for device, since in known if now - since > MIN_SILENCE]
    silent = [Silent(device, since) for device, since in quiet if is_unusual(now - since, _pauses_between_days(device))]
    return DevicesToOpen(silent, list(filter(_is_full, paired)))


def _is_full(device: Device) -> bool:
    """Return whether a device holds recordings back and has hardly room for more, as it said last."""
    return bool(device.held) and device.room_bytes is not None and device.room_bytes < FULL_BYTES


def _pauses_between_days(device: Device) -> list[timedelta]:
    sent = Memo.objects.filter(device=device).values("received_at__date").annotate(memos=Count("pk"))
    days = list(sent.order_by("-received_at__date").values_list("received_at__date", flat=True)[:REMEMBERED_DAYS])
    return [later - earlier for later, earlier in pairwise(days)]
