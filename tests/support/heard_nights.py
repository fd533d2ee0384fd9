"""Recordings of nights that are over, with the copies that are listened to and an idea in each."""

from datetime import datetime, timedelta
from functools import cache

from django.utils import timezone

from capture.models import Device
from capture.services.recordings import save_playback
from config.demo.sample_memos import MEMOS
from insights.models import Idea
from tests.support.recordings import playback_path
from tests.support.transcripts import place_texts
from transcription.core.decoding.decode import decode


@cache
def copy_of(name: str) -> bytes:
    """Return the playback copy of a sample memo."""
    with (MEMOS / name).open("rb") as recording:
        return decode(recording, "ogg", max_seconds=60).playback


def evening_before(days: int) -> datetime:
    """Return eleven in the evening, UTC, of the day that is so many before today."""
    return timezone.now().replace(hour=23, minute=0, second=0, microsecond=0) - timedelta(days=days)


def say_at_night(device: Device, text: str, *, days: int = 1, minute: int = 0, name: str = "memo-001.ogg") -> Idea:
    """Return the idea of a memo that was spoken on the evening of a day so many before today."""
    (transcript,) = place_texts(device, text)
    memo = transcript.memo
    memo.path = f"{memo.pk.hex[:2]}/{memo.pk}"
    memo.recorded_at = evening_before(days) + timedelta(minutes=minute)
    memo.save(update_fields=["path", "recorded_at"])
    playback_path(memo).parent.mkdir(parents=True, exist_ok=True)
    save_playback(memo, [copy_of(name)])
    return Idea.objects.get(transcript=transcript)
