"""Files laid into watched folders, and folders looked into by hand: time passes by itself for whatever lies in them."""

import os
import time
from datetime import timedelta
from pathlib import Path

from capture.models import WatchedFile, WatchedFolder
from capture.sources.watched.poll import poll_watched_folders
from config.demo.sample_memos import MEMOS

RECORDING = (MEMOS / "memo-001.ogg").read_bytes()
OTHER = (MEMOS / "memo-002.ogg").read_bytes()
HOUR_SECONDS = 3600.0


def put(path: Path, content: bytes = RECORDING, *, age: float = HOUR_SECONDS) -> Path:
    """Put a file into a folder as it was some seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    at = time.time() - age
    os.utime(path, (at, at))
    return path


def look(rounds: int = 1, *, later: float = 10.0) -> int:
    """Look into all folders, seconds later each time, and return how many recordings were taken."""
    taken = 0
    for _ in range(rounds):
        taken += poll_watched_folders()
        for row in WatchedFile.objects.all():
            WatchedFile.objects.filter(pk=row.pk).update(met_at=row.met_at - timedelta(seconds=later))
    return taken


def file_problems(folder: WatchedFolder) -> dict[str, str]:
    """Return what is told of each file that was not taken."""
    return {file.name: file.problem_sentence for file in folder.files.exclude(problem="")}
