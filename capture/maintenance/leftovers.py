"""What the sweep took away or in, counted in a file of the data folder, so that a page can tell."""

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

FILE = "leftovers.json"


class Leftovers(NamedTuple):
    """How many files of failed uploads were deleted, how many became memos, and when that was last."""

    deleted: int = 0
    claimed: int = 0
    last_at: datetime | None = None


def counted_leftovers() -> Leftovers:
    """Return what was counted in this data folder so far."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        found = json.loads(Path(settings.HOME / FILE).read_text())
        return Leftovers(int(found["deleted"]), int(found["claimed"]), datetime.fromisoformat(found["last_at"]))
    return Leftovers()


def record_leftovers(files: int, *, is_claimed: bool) -> None:
    """Count files that went; nothing is written where there were none."""
    if files:
        deleted, claimed, _ = counted_leftovers()
        now = timezone.now().isoformat()
        told = {"deleted": deleted + files * (not is_claimed), "claimed": claimed + files * is_claimed, "last_at": now}
        beside = Path(settings.HOME / f"{FILE}.new")
        beside.write_text(json.dumps(told))
        beside.replace(settings.HOME / FILE)
