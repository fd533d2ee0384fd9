"""Where a memo was spoken, on its page: as it came, and as a person says."""

import html
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from capture.models import Device, Memo, User
from tests.support.transcripts import write_transcript


@pytest.fixture
def nightly(bedside: Device) -> Memo:
    """Spoken at three in the night to Wednesday."""
    memo = write_transcript(bedside, "The tomatoes need water.").memo
    memo.recorded_at, memo.utc_offset = datetime(2026, 11, 25, 2, 0, tzinfo=UTC), 60
    memo.save()
    return memo


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(answer.content.decode()).split())


def correct(client: Client, memo: Memo, context: str, **headers: str) -> Any:
    return client.post(f"/memos/{memo.pk}/context", {"context": context}, headers=headers)


def test_a_night_is_told_by_its_evening(alices: Client, nightly: Memo) -> None:
    assert "in the night that began on Tuesday, bedside" in text_of(alices.get(f"/memos/{nightly.pk}/"))


def test_a_person_corrects_it_and_takes_that_back(alices: Client, nightly: Memo) -> None:
    where = f"/memos/{nightly.pk}/"
    assert correct(alices, nightly, "walk")["Location"] == where
    page = text_of(alices.get(where))
    assert "on a walk, bedside" in page
    assert '<option value="walk" selected>' in page
    correct(alices, nightly, "")
    assert '<p class="dim">bedside</p>' in text_of(alices.get(where))
    correct(alices, nightly, "as-it-came")
    assert "the night that began on Tuesday" in text_of(alices.get(where))


def test_in_place_only_that_line_is_sent_back(alices: Client, nightly: Memo) -> None:
    fragment = text_of(correct(alices, nightly, "sit", **{"HX-Request": "true"}))
    assert fragment.startswith('<div id="context"')
    assert "after sitting, bedside" in fragment


def test_what_is_no_context_is_said_and_changes_nothing(alices: Client, nightly: Memo) -> None:
    correct(alices, nightly, "office")
    assert "The context must be" in text_of(alices.get(f"/memos/{nightly.pk}/"))
    assert "The context must be" in text_of(correct(alices, nightly, "office", **{"HX-Request": "true"}))
    nightly.refresh_from_db()
    assert nightly.context_by_hand is None


def test_nobody_corrects_anothers(alices: Client, bob: User, nightly: Memo) -> None:
    Memo.objects.update(user=bob)
    assert correct(alices, nightly, "walk").status_code == 404


def test_a_person_corrects_when_it_was_and_its_night_follows(alices: Client, nightly: Memo) -> None:
    User.objects.update(time_zone="Europe/Berlin")
    where = f"/memos/{nightly.pk}/"
    said = alices.post(f"{where}date", {"at": "2026-07-14T03:05"})
    assert said["Location"] == where
    page = text_of(alices.get(where))
    assert "in the night that began on Monday" in page
    assert "14 July 2026, 3:05" in page
    alices.post(f"{where}date", {"at": ""})
    assert "in the night that began on Tuesday" in text_of(alices.get(where))
    alices.post(f"{where}date", {"at": "never"})
    assert "in the night that began on Tuesday" in text_of(alices.get(where))
