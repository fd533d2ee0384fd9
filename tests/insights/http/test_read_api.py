"""The read API of ideas and topics: what is told of them, to whom, and in how many questions to the database."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from capture.models import Device, Memo, Sit, User
from insights.models import Author, Idea, ReviewState, Topic
from insights.services import read_ideas
from insights.services.search_entries import write_due_rows
from insights.services.topics import create_topic, hide_topic
from tests.support.answers import problem
from tests.support.api_reader import Reader
from tests.support.doubtful import place_doubtful
from tests.support.transcripts import place_texts, write_transcript
from transcription.services.edits import edit_text

BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)
Counted = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def program(alice: User) -> Reader:
    return Reader(alice)


def idea(device: Device, text: str, *, topic: Topic | None = None, day: int = 0, **row: Any) -> Idea:
    """Return an idea that is all of a memo of its own."""
    transcript = write_transcript(device, text)
    memo = {name.removeprefix("memo_"): row.pop(name) for name in list(row) if name.startswith("memo_")}
    Memo.objects.filter(pk=transcript.memo_id).update(recorded_at=BEGAN + timedelta(days=day), **memo)
    return Idea.objects.create(
        user=device.user,
        transcript=transcript,
        position=0,
        text=text,
        text_start=0,
        text_end=len(text),
        audio_start=0.5,
        audio_end=2.25,
        vector=b"",
        topic=topic,
        placed_at=timezone.now(),
        **row,
    )


def texts(found: list[dict[str, Any]]) -> list[str]:
    return [row["text"] for row in found]


def test_an_idea_tells_its_words_its_span_and_where_it_stands(bedside: Device, program: Reader) -> None:
    topic = create_topic(bedside.user, "River")
    made = idea(bedside, "The hippo likes the river.", topic=topic, memo_utc_offset=-90, placed_by=Author.PERSON)
    edit_text(made.transcript, "The hippo loves the river.", by=bedside.user)
    told = program.read(f"ideas/{made.pk}")
    assert program.read("ideas") == {"ideas": [told], "next": None}
    assert told["recorded_at"] == "2026-11-01T10:30:00-01:30"
    assert told["topic"] == {"id": str(topic.pk), "name": "River", "hidden": False}
    assert (told["text"], told["verbatim"]) == ("The hippo loves the river.", "The hippo likes the river.")
    assert (told["kind"], told["state"], told["placed_by"], told["context"]) == ("thought", "new", "person", None)
    assert (told["memo"], told["start"], told["end"]) == (str(made.transcript.memo_id), 0.5, 2.25)
    assert told["audio"] == f"/api/v1/memos/{told['memo']}/audio#t=0.5,2.25"


def test_marks_of_doubt_travel_with_the_words(bedside: Device, program: Reader) -> None:
    (made,) = place_doubtful(bedside, "We water the {garden} today.")
    told = program.read(f"ideas/{made.pk}")
    assert [told["text"][begin:end] for begin, end in told["doubtful"]] == ["garden"]


def test_ideas_are_asked_for_by_all_that_is_known_of_them(bedside: Device, program: Reader) -> None:
    topic = create_topic(bedside.user, "River")
    idea(bedside, "In the river.", topic=topic, memo_context="walk")
    done = idea(bedside, "Buy flour.", kind="task", day=1)
    ReviewState.objects.create(idea=done, user=bedside.user, decision="act", seen_at=timezone.now())
    idea(bedside, "Why is it dark?", kind="question", day=2, memo_archive=True, memo_context_by_hand="sit")
    asked: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["Why is it dark?", "Buy flour.", "In the river."]),
        ({"order": "oldest"}, ["In the river.", "Buy flour.", "Why is it dark?"]),
        ({"topic": str(topic.pk)}, ["In the river."]),
        ({"topic": "unsorted"}, ["Why is it dark?", "Buy flour."]),
        ({"topic": str(uuid4())}, []),
        ({"memo": str(done.transcript.memo_id)}, ["Buy flour."]),
        ({"kind": "task"}, ["Buy flour."]),
        ({"state": "act"}, ["Buy flour."]),
        ({"state": "new"}, ["Why is it dark?", "In the river."]),
        ({"archive": "true"}, ["Why is it dark?"]),
        ({"context": "walk"}, ["In the river."]),
        ({"context": "sit"}, ["Why is it dark?"]),
        ({"since": "2026-11-02T12:00:00Z", "until": "2026-11-03T12:00:00Z"}, ["Buy flour."]),
    ]
    for question, expected in asked:
        assert texts(program.read("ideas", **question)["ideas"]) == expected, question


def test_where_it_was_spoken_is_worked_out_as_on_the_pages(alice: User, bedside: Device, program: Reader) -> None:
    User.objects.filter(pk=alice.pk).update(night_from=22, night_until=6)
    Sit.objects.create(user=alice, client_id="s", started_at=BEGAN, ended_at=BEGAN + timedelta(minutes=30))
    idea(bedside, "In the sit.")
    idea(bedside, "By its clock at night.", day=1, memo_utc_offset=12 * 60)
    idea(bedside, "By day.", day=2)
    contexts = {row["text"]: row["context"] for row in program.read("ideas")["ideas"]}
    assert contexts == {"In the sit.": "sit", "By its clock at night.": "night", "By day.": None}
    for context, expected in (("sit", "In the sit."), ("night", "By its clock at night.")):
        assert texts(program.read_all("ideas", "ideas", context=context, limit=1)) == [expected]


def test_what_was_let_go_is_shown_to_who_asks_for_it(bedside: Device, program: Reader) -> None:
    made = idea(bedside, "Never mind.")
    ReviewState.objects.create(idea=made, user=bedside.user, decision="let-go", seen_at=timezone.now())
    assert program.read("ideas")["ideas"] == []
    assert texts(program.read("ideas", state="let-go")["ideas"]) == ["Never mind."]
    assert program.read(f"ideas/{made.pk}")["state"] == "let-go"


def test_a_hidden_topic_is_shown_to_who_asks_for_it(bedside: Device, program: Reader) -> None:
    topic = create_topic(bedside.user, "Secret")
    idea(bedside, "Not for all.", topic=topic)
    hide_topic(topic, hidden=True)
    assert program.read("ideas")["ideas"] == program.read("topics")["topics"] == []
    assert [one["name"] for one in program.read("topics", hidden="true")["topics"]] == ["Secret"]
    assert texts(program.read(f"topics/{topic.pk}/ideas")["ideas"]) == ["Not for all."]
    assert program.read(f"topics/{topic.pk}")["hidden"] is True


def test_what_is_deleted_or_was_parted_is_not_told(bedside: Device, program: Reader) -> None:
    parted, deleted = idea(bedside, "Parted.", is_replaced=True), idea(bedside, "Deleted.")
    Memo.objects.filter(pk=deleted.transcript.memo_id).update(deleted_at=timezone.now())
    assert program.read("ideas")["ideas"] == []
    for gone in (parted, deleted):
        assert problem(program.get(f"ideas/{gone.pk}"), 404, "not-found")


def test_a_topic_tells_its_name_and_how_much_is_in_it(bedside: Device, program: Reader) -> None:
    topic = create_topic(bedside.user, "River")
    first, _second = idea(bedside, "One.", topic=topic), idea(bedside, "Two.", topic=topic, day=1)
    ReviewState.objects.create(idea=first, user=bedside.user, decision="let-go", seen_at=timezone.now())
    (told,) = program.read("topics")["topics"]
    assert (told["name"], told["named_by"], told["ideas"]) == ("River", "person", 1)
    assert program.read(f"topics/{topic.pk}") == told
    assert texts(program.read(f"topics/{topic.pk}/ideas")["ideas"]) == ["Two."]


def test_ideas_are_searched_for(bedside: Device, program: Reader, bob: User) -> None:
    topic, hidden = create_topic(bedside.user, "River"), create_topic(bedside.user, "Secret")
    idea(bedside, "The hippo likes the river.", topic=topic)
    idea(bedside, "Buy flour for the hippo.", kind="task", day=1)
    idea(bedside, "A hippo that nobody knows of.", topic=hidden)
    hide_topic(hidden, hidden=True)
    write_due_rows()
    found = program.read("search", q="hippo river")
    assert found["partial"] is found["behind"] is False
    (hit,) = found["hits"]
    assert [hit["idea"]["text"][begin:end] for begin, end in hit["matches"]] == ["hippo", "river"]
    assert hit["idea"] == program.read(f"ideas/{hit['idea']['id']}")
    asked: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"The hippo likes the river.", "Buy flour for the hippo."}),
        ({"topic": str(topic.pk)}, {"The hippo likes the river."}),
        ({"topic": str(hidden.pk)}, {"A hippo that nobody knows of."}),
        ({"topic": "unsorted", "kind": "task"}, {"Buy flour for the hippo."}),
        ({"state": "act"}, set()),
        ({"since": "2026-11-02T00:00:00Z"}, {"Buy flour for the hippo."}),
    ]
    for question, expected in asked:
        hits = program.read("search", q="hippo", **question)["hits"]
        assert {one["idea"]["text"] for one in hits} == expected, question
    assert problem(program.get("search"), 400, "bad-request")
    assert Reader(bob).read("search", q="hippo")["hits"] == []


def test_pages_of_hits_follow_each_other(bedside: Device, program: Reader, bob: User) -> None:
    for number in range(7):
        idea(bedside, f"The hippo sleeps, number {number}.", day=number)
    write_due_rows()
    whole = program.read("search", q="hippo")
    assert whole["next"] is None
    found = program.read_all("search", "hits", q="hippo", limit=2)
    assert len(found) == 7
    assert texts([hit["idea"] for hit in found]) == texts([hit["idea"] for hit in whole["hits"]])
    cursor = program.read("search", q="hippo", limit=2)["next"]
    assert problem(Reader(bob).get(cursor), 400, "bad-cursor")


def test_pages_of_ideas_follow_each_other(bedside: Device, program: Reader) -> None:
    for number in range(7):
        idea(bedside, f"Number {number}.", day=number // 3)  # some were spoken at the same moment
    for order in ("newest", "oldest"):
        found = program.read_all("ideas", "ideas", limit=2, order=order)
        assert len({row["id"] for row in found}) == len(found) == 7
        spoken = [row["recorded_at"] for row in found]
        assert spoken == sorted(spoken, reverse=order == "newest")


@pytest.mark.parametrize("few", [0, 100])
def test_what_few_memos_hold_comes_in_pages_that_look_at_some_of_them(
    bedside: Device, program: Reader, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(read_ideas, "MEMOS_A_PAGE", 3)
    monkeypatch.setattr(read_ideas, "FEW_DECIDED", few)
    tasks = [idea(bedside, f"Task {day}.", kind="task", day=day, memo_archive=True) for day in (0, 4, 9)]
    ReviewState.objects.bulk_create(
        ReviewState(idea=one, user=bedside.user, decision="act", seen_at=timezone.now()) for one in tasks
    )
    for number in range(20):
        idea(bedside, f"Thought {number}.", day=number // 2, memo_archive=True)  # some at the same moment
    asked: tuple[dict[str, Any], ...] = ({"kind": "task"}, {"kind": "task", "archive": "true"}, {"state": "act"})
    for question in asked:
        for order, expected in (("oldest", tasks), ("newest", tasks[::-1])):
            found = program.read_all("ideas", "ideas", order=order, **question)
            assert texts(found) == [one.text for one in expected], question
    assert len({row["id"] for row in program.read_all("ideas", "ideas", limit=5)}) == 23
    last = program.read("ideas", since="2026-11-11T00:00:00Z", kind="task")
    assert (last["ideas"], last["next"]) == ([], None)
    assert texts(program.read("ideas", kind="task", since="2026-11-10T00:00:00Z")["ideas"]) == ["Task 9."]


def test_as_many_questions_are_asked_for_one_idea_as_for_many(
    bedside: Device, program: Reader, django_assert_num_queries: Counted
) -> None:
    topic = create_topic(bedside.user, "River")
    edit_text(idea(bedside, "Number 0.", topic=topic).transcript, "Number nought.", by=bedside.user)
    program.get("ideas")  # notes that the token is used
    for several in (range(1, 100), range(0)):
        with django_assert_num_queries(7):  # the token, how far it reaches, ideas, transcripts, memos, edits, sits
            program.read("ideas", limit=200)
        with django_assert_num_queries(4):  # the token, topics, and how many ideas twice
            program.read("topics", limit=200)
        for number in several:
            idea(bedside, f"Number {number}.", topic=create_topic(bedside.user, f"Topic {number}"), day=number)


def test_bob_reads_nothing_of_alices(bedside: Device, bob: User, program: Reader) -> None:
    place_texts(bedside, "The hippo likes the river.", "Another hippo sleeps in the river.")
    made = Idea.objects.exclude(topic=None).first()
    assert made
    his = Reader(bob)
    assert his.read("ideas")["ideas"] == his.read("topics")["topics"] == []
    for asked in ({"topic": str(made.topic_id)}, {"memo": str(made.transcript.memo_id)}):
        assert his.read("ideas", **asked)["ideas"] == []
    for path in (f"ideas/{made.pk}", f"topics/{made.topic_id}", f"topics/{made.topic_id}/ideas"):
        assert problem(his.get(path), 404, "not-found")
    cursor = program.read("ideas", limit=1)["next"]
    assert cursor
    assert problem(his.get(cursor), 400, "bad-cursor")


@pytest.mark.parametrize("listing", ["memos?", "ideas?", "search?q=heron&"])
@pytest.mark.parametrize(
    "moment", ["2026-11-01T12:00:00", "2026-11-01", "0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"]
)
def test_a_moment_is_one_everywhere_that_a_database_knows(program: Reader, listing: str, moment: str) -> None:
    assert problem(program.get(f"{listing}since={moment}"), 400, "bad-request")
    assert problem(program.get(f"{listing}until={moment}"), 400, "bad-request")
