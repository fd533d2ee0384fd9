"""A phone that knows nothing but its token, and what a test may ask the service's database."""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.service import Service

STATES = """
import json
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
