"""A review: begun, taken up again, decided idea by idea whoever else decides too, undone exactly, and ended."""

import threading
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.models import Device, User
from capture.services.deletion import delete_memo, restore_memo
from insights.core.review.choices import Decision, Dial, TopicPace
from insights.models import Idea, ReviewDecision, ReviewSession, ReviewState, ReviewTurn, Topic
from insights.services import review_queue
from insights.services.ideas import move_idea
from insights.services.review import (
    DecisionMade,
    ReviewAmount,
    ReviewOver,
    TopicChoice,
    begin_or_resume,
    decide,
    end_review,
    let_rest,
    open_review,
    set_dial,
    set_topic_pace,
    take_back,
    tick_act,
    undo_decision,
)
from insights.services.review_queue import ReviewScope, review_offer
from insights.services.topics import TakenName, rename_topic
from tests.support.sorted_ideas import House, stands
from tests.support.transcripts import place_texts


def begun(user: User, **asked: Any) -> ReviewSession:
    session = begin_or_resume(user, **asked)
    assert session
    return session


def here(session: ReviewSession) -> ReviewTurn:
    """Return the turn that a page of the review shows."""
    turn = session.turns.undecided().first()
    assert turn
    return turn


def say(session: ReviewSession, decision: Decision, choice: TopicChoice | None = None) -> DecisionMade:
    return decide(here(session), decision, uuid4(), choice)


def states() -> dict[Any, Any]:
    return {row["idea_id"]: row for row in ReviewState.objects.values()}


def test_it_goes_topic_by_topic_and_what_has_none_is_last(house: House) -> None:
    session = begun(house.user)
    topics = [turn.idea.topic for turn in session.turns.shown()]
    assert topics == [house.garden, house.garden, house.garden, house.office, None]


@pytest.mark.parametrize(
    ("amount", "number"), [(ReviewAmount(2), 2), (ReviewAmount(20), 5), (ReviewAmount(minutes=5), 5)]
)
def test_it_is_as_long_as_was_asked(house: House, amount: ReviewAmount, number: int) -> None:
    assert begun(house.user, amount=amount).turns.count() == number


def test_minutes_are_those_of_hearing_and_reading(house: House) -> None:
    Idea.objects.update(audio_end=50)
    assert begun(house.user, amount=ReviewAmount(minutes=1)).turns.count() == 1
    end_review(house.user)
    assert begun(house.user, amount=ReviewAmount(minutes=3)).turns.count() == 3


def test_where_there_is_nothing_none_begins(alice: User) -> None:
    assert begin_or_resume(alice) is None
    assert not ReviewSession.objects.exists()


def test_one_that_was_interrupted_is_taken_up_where_it_was(house: House) -> None:
    session = begun(house.user, amount=ReviewAmount(3))
    say(session, Decision.KEEP)
    assert begun(house.user, amount=ReviewAmount(20)) == session
    assert here(session).position == 1


def test_after_a_day_another_one_begins(house: House) -> None:
    old = begun(house.user, amount=ReviewAmount(3))
    ReviewSession.objects.update(touched_at=timezone.now() - timedelta(hours=25))
    assert open_review(house.user) is None
    assert begun(house.user) != old
    assert ReviewSession.objects.open().count() == 1


def test_one_topic_or_one_day_alone_is_begun_anew(house: House) -> None:
    everything = begun(house.user)
    office = begun(house.user, scope=ReviewScope(topic=house.office))
    assert office != everything
    assert [turn.idea.topic for turn in office.turns.all()] == [house.office]
    here_and_now = timezone.localdate()
    assert begun(house.user, scope=ReviewScope(day=here_and_now)).turns.count() == 5
    assert begin_or_resume(house.user, scope=ReviewScope(day=here_and_now - timedelta(days=3))) is None


def test_each_decision_does_what_it_says(house: House) -> None:
    session = begun(house.user)
    for decision in (Decision.KEEP, Decision.LATER, Decision.ACT, Decision.LET_GO, Decision.KEEP):
        say(session, decision)
    session.refresh_from_db()
    assert session.ended_at
    keep, later, act, gone, _kept = (turn.idea for turn in session.turns.shown())
    assert keep in Idea.objects.in_sight()
    assert gone not in Idea.objects.in_sight()
    assert [state.idea for state in ReviewState.objects.to_act_on()] == [act]
    assert [state.idea for state in ReviewState.objects.let_go()] == [gone]
    assert later.review_state.due_at
    assert not ReviewState.objects.due(later.review_state.due_at - timedelta(seconds=1))
    assert [state.idea for state in ReviewState.objects.due(later.review_state.due_at)] == [later]
    assert begin_or_resume(house.user) is None


def test_what_was_put_off_is_back_on_its_day_after_what_is_new(house: House, bedside: Device) -> None:
    session = begun(house.user)
    put_off = say(session, Decision.LATER).made.idea
    end_review(house.user)
    ReviewState.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    ideas = [turn.idea for turn in begun(house.user).turns.shown()]
    assert ideas[-1] == put_off
    assert len(ideas) == 5


def test_two_pages_never_decide_one_idea_twice(house: House) -> None:
    session = begun(house.user)
    turn, nonce = here(session), uuid4()
    first = decide(turn, Decision.ACT, nonce)
    assert first.is_ours
    assert decide(turn, Decision.ACT, nonce) == first
    other = decide(turn, Decision.LET_GO, uuid4())
    assert other == DecisionMade(first.made, is_ours=False)
    assert ReviewState.objects.get().decision == "act"


def test_a_click_that_arrives_late_and_twice_does_not_decide_again_what_was_undone(house: House) -> None:
    session = begun(house.user)
    turn, nonce = here(session), uuid4()
    made = decide(turn, Decision.ACT, nonce).made
    assert undo_decision(house.user, made.pk)
    assert decide(turn, Decision.ACT, nonce).made == made
    assert not ReviewState.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_clicks_of_the_same_moment_decide_once(house: House) -> None:
    session = begun(house.user)
    turn, found = here(session), list[DecisionMade]()

    def click(decision: Decision) -> None:
        found.append(decide(turn, decision, uuid4()))
        connection.close()

    clicks = [threading.Thread(target=click, args=[decision]) for decision in Decision]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert [one.is_ours for one in found].count(True) == 1
    assert len({one.made.pk for one in found}) == 1
    assert ReviewDecision.objects.count() == ReviewState.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_reviews_that_are_begun_in_the_same_moment_are_one(house: House) -> None:
    found = list[ReviewSession | None]()

    def begin() -> None:
        found.append(begin_or_resume(house.user))
        connection.close()

    clicks = [threading.Thread(target=begin) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert found == [ReviewSession.objects.get()] * 4


def test_one_that_was_ended_elsewhere_decides_nothing(house: House) -> None:
    turn = here(begun(house.user))
    end_review(house.user)
    with pytest.raises(ReviewOver):
        decide(turn, Decision.KEEP, uuid4())
    assert not ReviewState.objects.exists()


def test_its_topic_is_said_in_the_same_click(house: House) -> None:
    session = begun(house.user)
    confirmed = say(session, Decision.KEEP, TopicChoice(here(session).idea.topic)).made.idea
    moved = say(session, Decision.KEEP, TopicChoice(house.office)).made.idea
    typed = say(session, Decision.KEEP, TopicChoice(name="  oFFice ")).made.idea
    founded = say(session, Decision.KEEP, TopicChoice(name="Lectures")).made.idea
    ideas = (confirmed, moved, typed, founded)
    for idea in ideas:
        idea.refresh_from_db()
    assert [idea.topic.name for idea in ideas if idea.topic] == [house.garden.name, "Office", "Office", "Lectures"]
    assert {idea.placed_by for idea in ideas} == {"person"}
    batches = [idea.review_decisions.get().batch or uuid4() for idea in ideas]
    kinds = [idea.corrections.get(batch=batch).kind for idea, batch in zip(ideas, batches, strict=True)]
    assert kinds == ["confirmed", "moved", "moved", "moved"]


def test_a_topic_that_cannot_be_decides_nothing(house: House) -> None:
    session = begun(house.user)
    gone = Topic.objects.create(user=house.user, name="Boat", deleted_at=timezone.now())
    before = stands(house.user)
    with pytest.raises(Exception, match="topic_gone"):
        say(session, Decision.KEEP, TopicChoice(gone))
    with pytest.raises(Exception, match="name_too_long"):
        say(session, Decision.KEEP, TopicChoice(name="n" * 200))
    assert stands(house.user) == before
    assert not ReviewDecision.objects.exists()


CHOICES: dict[str, Callable[[House, Idea, Random], TopicChoice | None]] = {
    "nothing": lambda _house, _idea, _chance: None,
    "the same": lambda house, idea, _chance: TopicChoice(idea.topic or house.office),
    "another": lambda house, _idea, chance: TopicChoice(chance.choice([house.garden, house.office])),
    "a new one": lambda _house, _idea, _chance: TopicChoice(name=f"named {uuid4()}"),
}
CLICKS = st.lists(
    st.one_of(st.just(None), st.tuples(st.sampled_from(Decision), st.sampled_from(sorted(CHOICES)))), max_size=14
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CLICKS, st.randoms(use_true_random=False))
def test_undoing_restores_exactly_in_whatever_order(
    house: House, clicks: list[tuple[Decision, str] | None], chance: Random
) -> None:
    """None is an undoing. All that is left is undone at the end, to the beginning of the review."""
    session = begun(house.user, scope=ReviewScope(day=timezone.localdate()))
    before: list[tuple[int, Any]] = []

    def undo() -> None:
        key, was = before.pop()
        assert undo_decision(house.user, key)
        assert not undo_decision(house.user, key)
        assert (stands(house.user), states(), here(session).position) == was

    for click in clicks:
        turn = session.turns.undecided().first()
        if click is None and before:
            undo()
        elif click is not None and turn is not None:
            was = (stands(house.user), states(), turn.position)
            decision, choice = click
            before.append((say(session, decision, CHOICES[choice](house, turn.idea, chance)).made.pk, was))
    while before:
        undo()
    session.refresh_from_db()
    assert session.ended_at is None


def test_a_second_putting_off_is_undone_to_the_first(house: House) -> None:
    say(begun(house.user, amount=ReviewAmount(1)), Decision.LATER)
    ReviewState.objects.update(due_at=timezone.now() - timedelta(days=1), spaced_at=timezone.now() - timedelta(days=8))
    before = states()
    session = begun(house.user, scope=ReviewScope(topic=house.garden))
    turn = session.turns.get(idea=ReviewState.objects.get().idea)
    made = decide(turn, Decision.LATER, uuid4()).made
    assert states() != before
    assert undo_decision(house.user, made.pk)
    assert states() == before


def test_only_the_last_decision_is_undone_and_only_ones_own(house: House, bob: User) -> None:
    session = begun(house.user)
    first, last = (say(session, Decision.KEEP).made for _ in range(2))
    assert not undo_decision(house.user, first.pk)
    assert not undo_decision(bob, last.pk)
    assert undo_decision(house.user, last.pk)
    assert undo_decision(house.user, first.pk)


def test_an_undoing_opens_what_had_ended_unless_another_has_begun(house: House) -> None:
    session = begun(house.user, amount=ReviewAmount(1))
    made = say(session, Decision.KEEP).made
    assert undo_decision(house.user, made.pk)
    session.refresh_from_db()
    assert session.ended_at is None
    made = say(session, Decision.KEEP).made
    other = begun(house.user)
    assert undo_decision(house.user, made.pk)
    assert open_review(house.user) == other


def test_a_topic_of_which_more_was_said_since_stays_when_the_decision_is_undone(house: House) -> None:
    made = say(begun(house.user), Decision.KEEP, TopicChoice(house.office)).made
    rename_topic(house.office, "Bureau")
    assert undo_decision(house.user, made.pk)
    made.idea.refresh_from_db()
    assert made.idea.topic == house.office
    assert not ReviewState.objects.exists()


def test_a_deleted_memo_is_not_met_and_goes_with_all_that_was_decided(house: House) -> None:
    session = begun(house.user)
    say(session, Decision.ACT)
    first, second = (turn.idea for turn in session.turns.shown()[:2])
    for idea in (first, second):
        delete_memo(idea.memo)
    assert here(session).position == 2
    assert not ReviewState.objects.of(house.user)
    restore_memo(second.memo)
    assert here(session).idea == second
    first.memo.delete()
    assert ReviewTurn.objects.count() == 4
    assert not ReviewState.objects.exists()
    assert not ReviewDecision.objects.exists()


def test_what_nobody_met_rests_and_comes_back_by_schedule(house: House) -> None:
    Idea.objects.update(placed_at=timezone.now() - timedelta(days=15))
    assert begin_or_resume(house.user) is None
    Idea.objects.filter(topic=house.office).update(placed_at=timezone.now() - timedelta(days=14 + 8, minutes=1))
    assert [turn.idea.topic for turn in begun(house.user).turns.all()] == [house.office]
    end_review(house.user)
    set_topic_pace(house.office, TopicPace.SELDOM)
    assert begin_or_resume(house.user) is None


def test_old_recordings_are_never_new(house: House) -> None:
    for idea in Idea.objects.all():
        idea.memo.archive = True
        idea.memo.save()
    assert begin_or_resume(house.user) is None
    assert begun(house.user, scope=ReviewScope(topic=house.garden)).turns.count() == 3


def test_many_that_came_at_once_are_met_by_day_or_topic_or_let_rest(house: House, bedside: Device) -> None:
    now = timezone.now()
    assert review_offer(house.user, now).topics == []
    place_texts(bedside, *(f"Plant more tomatoes in the garden in week {week}." for week in range(20)))
    offer = review_offer(house.user, timezone.now())
    assert offer.new == 25
    assert offer.topics[0][0] == house.garden
    assert offer.days == [(timezone.localdate(), 25)]
    let_rest(house.user)
    assert begin_or_resume(house.user) is None
    assert review_offer(house.user, timezone.now()).new == 0
    place_texts(bedside, "The tax office wants to see the invoice.")
    assert begun(house.user).turns.count() == 1


def test_among_the_last_that_came_those_are_offered_that_nobody_met(
    house: House, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_queue, "MAX_LOOKED_AT_IDEAS", 20)
    place_texts(bedside, *(f"Plant more tomatoes in the garden in week {week}." for week in range(20)))
    assert review_offer(house.user, timezone.now()).days == [(timezone.localdate(), 20)]


def test_hidden_topics_and_what_was_let_go_are_not_asked_for(house: House) -> None:
    Topic.objects.filter(pk=house.garden.pk).update(hidden=True)
    assert {turn.idea.topic for turn in begun(house.user).turns.all()} == {house.office, None}


def test_how_soon_it_is_back_is_for_its_person_and_its_topic_to_say(house: House) -> None:
    set_dial(house.user, Dial.SOONER)
    set_topic_pace(house.garden, TopicPace.RARELY)
    session = begun(house.user)
    waits = []
    while (turn := session.turns.undecided().first()) is not None:
        made = decide(turn, Decision.LATER, uuid4()).made
        spacing = made.idea.review_state.spacing
        assert spacing
        waits.append((made.idea.topic, round((spacing.due_at - spacing.seen_at).total_seconds() / 86400 + 0.5)))
    assert {topic: days for topic, days in waits if topic} == {house.garden: 12, house.office: 3}


def test_the_list_is_ticked_and_what_was_let_go_is_taken_back(house: House) -> None:
    session = begun(house.user)
    act, gone = say(session, Decision.ACT).made.idea, say(session, Decision.LET_GO).made.idea
    tick_act(act, is_done=True)
    first = ReviewState.objects.get(idea=act).done_at
    tick_act(act, is_done=True)
    assert ReviewState.objects.get(idea=act).done_at == first
    tick_act(act, is_done=False)
    assert ReviewState.objects.get(idea=act).done_at is None
    tick_act(gone, is_done=True)
    assert ReviewState.objects.get(idea=gone).done_at is None
    take_back(gone)
    assert gone in Idea.objects.in_sight()
    take_back(act)
    assert ReviewState.objects.get(idea=act).decision == "act"


def test_moving_an_idea_afterwards_changes_nothing_of_what_was_decided(house: House) -> None:
    made = say(begun(house.user), Decision.ACT).made
    before = states()
    move_idea(made.idea, house.office)
    assert states() == before
    with pytest.raises(TakenName):
        rename_topic(house.garden, "Office")
