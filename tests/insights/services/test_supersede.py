"""Ideas of a memo that is heard again: what a person touched stays, the rest changes at once, nothing is told twice."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from capture.models import Device, User
from insights.core.review.choices import Decision
from insights.models import Author, Idea, Topic
from insights.services import digests, place_ideas
from insights.services.ideas import move_idea
from insights.services.place_ideas import count_due_placements, place_next_transcript
from insights.services.review import begin_or_resume, decide
from insights.services.supersede import share_covered
from insights.services.topics import create_topic
from tests.support.digest_mails import SEVEN
from tests.support.pages import MORE_TOMATOES, TOMATOES
from tests.support.transcripts import heard_anew, place_texts, write_transcript
from transcription.models import Edit, Transcript
from transcription.worker.state import WorkerState

TAXES = "Oh, and another idea: send the invoice to the tax office today."
TWO_IDEAS = f"{TOMATOES} {TAXES}"


def texts(user: User) -> list[str]:
    return [idea.text for idea in Idea.objects.of(user).in_order()]


def test_nothing_vanishes_until_the_new_ideas_are_placed(
    worker: WorkerState, bedside: Device, alice: User, alices: Client
) -> None:
    (before,) = place_texts(bedside, TOMATOES)
    old = Idea.objects.get()
    heard_anew(worker, before, MORE_TOMATOES)
    assert TOMATOES in alices.get("/").content.decode()
    assert "Still being written down" not in alices.get("/").content.decode()
    assert place_next_transcript()
    assert texts(alice) == [MORE_TOMATOES]
    assert not Idea.objects.filter(pk=old.pk).exists()


def moved(idea: Idea) -> None:
    move_idea(idea, create_topic(idea.user, "Accounts"))


def edited(idea: Idea) -> None:
    words = idea.transcript.heard()
    place = next(n for n, word in enumerate(words) if word.start >= idea.audio_start) + 1
    Edit.objects.create(transcript=idea.transcript, first=place, last=place + 1, text=" Ann", by=idea.user)


def decided(idea: Idea) -> None:
    session = begin_or_resume(idea.user)
    assert session
    decide(session.turns.get(idea=idea), Decision.ACT, uuid4())


@pytest.mark.parametrize("touch", [moved, edited, decided])
def test_what_a_person_touched_stays_as_it_is(
    worker: WorkerState, bedside: Device, alice: User, touch: Callable[[Idea], None]
) -> None:
    (before,) = place_texts(bedside, TWO_IDEAS)
    touched = Idea.objects.get(text=TAXES)
    touch(touched)
    touched.refresh_from_db()
    as_it_was = Idea.objects.filter(pk=touched.pk).values().get()
    heard_anew(worker, before, f"{MORE_TOMATOES} Oh, and another idea: end the invoice to the tacks office today.")
    assert place_next_transcript()
    assert texts(alice) == [MORE_TOMATOES, TAXES]
    assert Idea.objects.filter(pk=touched.pk).values().get() == as_it_was
    assert touched.transcript.text[touched.text_start : touched.text_end] == TAXES


def test_where_all_is_touched_nothing_new_is_made_and_nothing_waits(
    worker: WorkerState, bedside: Device, alice: User
) -> None:
    (before,) = place_texts(bedside, TOMATOES)
    moved(Idea.objects.get())
    heard_anew(worker, before, "The tomatoes in the garden need no water.")
    assert place_next_transcript()
    assert texts(alice) == [TOMATOES]
    assert count_due_placements() == 0
    assert not place_next_transcript()


def test_its_topic_is_the_same_and_one_that_stands_empty_goes(worker: WorkerState, bedside: Device) -> None:
    first, _second = place_texts(bedside, TOMATOES, MORE_TOMATOES)
    topic = Topic.objects.get()
    heard_anew(worker, first, "The tomatoes in the garden need much more water.")
    place_next_transcript()
    assert set(Idea.objects.values_list("topic", flat=True)) == {topic.pk}
    for transcript in Transcript.objects.current():
        heard_anew(worker, transcript, "Ask whether anybody has seen the film.")
        place_next_transcript()
    assert not Topic.objects.filter(pk=topic.pk).exists()


def test_alone_it_founds_no_topic_with_what_it_replaces(worker: WorkerState, bedside: Device) -> None:
    (before,) = place_texts(bedside, TOMATOES)
    heard_anew(worker, before, TOMATOES)
    place_next_transcript()
    assert Idea.objects.get().topic is None
    assert not Topic.objects.exists()


def test_no_mail_tells_it_as_new(worker: WorkerState, reader: User) -> None:
    before = Transcript.objects.earliest("finished_at")
    assert digests.send_due(SEVEN) == 1
    heard_anew(worker, before, "The tomatoes in the garden need much more water.")
    place_next_transcript()
    assert digests.send_due(SEVEN + timedelta(days=1)) == 0
    assert not Idea.objects.of(reader).for_digest(SEVEN, timezone.now())


def test_moved_while_it_is_placed_it_stays(
    worker: WorkerState, bedside: Device, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    (before,) = place_texts(bedside, TOMATOES)
    idea = Idea.objects.get()
    new = heard_anew(worker, before, MORE_TOMATOES)
    arranged = place_ideas._plan_placement

    def slowly(*arguments: object) -> object:
        change = arranged(*arguments)  # type: ignore[arg-type]
        if Idea.objects.get(pk=idea.pk).placed_by == Author.MACHINE:
            move_idea(idea, None)
        return change

    monkeypatch.setattr(place_ideas, "_plan_placement", slowly)
    place_ideas.place_transcript(new)
    assert texts(alice) == [TOMATOES]


class Stretch:
    """A stretch of audio."""

    def __init__(self, start: float, end: float) -> None:
        self.audio_start, self.audio_end = start, end


stretches = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda pair: Stretch(pair[0], sum(pair)))


@given(stretch=stretches, others=st.lists(stretches, max_size=6))
def test_the_share_covered_is_that_of_its_seconds(stretch: Stretch, others: list[Stretch]) -> None:
    seconds = range(int(stretch.audio_start), int(stretch.audio_end))
    inside = [any(other.audio_start <= second < other.audio_end for other in others) for second in seconds]
    assert share_covered(stretch, others) == pytest.approx(sum(inside) / len(seconds))


def test_a_new_idea_beside_the_touched_one_is_made(worker: WorkerState, bedside: Device, alice: User) -> None:
    transcript = write_transcript(bedside, TOMATOES)
    place_ideas.place_transcript(transcript)
    moved(Idea.objects.get())
    heard_anew(worker, transcript, TWO_IDEAS)
    place_next_transcript()
    assert texts(alice) == [TOMATOES, TAXES]
    assert timezone.now() > Idea.objects.get(text=TAXES).placed_at
