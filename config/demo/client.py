"""What the demo does to the service it started: pair, upload, wait, ask for the mail."""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
from django.utils import timezone as clock

from capture.models import Memo, User
from capture.services.devices import create_pairing_code
from config.demo.sample_memos import Sample
from insights.models import Digest, DigestPlan, Idea
from insights.services import digests
from transcription.models import State, Transcript

ENDED = (State.READY, State.NO_SPEECH, State.FAILED, State.QUARANTINED)
PATIENCE_SECONDS = 600
DIGEST_PATIENCE_SECONDS = 60


class DemoTimeout(Exception):
    """Something that should have happened did not; the message names it."""


def pair_phone(address: str, user: User) -> str:
    """Trade a pairing code for a device token through the API, as a phone does, and return the token."""
    answer = httpx.post(f"{address}/api/v1/pair", json={"code": create_pairing_code(user), "name": "demo phone"})
    answer.raise_for_status()
    return str(answer.json()["token"])


def upload_samples(address: str, token: str, samples: Iterable[Sample]) -> Iterator[Sample]:
    """Upload each sample as if it had been spoken through last night, and yield it when its receipt is there."""
    spoken = (datetime.now(UTC) - timedelta(hours=28)).replace(hour=23, minute=0)  # it takes until half past three
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30) as phone:
        for minutes, sample in enumerate(samples):
            answer = phone.put(
                f"/api/v1/memos/{sample.name}",
                content=sample.path.read_bytes(),
                headers={
                    "Content-Type": "audio/ogg",
                    "Recorded-At": (spoken + timedelta(minutes=5 * minutes)).isoformat(),
                    "Memo-Context": "night",
                },
            )
            answer.raise_for_status()
            yield sample


def wait_for_ideas(user: User) -> Iterator[int]:
    """Yield how many memos have come to their end, whenever that changes, until all have. Raises DemoTimeout."""
    total, seen = Memo.objects.of(user).count(), -1
    deadline = time.monotonic() + PATIENCE_SECONDS
    while seen < total:
        if time.monotonic() > deadline:
            raise DemoTimeout(f"{total - seen} memos were still unfinished after {PATIENCE_SECONDS} seconds")
        ended = Transcript.objects.current().filter(memo__user=user, state__in=ENDED)
        unplaced = ended.filter(state=State.READY, ideas=None)
        done = ended.count() - unplaced.count()
        if done != seen:
            seen = done
            yield done
        time.sleep(0.2)


def request_digest(user: User) -> Digest:
    """Turn the e-mail on for the present hour, and return it once it has been sent. Raises DemoTimeout."""
    hour = clock.localtime().hour
    digests.save_plan(user, enabled=True, hour=hour, style=DigestPlan.Style.WORDS)
    deadline = time.monotonic() + DIGEST_PATIENCE_SECONDS
    while time.monotonic() < deadline:
        sent = Digest.objects.filter(user=user, state=Digest.State.SENT).first()
        if sent:
            return sent
        time.sleep(0.2)
    raise DemoTimeout(f"the e-mail was not sent within {DIGEST_PATIENCE_SECONDS} seconds")


def ideas_in(memo: Memo) -> list[Idea]:
    """Return the ideas found in a memo, in order."""
    return list(Idea.objects.shown().filter(transcript__memo=memo).select_related("topic").order_by("position"))
