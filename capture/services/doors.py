"""The doors by which an installation acts on the world outside of its data folder, closed in a restored copy.

Whether a data folder is a copy is known because `restore` made it: it lays down which doors are closed. An installation
that is moved, by whatever means, brings no such file, and goes on.
"""

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FILE = "closed-doors.json"


class Door(models.TextChoices):
    """What may be done outside of the data folder without anybody asking for it at that moment."""

    FOLDERS = "folders", _("Watched folders outside of its own data folder, and imports from before")
    MAILBOX = "mailbox", _("The mailbox to which recordings are sent")
    EMAIL = "email", _("E-mails: the morning's, and those about trouble")
    WEBHOOKS = "webhooks", _("Webhooks: what addresses of their own are told for people")
    BUCKET = "bucket", _("The bucket that keeps recordings")
    READERS = "readers", _("Programs that read by personal tokens")


class ClosedDoors(NamedTuple):
    """The doors that are closed in a restored copy, and since when."""

    doors: frozenset[Door]
    since: datetime


def closed_doors() -> ClosedDoors | None:
    """Return which doors are closed, or None where none is. A file that cannot be read closes all."""
    try:
        found = json.loads(_closed_doors_file().read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        found = None
    with suppress(TypeError, KeyError, ValueError):
        doors = frozenset(Door(name) for name in found["closed"])
        return ClosedDoors(doors, datetime.fromisoformat(found["since"])) if doors else None
    return ClosedDoors(frozenset(Door), timezone.now())


def is_open(door: Door) -> bool:
    """Return whether this installation may use a door."""
    found = closed_doors()
    return found is None or door not in found.doors


def close_all_doors() -> None:
    """Close every door, as of a copy that has just been made."""
    _write(frozenset(Door), timezone.now())


def open_door(door: Door) -> None:
    """Open a door from now on."""
    if found := closed_doors():
        _write(found.doors - {door}, found.since)


def _write(doors: frozenset[Door], since: datetime) -> None:
    if not doors:
        _closed_doors_file().unlink(missing_ok=True)
        return
    beside = _closed_doors_file().with_name(f"{FILE}.new")
    beside.write_text(json.dumps({"closed": sorted(doors), "since": since.isoformat()}))
    beside.replace(_closed_doors_file())


def _closed_doors_file() -> Path:
    return Path(settings.HOME) / FILE
