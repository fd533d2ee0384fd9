"""The clock's memory: when each entry of the beat schedule last ran, as a JSON file of names and times.

Celery's own keeps pickles, and what can be laid into a data folder must never be code. Without the file, or with one
that does not fit, each entry runs at its next time.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from celery.beat import Scheduler
from django.conf import settings

FILE = "beat.json"
MAX_FILE_BYTES = 64 * 1024
OLD_FILES = tuple(f"beat{suffix}" for suffix in ("", ".db", ".dat", ".bak", ".dir"))
"""What Celery's own scheduler left in data folders of before."""


class RememberedSchedule(Scheduler):
    """The entries of `beat_schedule`. What was due while the service did not run is due at its start."""

    def setup_schedule(self) -> None:
        """Make every entry anew, from the time at which it last ran."""
        for name in OLD_FILES:
            (settings.HOME / name).unlink(missing_ok=True)
        self.merge_inplace(self.app.conf.beat_schedule)
        for name, ran_at in _read_times(settings.HOME / FILE).items():
            if name in self.schedule:
                self.schedule[name].last_run_at = ran_at

    def sync(self) -> None:
        """Write when each entry last ran."""
        entries = self.schedule.items()
        times = {name: entry.last_run_at.isoformat() for name, entry in entries if entry.last_run_at}
        beside = settings.HOME / f"{FILE}.new"
        beside.write_text(json.dumps(times))
        beside.replace(settings.HOME / FILE)

    @property
    def info(self) -> str:
        """Say where the times are kept, for the log."""
        return f"    . times -> {settings.HOME / FILE}"


def _read_times(path: Path) -> dict[str, datetime]:
    """Return when entries last ran, by name; what cannot be read, or is yet to come, is left out."""
    found: Any = None
    with suppress(OSError, ValueError, RecursionError), path.open("rb") as file:
        found = json.loads(file.read(MAX_FILE_BYTES))
    times = {}
    for name, written in found.items() if isinstance(found, dict) else ():
        with suppress(TypeError, ValueError):
            ran_at = datetime.fromisoformat(written)
            if ran_at.tzinfo and ran_at <= datetime.now(UTC):
                times[name] = ran_at
    return times
