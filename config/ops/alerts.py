"""What hinders the service quietly, as codes with parameters; alert_text.py words them."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.conf import settings

from capture.models import Device, User
from capture.services.silent_devices import Silent, devices_to_open
from insights.services.place_ideas import is_endpoint_failing
from transcription.model_choice.hub import is_being_fetched
from transcription.services.jobs import hearing_hindrance, stalled_since

MIN_WAIT = timedelta(minutes=5)
"""A worker that was killed is back within seconds, and a memo that waits this long waits for nobody."""
LOW_DISK_RESERVES = 2
"""The disk is spoken of when less than this many times its reserve is free."""


class AlertCode(StrEnum):
    """What hinders; stored, so that one mail is sent of it."""

    FETCHING = "fetching"
    MODEL = "model"
    WORKER = "worker"
    VECTORS = "vectors"
    DISK = "disk"
    PHONE = "phone"
    FULL_PHONE = "full-phone"


class Alert(NamedTuple):
    """One thing that hinders. about: the id of the one device that it is about, if it is."""

    code: AlertCode
    parameters: dict[str, Any]
    about: str = ""


def user_alerts(user: User, now: datetime) -> list[Alert]:
    """Return what hinders a user's memos now: of the machine, and of their own phones that are silent or full."""
    silent, full = devices_to_open(user, now)
    phones = [*map(_full_phone_alert, full), *(_phone_alert(phone, now) for phone in silent)]
    return [*_machine_alerts(now), *phones]


def _machine_alerts(now: datetime) -> Iterator[Alert]:
    if hindrance := hearing_hindrance():
        code = AlertCode.FETCHING if is_being_fetched(hindrance) else AlertCode.MODEL
        yield Alert(code, {"hindrance": hindrance})
    elif alert := worker_alert(now):
        yield alert
    if is_endpoint_failing():
        yield Alert(AlertCode.VECTORS, {})
    if alert := disk_alert():
        yield alert


def worker_alert(now: datetime) -> Alert | None:
    """Return that memos wait and nobody is at work on any, or None."""
    since = stalled_since(now)
    if since is None or now - since <= MIN_WAIT:
        return None
    return Alert(AlertCode.WORKER, {"since": since, "now": now})


def free_bytes() -> int:
    """Return the room on the data folder's disk."""
    return shutil.disk_usage(settings.HOME).free


def disk_alert() -> Alert | None:
    """Return that the disk is full, or soon will be, or None."""
    free, reserve = free_bytes(), settings.DISK_RESERVE
    if free > LOW_DISK_RESERVES * reserve:
        return None
    return Alert(AlertCode.DISK, {"free": free, "reserve": reserve})


def _phone_alert(silent: Silent, now: datetime) -> Alert:
    device = silent.device
    parameters = {"name": device.name, "held": device.held, "since": silent.since, "now": now}
    return Alert(AlertCode.PHONE, parameters, str(device.pk))


def _full_phone_alert(device: Device) -> Alert:
    return Alert(AlertCode.FULL_PHONE, {"name": device.name, "held": device.held}, str(device.pk))
