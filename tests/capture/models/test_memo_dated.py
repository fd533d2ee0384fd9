"""The index of memos that a person dated comes and goes without touching a memo."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from capture.models import Device, Memo
from capture.services.contexts import correct_date
from tests.support.old_migrations import taken_back_to
from tests.support.transcripts import write_transcript

BEFORE = [("capture", "0011_memo_peaks")]


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, Memo._meta.db_table))


@pytest.mark.django_db(transaction=True)
def test_it_can_be_taken_back_and_made_again(bedside: Device) -> None:
    memo = write_transcript(bedside, "A bridge of rope.").memo
    other = write_transcript(bedside, "Another one.").memo
    correct_date(memo, "2024-05-03T07:15")
    with taken_back_to(BEFORE):
        assert "memo_dated" not in indexes()
    assert "memo_dated" in indexes()
    assert set(Memo.objects.all()) == {memo, other}
    assert Memo.objects.get(pk=memo.pk).recorded_at == datetime(2024, 5, 3, 7, 15, tzinfo=UTC)
    assert list(Memo.objects.dated_by_hand(bedside.user)) == [memo]
