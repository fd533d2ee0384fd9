"""The loudness of ideas' spans comes with the ideas: one query for a list, however long it is."""

from typing import Any

import pytest
from django.template import engines

from capture.models import Device, User
from capture.services.recordings import save_peaks
from insights.models import Idea
from tests.support.transcripts import place_texts

LEVELS = bytes(range(256)) * 8
"""Of some forty seconds."""
ROW = engines["django"].from_string("{% load pictures %}{% for idea in ideas %}{% voice_wave idea %}{% endfor %}")


@pytest.fixture
def idea(bedside: Device) -> Idea:
    """Give an idea, the peaks of whose memo are known."""
    (transcript,) = place_texts(bedside, "The hippopotamus likes the river and the lake.")
    save_peaks(transcript.memo, LEVELS)
    return Idea.objects.get()


def span_peaks(idea: Idea, start: float, end: float) -> bytes:
    Idea.objects.filter(pk=idea.pk).update(audio_start=start, audio_end=end)
    return Idea.objects.with_peaks().get().span_peaks


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [(0, 2, 0, 100), (1.5, 4.25, 75, 213), (0.01, 0.03, 0, 2), (40, 99, 2000, 2048), (99, 120, 0, 0), (3, 3, 0, 0)],
)
def test_an_idea_has_the_loudness_of_its_span(idea: Idea, start: float, end: float, first: int, last: int) -> None:
    assert span_peaks(idea, start, end) == LEVELS[first:last]


def test_a_span_that_ends_before_it_begins_has_none(idea: Idea) -> None:
    assert span_peaks(idea, 5, 4) == b""


def test_where_none_are_known_an_idea_has_none(bedside: Device) -> None:
    place_texts(bedside, "The hippopotamus likes the river and the lake.")
    assert Idea.objects.with_peaks().get().span_peaks == b""


def test_who_did_not_ask_for_it_makes_no_query(idea: Idea, django_assert_num_queries: Any) -> None:
    (plain,) = Idea.objects.with_memo()
    with django_assert_num_queries(0):
        assert plain.span_peaks == b""


def test_fifty_rows_with_their_pictures_take_one_query_more(
    bedside: Device, alice: User, django_assert_num_queries: Any
) -> None:
    for transcript in place_texts(bedside, *(f"Idea {number} is about the river and its mud." for number in range(50))):
        save_peaks(transcript.memo, LEVELS)
    asked = Idea.objects.of(alice).newest_first()
    with django_assert_num_queries(2):  # the ideas, and the edits of their transcripts
        list(asked)
    with django_assert_num_queries(3):
        drawn = ROW.render({"ideas": list(asked.with_peaks())})
    assert drawn.count("<svg") == Idea.objects.count() >= 50
