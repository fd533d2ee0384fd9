"""The table of peaks comes and goes without touching a memo."""

import pytest
from django.db import connection

from capture.models import Device, Memo, MemoPeaks
from capture.services.recordings import peaks_of, save_peaks
from tests.support.old_migrations import taken_back_to
from tests.support.transcripts import write_transcript

BEFORE = [("capture", "0010_date_as_came")]


@pytest.mark.django_db(transaction=True)
def test_it_can_be_taken_back_and_made_again(bedside: Device) -> None:
    memo = write_transcript(bedside, "A bridge of rope.").memo
    save_peaks(memo, b"\x01")
    with taken_back_to(BEFORE):
        assert MemoPeaks._meta.db_table not in connection.introspection.table_names()
    assert Memo.objects.get() == memo
    assert peaks_of(memo) == b""
