"""A phone that knows nothing but its token, and what a test may ask the service's database."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.support.service import Service

STATES = """
import json
import sqlite3
from contextlib import closing
from collections import Counter
from insights.models import Idea
from transcription.models import Transcript
from capture.models import Memo
shown = Transcript.objects.filter(current=True)
print(json.dumps({
    "memos": Memo.objects.count(),
    "transcripts": Transcript.objects.count(),
    "states": Counter(shown.values_list("state", flat=True)),
    "without_ideas": shown.filter(state="ready", ideas=None).count(),
    "ideas": Idea.objects.count(),
    "places": Idea.objects.values("transcript", "audio_start").distinct().count(),
    "lost": sum(Transcript.objects.values_list("fence", flat=True)) - Transcript.objects.count(),
}))
"""


def claims_given(service: Service) -> int:
    """Return how many claims workers have taken so far. Asked of the database itself: it changes within a blink."""
    asked = "SELECT coalesce(sum(fence), 0) FROM transcription_transcript"
    if url := service.environment.get("DATABASE_URL"):
        with psycopg.connect(url) as postgres:
            row = postgres.execute(asked).fetchone()
    else:
        with closing(sqlite3.connect(service.home / "stillnote.sqlite3")) as sqlite:
            row = sqlite.execute(asked).fetchone()
    assert row
    return int(row[0])


class Phone:
    """Uploads recordings to a service, as a paired phone does."""

    def __init__(self, service: Service, name: str = "phone") -> None:
        token = service.manage("pair", "--token", name).strip()
        self._headers = {"Authorization": f"Bearer {token}"}
        self.move_to(service)

    def move_to(self, service: Service) -> None:
        """Send to another service from now on, with the same token."""
        self._memos = f"{service.address}/api/v1/memos"

    def send(self, recording: Path) -> httpx.Response:
        """PUT a recording under its own name."""
        address = f"{self._memos}/{recording.stem}"
        return httpx.put(address, content=recording.read_bytes(), headers=self._headers, timeout=30)


def states(service: Service) -> dict[str, Any]:
    """Return how far everything has come."""
    found: dict[str, Any] = json.loads(service.manage("shell", "--no-imports", "-c", STATES))
    return found
