"""A phone that knows nothing but its token, and how far a service has come with what it sent."""

from pathlib import Path
from typing import Any

import httpx

from tests.support.service import Service
from tests.support.service_rows import number, rows

STATES = "SELECT state, count(*) FROM transcription_transcript WHERE current GROUP BY state"
NUMBERS = {
    "memos": "SELECT count(*) FROM capture_memo",
    "transcripts": "SELECT count(*) FROM transcription_transcript",
    "without_ideas": """
        SELECT count(*) FROM transcription_transcript AS heard WHERE current AND state = 'ready'
        AND NOT EXISTS (SELECT 1 FROM insights_idea WHERE transcript_id = heard.id)
    """,
    "ideas": "SELECT count(*) FROM insights_idea",
    "places": "SELECT count(*) FROM (SELECT DISTINCT transcript_id, audio_start FROM insights_idea) AS places",
}
PAIR = "from django.core.management import call_command; call_command('pair', '--token', {name!r}, user={owner!r})"
CLAIMS = "SELECT coalesce(sum(fence), 0) FROM transcription_transcript"


def claims_given(service: Service) -> int:
    """Return how many claims workers have taken so far."""
    return number(service, CLAIMS)


class Phone:
    """Uploads recordings to a service, as a paired phone does."""

    def __init__(self, service: Service, name: str = "phone", *, owner: str | None = None) -> None:
        """Pair it. owner: whose it is, by name; the first's who came unless told."""
        token = service.shell(PAIR.format(name=name, owner=owner)).strip()
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
    found: dict[str, Any] = {name: number(service, question) for name, question in NUMBERS.items()}
    return found | {"states": dict(rows(service, STATES)), "lost": claims_given(service) - found["transcripts"]}
