"""The query planner of SQLite knows how much there is: one recording's page does not read all that a person said."""

import re

import pytest
from django.db import connection

from capture.models import Device
from config.ops.database_statistics import refresh_statistics
from insights.models import Idea
from tests.support.transcripts import write_transcript

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps statistics by itself"),
]

FOUND = r"insights_idea USING INDEX \w+ \(transcript_id="


def test_the_ideas_of_a_recording_are_found_by_the_recording(bedside: Device) -> None:
    first, *_others = transcripts = [write_transcript(bedside, f"The pond has {number} fish.") for number in range(60)]
    Idea.objects.bulk_create(
        Idea(
            user=bedside.user,
            transcript=one,
            position=0,
            text=one.text,
            text_start=0,
            text_end=len(one.text),
            audio_start=0.0,
            audio_end=1.0,
            vector=b"",
            placed_at=one.memo.received_at,
        )
        for one in transcripts
    )
    own = Idea.objects.of(bedside.user).filter(transcript__memo=first.memo_id)
    assert not re.search(FOUND, own.explain())
    refresh_statistics()
    assert re.search(FOUND, own.explain())
