"""Nights on pages by the right words and the right clocks: this one, the last one, and one that was flown through."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from capture.models import Device, Memo, User
from insights.core.pictures.night_line import Burst
from insights.models import Idea
from insights.services.last_night import line_zone
from insights.services.picture_rows import bursts_of
from tests.support.pages import text_of
from tests.support.transcripts import place_texts

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
LATE, LATER = "The keeper counts the waves.", "Let the dough rest."


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let it be a moment from now on."""

    def let_it_be(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    let_it_be(NOON)
    return let_it_be


def say_at(device: Device, at: datetime, text: str, offset: int | None = None) -> Idea:
    (transcript,) = place_texts(device, text)
    Memo.objects.filter(pk=transcript.memo_id).update(recorded_at=at, received_at=at, utc_offset=offset)
    Idea.objects.filter(transcript=transcript).update(placed_at=at)
    return Idea.objects.with_memo().get(transcript=transcript)


def heading(client: Client) -> str:
    found = re.search(r'<h1 id="opening">(.*?)</h1>', text_of(client.get("/")))
    assert found
    return found[1]


def test_before_midnight_it_is_tonight_and_in_the_morning_last_night(alices: Client, bedside: Device, now: Any) -> None:
    say_at(bedside, NOON - timedelta(hours=10), LATE)
    assert heading(alices) == "One idea from last night."
    now(NOON + timedelta(hours=11))
    say_at(bedside, NOON + timedelta(hours=10, minutes=40), LATER)
    assert heading(alices) == "One idea tonight."
    page = text_of(alices.get("/"))
    assert page.index(LATER) < page.index('<h2 class="parting">Last night</h2>') < page.index(LATE)
    assert "Tonight from nine in the evening" in page
    now(NOON + timedelta(hours=14))
    assert heading(alices) == "One idea tonight."
    assert "Tonight, in your voice" in text_of(alices.get("/listen/"))
    now(NOON + timedelta(hours=20))
    assert heading(alices) == "One idea from last night."
    assert "Last night, in your voice" in text_of(alices.get("/listen/"))


def test_how_long_there_is_to_listen_stands_on_the_button(alices: Client, bedside: Device, now: Any) -> None:
    night = [
        say_at(bedside, NOON - timedelta(hours=10, minutes=number), text) for number, text in enumerate((LATE, LATER))
    ]
    say_at(bedside, NOON - timedelta(hours=1), "Buy a lamp by day.")
    for number, idea in enumerate(night):
        Idea.objects.filter(pk=idea.pk).update(audio_start=1.0, audio_end=41.0 + number)
    assert re.search(r'Listen <span class="aside num">1:21</span>', text_of(alices.get("/")))


def test_what_follows_a_refresh_is_named_by_it(alices: Client, bedside: Device, now: Any) -> None:
    assert 'hx-select-oob="#opening,#night-line,#ways"' in text_of(alices.get("/"))
    say_at(bedside, NOON, LATE)
    page = text_of(alices.get("/"))
    assert all(f'id="{name}"' in page for name in ("opening", "night-line", "ways"))


def test_a_night_of_two_clocks_is_drawn_by_one_and_each_time_is_its_own(
    alices: Client, alice: User, bedside: Device, now: Any
) -> None:
    """She flew from Berlin to London: what was said later is to the right, by the clock of where the night began."""
    first = say_at(bedside, NOON - timedelta(hours=12), LATE, 60)
    then = say_at(bedside, NOON - timedelta(hours=11, minutes=30), LATER, 0)
    bursts = bursts_of([then, first], alice)
    assert line_zone([then, first], alice).utcoffset(None) == timedelta(hours=1)
    assert [burst.hour for _, burst in sorted(bursts.items())] == [1.0, 1.5]
    assert [clock.hour for clock in sorted(bursts)] == [1, 0]
    page = text_of(alices.get("/"))
    assert ">1:00</time>" in page
    assert ">0:30</time>" in page
    assert "two recordings, at 1:00, 0:30" in page
    assert "0:30" in text_of(alices.get(f"/memos/{then.transcript.memo_id}/"))


def test_without_a_phones_clock_it_is_the_persons(alice: User, bedside: Device, now: Any) -> None:
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    idea = say_at(bedside, NOON + timedelta(hours=6), LATE)
    assert [burst._replace(seconds=0) for burst in bursts_of([idea], alice).values()] == [Burst(3.0, 0)]
