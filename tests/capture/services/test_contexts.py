"""Where a memo was spoken: by hand, in a sit, as the phone said, by its default, at night, in this order."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.core.errors import Refusal
from capture.models import Context, Device, Memo, Sit, User
from capture.services.contexts import AS_IT_CAME, context_of, correct_context, correct_date, where_spoken
from capture.services.devices import change_device
from tests.support.api_phone import OGG, Phone

SAID = st.sampled_from(["", *Context.values])


@given(st.none() | SAID, st.booleans(), SAID, st.booleans())
def test_the_first_who_knows_is_believed(by_hand: str | None, is_in_sit: bool, said: str, is_night: bool) -> None:
    found = context_of(by_hand, is_in_sit=is_in_sit, said=said, is_night=is_night)
    known = [by_hand, "sit" if is_in_sit else None, said or None, "night" if is_night else None]
    first = next((one for one in known if one is not None), "")
    assert (found or "") == first


def memo(phone: Phone, at: str, **headers: str) -> Memo:
    """Send a memo that was spoken at this time, and return it."""
    audio = OGG + at.encode() + str(headers).encode()
    name = f"m-{Memo.objects.count()}"
    assert phone.put(name, audio, Recorded_At=at, **headers).status_code == 201
    return Memo.objects.get(client_id=name)


@pytest.mark.parametrize(
    ("at", "context", "evening"),
    [
        ("2026-11-24T03:12:00+01:00", "night", date(2026, 11, 23)),
        ("2026-11-23T22:00:00+01:00", "night", date(2026, 11, 23)),
        ("2026-11-23T23:30:00-08:00", "night", date(2026, 11, 23)),
        ("2026-11-24T06:00:00+01:00", None, None),
        ("2026-11-24T05:59:59+01:00", "night", date(2026, 11, 23)),
        ("2026-11-24T02:00:00+14:00", "night", date(2026, 11, 23)),
        # Z tells no offset: Alice lives in Berlin, where this is 06:30 in winter and 05:30 in summer.
        ("2026-11-24T05:30:00Z", None, None),
        ("2026-07-24T03:30:00Z", "night", date(2026, 7, 23)),
    ],
)
def test_what_is_spoken_in_the_sleeping_hours_is_spoken_at_night(
    phone: Phone, alice: User, at: str, context: str | None, evening: date | None
) -> None:
    User.objects.update(time_zone="Europe/Berlin")
    assert where_spoken(memo(phone, at))[:2] == (context, evening)


def test_a_phone_knows_better_than_the_hour(phone: Phone) -> None:
    assert where_spoken(memo(phone, "2026-11-24T03:12:00+01:00", Memo_Context="walk")).context == Context.WALK


def test_a_default_holds_for_what_comes_after_it(phone: Phone) -> None:
    before = memo(phone, "2026-11-24T12:00:00+01:00")
    change_device(phone.device, "runs", "walk")
    after = memo(phone, "2026-11-24T12:01:00+01:00")
    asked = memo(phone, "2026-11-24T12:02:00+01:00", Memo_Context="question")
    change_device(phone.device, "runs", "")
    assert [where_spoken(one).context for one in (before, after, asked)] == [None, Context.WALK, Context.QUESTION]


def test_what_is_spoken_in_a_sit_belongs_to_it_even_if_the_sit_is_told_later(phone: Phone, bob: User) -> None:
    spoken = memo(phone, "2026-11-24T12:00:00+01:00", Memo_Context="walk")
    noon = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    Sit.objects.create(user=bob, client_id="s", started_at=noon, ended_at=noon)
    assert where_spoken(spoken).context == Context.WALK
    Sit.objects.create(user=spoken.user, client_id="s", started_at=noon, ended_at=noon)
    assert where_spoken(spoken).context == Context.SIT


@pytest.mark.parametrize(
    ("starts", "ends", "is_within"),
    [(0, 0, True), (-30, 30, True), (1, 30, False), (-30, -1, False), (-179, None, True), (-180, None, False)],
)
def test_a_sit_holds_from_its_first_to_its_last_moment(
    alice: User, starts: int, ends: int | None, *, is_within: bool
) -> None:
    """In minutes from the memo. A sit whose end never came is over after three hours."""
    at = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    ended_at = None if ends is None else at + timedelta(minutes=ends)
    Sit.objects.create(user=alice, client_id="s", started_at=at + timedelta(minutes=starts), ended_at=ended_at)
    assert Sit.objects.around(at).exists() == is_within


def test_a_persons_word_is_kept_beside_what_the_phone_said_and_can_be_taken_back(phone: Phone) -> None:
    spoken = memo(phone, "2026-11-24T03:12:00+01:00", Memo_Context="question")
    said: list[tuple[Any, bool]] = []
    for word in ("sit", "", AS_IT_CAME):
        correct_context(spoken, word)
        spoken.refresh_from_db()
        said.append((where_spoken(spoken).context, where_spoken(spoken).is_by_hand))
        assert spoken.context == "question"
    assert said == [("sit", True), (None, True), ("question", False)]


def test_what_is_no_context_changes_nothing(phone: Phone, bedside: Device) -> None:
    spoken = memo(phone, "2026-11-24T12:00:00+01:00")
    with pytest.raises(Refusal):
        correct_context(spoken, "office")
    with pytest.raises(Refusal):
        change_device(bedside, "elsewhere", "office")
    spoken.refresh_from_db()
    bedside.refresh_from_db()
    assert (spoken.context_by_hand, bedside.name) == (None, "bedside")


def test_a_person_knows_better_when_it_was_and_can_take_that_back(phone: Phone) -> None:
    User.objects.update(time_zone="Europe/Berlin")
    spoken = memo(phone, "2026-11-24T12:00:00+01:00")
    correct_date(spoken, "2026-07-14T03:05")
    spoken.refresh_from_db()
    assert spoken.recorded_at == datetime(2026, 7, 14, 1, 5, tzinfo=UTC)
    assert where_spoken(spoken)[:2] == (Context.NIGHT, date(2026, 7, 13))
    correct_date(spoken, "2026-07-14T12:05")
    assert where_spoken(spoken).context is None
    correct_date(spoken, "")
    spoken.refresh_from_db()
    assert spoken.recorded_at == datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert (spoken.utc_offset, spoken.date_assumed, spoken.date_as_came) == (60, False, None)


@pytest.mark.parametrize("said", ["yesterday", "1969-01-01T00:00", "2999-01-01T00:00", "9999-12-31T23:59"])
def test_what_is_no_date_changes_nothing(phone: Phone, said: str) -> None:
    spoken = memo(phone, "2026-11-24T12:00:00+01:00")
    with pytest.raises(Refusal):
        correct_date(spoken, said)
    spoken.refresh_from_db()
    assert spoken.date_as_came is None
