"""An hour of speech is read in parts, each of them a light page; whatever is asked for is in the part that is shown."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from capture.models import Device
from insights.models import Idea
from insights.services.idea_spans import WordRange, idea_of_span
from insights.services.recording_words import PART_WORDS, part_query, recording_parts
from tests.support.pages import text_of
from tests.support.transcripts import write_transcript
from transcription.models import Transcript

HOUR_WORDS, IDEA_WORDS = 9000, 60
PAGE_BYTES = 250_000


def hour(bedside: Device, idea_words: int = IDEA_WORDS) -> tuple[Transcript, list[Idea]]:
    """Return an hour and a quarter at two words a second, an idea after the other."""
    transcript = write_transcript(bedside, " ".join(f"word{number}" for number in range(HOUR_WORDS)))
    words, now = transcript.heard(), timezone.now()
    spans = [WordRange(first, first + idea_words).span_in(words) for first in range(0, HOUR_WORDS, idea_words)]
    ideas = [idea_of_span(transcript, words, position, span) for position, span in enumerate(spans)]
    for idea in ideas:
        idea.placed_at = now
    Idea.objects.bulk_create(ideas)
    return transcript, ideas


def test_an_hour_is_shown_in_parts_that_hold_all_of_it(alices: Client, bedside: Device) -> None:
    transcript, ideas = hour(bedside)
    address, words, shown, number = f"/memos/{transcript.memo_id}/", list[str](), list[str](), 1
    while True:
        answer = alices.get(address, {"part": number})
        page = text_of(answer)
        assert len(answer.content) < PAGE_BYTES
        words += re.findall(r">(word\d+)</span>", page)
        shown += re.findall(r'<li class="idea[^>]* id="idea-([^"]*)"', page)
        if 'rel="next"' not in page:
            break
        number += 1
    assert words == [f"word{number}" for number in range(HOUR_WORDS)]
    assert shown == [str(idea.pk) for idea in ideas]


def test_one_idea_of_an_hour_is_cut_as_well(alices: Client, bedside: Device) -> None:
    transcript, (idea,) = hour(bedside, HOUR_WORDS)
    parts = recording_parts(transcript, [idea])
    assert [len(part.runs[0].words) for part in parts] == [PART_WORDS] * 9
    assert [len(part.ideas) for part in parts] == [1] + [0] * 8


def test_the_part_of_an_idea_is_shown_however_it_is_asked_for(alices: Client, bedside: Device) -> None:
    transcript, ideas = hour(bedside)
    address = f"/memos/{transcript.memo_id}/"
    assert part_query(ideas[0]) == ""
    for idea in (ideas[1], ideas[len(ideas) // 2], ideas[-1]):
        for query in (part_query(idea), f"?idea={idea.pk}"):
            assert f'id="idea-{idea.pk}"' in text_of(alices.get(f"{address}{query}"))
    page = text_of(alices.get(address, {"at": "100000"}))
    assert f'id="idea-{ideas[-1].pk}"' in page
    back = alices.post(f"/ideas/{ideas[-2].pk}/join", {"with": "after"})["Location"]
    assert f"word{HOUR_WORDS - 1}</span>" in text_of(alices.get(back))


@pytest.mark.parametrize("asked", [{"part": "x"}, {"part": "999"}, {"at": "-1"}, {"at": "nan"}, {"idea": "x"}, {}])
def test_whatever_is_asked_for_there_is_a_part(alices: Client, bedside: Device, asked: dict[str, str]) -> None:
    transcript, _ideas = hour(bedside)
    assert alices.get(f"/memos/{transcript.memo_id}/", asked).status_code == 200


def test_who_corrects_a_word_is_shown_the_part_in_which_it_is(alices: Client, bedside: Device) -> None:
    transcript, _ideas = hour(bedside)
    sent = {"written": "sword", "stood": " word5000", "from": "page", "part": "6"}
    back = alices.post(f"/transcripts/{transcript.pk}/words/5000-5001", sent)["Location"]
    assert back == f"/memos/{transcript.memo_id}/?part=6"
    page = text_of(alices.get(back))
    assert ">sword</span>" in page
    assert '<input type="hidden" name="part" value="6">' in page


def test_a_short_recording_has_no_parts(alices: Client, bedside: Device) -> None:
    transcript = write_transcript(bedside, "just a few words")
    page = text_of(alices.get(f"/memos/{transcript.memo_id}/"))
    assert "data-until" not in page
    assert 'name="part"' not in page
