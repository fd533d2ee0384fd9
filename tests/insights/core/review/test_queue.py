"""The order of a review: answers, last night, the days before, what returns; in each topic by topic."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from insights.core.review.queue import (
    Candidate,
    QueuePart,
    first_ideas,
    first_seconds,
    meeting_seconds,
    ordered,
)

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)
BOAT, HOUSE = UUID(int=1), UUID(int=2)


def candidate(part: QueuePart, topic: UUID | None, minute: int, seconds: float = 10) -> Candidate:
    return Candidate(uuid4(), part, topic, NIGHT + timedelta(minutes=minute), seconds)


def test_part_by_part_topic_by_topic_and_what_has_none_last() -> None:
    old = candidate(QueuePart.RETURNING, HOUSE, -9000)
    answer = candidate(QueuePart.ANSWER, HOUSE, 9)
    loose = candidate(QueuePart.LAST_NIGHT, None, 0)
    house, boat, more_house = (
        candidate(QueuePart.LAST_NIGHT, topic, at) for topic, at in ((HOUSE, 1), (BOAT, 2), (HOUSE, 3))
    )
    earlier = candidate(QueuePart.NEW, BOAT, -3000)
    given_in_any_order = [old, more_house, earlier, loose, boat, answer, house]
    assert ordered(given_in_any_order) == [answer, house, more_house, boat, loose, earlier, old]


def test_it_takes_to_meet_an_idea_as_long_as_to_hear_and_to_read_it() -> None:
    assert meeting_seconds("ten words " * 5, 8.0) == 8.0 + 3.0


PARTS = st.builds(
    candidate,
    st.sampled_from(QueuePart),
    st.sampled_from([BOAT, HOUSE, None]),
    st.integers(-5000, 500),
    st.floats(0.5, 300),
)


@given(st.lists(PARTS, max_size=30))
def test_each_topic_stands_together_in_its_part(candidates: list[Candidate]) -> None:
    queue = ordered(candidates)
    assert sorted(one.key for one in queue) == sorted(one.key for one in candidates)
    places = [(one.part, one.topic) for one in queue]
    runs = [place for number, place in enumerate(places) if number == 0 or places[number - 1] != place]
    assert len(runs) == len(set(runs))
    assert [part for part, _topic in places] == sorted(part for part, _topic in places)


@given(st.lists(PARTS, max_size=30), st.integers(1, 20), st.floats(1, 2000))
def test_no_more_is_asked_than_was_wanted(queue: list[Candidate], number: int, seconds: float) -> None:
    assert first_ideas(queue, number) == queue[:number]
    some = first_seconds(queue, seconds)
    assert some == queue[: len(some)]
    assert len(some) == bool(queue) or sum(one.seconds for one in some) <= seconds
    if queue[len(some) :]:
        assert not some or sum(one.seconds for one in queue[: len(some) + 1]) > seconds
