"""Nothing that is kept is out of reach: every recording stands under its month and its day."""

from datetime import datetime

import pytest
from django.test import Client

from capture.models import Device, Memo, User
from insights.views.recordings import RECORDINGS_SHOWN
from tests.support.pages import text_of
from tests.support.transcripts import write_transcript
from transcription.models import State, Transcript


def recorded(bedside: Device, text: str, moment: str) -> Memo:
    memo = write_transcript(bedside, text).memo
    Memo.objects.filter(pk=memo.pk).update(recorded_at=datetime.fromisoformat(moment))
    return memo


def test_a_recording_stands_under_its_month_and_day(alices: Client, bedside: Device) -> None:
    old = recorded(bedside, "The pond.", "2019-03-12T23:40Z")
    recorded(bedside, "The kite.", "2026-11-28T03:25Z")
    newest = text_of(alices.get("/recordings/"))
    assert "The kite." in newest
    assert "The pond." not in newest
    assert 'href="?month=2019-03"' in newest
    page = text_of(alices.get("/recordings/?month=2019-03"))
    assert "Tuesday 12 March" in page
    assert f'href="/memos/{old.pk}/">23:40</a>' in page
    assert "The kite." not in page


def test_the_silent_and_the_failed_ones_are_there_too(alices: Client, bedside: Device) -> None:
    for state in (State.NO_SPEECH, State.FAILED):
        memo = recorded(bedside, "", "2026-11-28T03:25Z")
        Transcript.objects.filter(memo=memo).update(state=state)
    page = text_of(alices.get("/recordings/"))
    assert "Nobody speaks in it." in page
    assert "It could not be written down." in page


def test_nobody_sees_what_is_not_theirs(client: Client, bob: User, bedside: Device) -> None:
    recorded(bedside, "The pond.", "2026-11-28T03:25Z")
    assert client.get("/recordings/").status_code == 302
    client.force_login(bob)
    assert "The pond." not in text_of(client.get("/recordings/"))


@pytest.mark.parametrize("asked", ["?month=nonsense", "?month=1999-01", "?page=99", "?page=x"])
def test_what_cannot_be_asked_for_shows_the_newest(alices: Client, bedside: Device, asked: str) -> None:
    recorded(bedside, "The pond.", "2026-11-28T03:25Z")
    assert "The pond." in text_of(alices.get(f"/recordings/{asked}"))


def test_a_month_of_many_has_pages(alices: Client, bedside: Device) -> None:
    for number in range(RECORDINGS_SHOWN + 1):
        recorded(bedside, f"Number {number}.", f"2026-11-{1 + number % 28:02}T{number // 28:02}:00Z")
    page = text_of(alices.get("/recordings/"))
    assert page.count('class="spoken"') == RECORDINGS_SHOWN
    assert "?month=2026-11&amp;page=2" in page
    assert text_of(alices.get("/recordings/?page=2")).count('class="spoken"') == 1
