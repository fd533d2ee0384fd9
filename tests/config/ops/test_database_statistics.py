"""The query planner of SQLite knows how much there is: one recording's page does not read all that a person said."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capture.models import Device
from config.ops.database_statistics import refresh_statistics
from config.ops.disk_usage import user_growth
from insights.models import Idea
from insights.services.place_ideas import memos_in_progress
from tests.support.transcripts import write_transcript
from transcription.models import Transcript

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


def test_what_was_kept_is_counted_without_a_look_at_the_recordings(bedside: Device) -> None:
    for number in range(60):
        write_transcript(bedside, f"The pond has {number} fish.")
    refresh_statistics()
    with CaptureQueriesContext(connection) as asked:
        user_growth(bedside.user, timezone.now())
    for one in asked.captured_queries:
        assert "USING COVERING INDEX memo_kept (user_id=?" in _plan_of(one["sql"])
    assert "USING COVERING INDEX memo_sent_by (device_id=?" in Device.objects.for_list().explain()


def test_what_is_in_progress_is_looked_for_among_what_came_lately(bedside: Device) -> None:
    for number in range(60):
        write_transcript(bedside, f"The pond has {number} fish.")
    refresh_statistics()
    assert "INDEX memo_kept (user_id=? AND received_at>?)" in memos_in_progress(bedside.user).explain()
    silent = Transcript.objects.current().of(bedside.user).silent().received_since(timezone.now())
    assert "INDEX memo_received (received_at>?)" in silent.explain()


def _plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())
