"""What the machine may not do by itself is asked: found at night, kept until it is answered, and never asked again."""

import pytest
from django.test import Client

from capture.models import Device, User
from insights.models import Correction, Idea, Proposal, Topic
from insights.services import correction_log
from insights.services.consolidate import consolidate_user
from insights.services.ideas import move_idea
from insights.services.proposals import answer_proposal
from insights.services.topics import create_topic, delete_topic, hide_topic, pin_topic
from insights.services.undo import last_corrections, undo_batch
from tests.support.transcripts import place_texts

GARDEN = (
    "The tomatoes in the garden need more water.",
    "Plant more tomatoes in the garden next spring.",
    "Water the garden and the tomatoes every evening.",
    "The garden tomatoes are red and want water.",
    "Pull the weeds between the tomatoes in the garden.",
    "The soil in the garden is dry under the tomatoes.",
    "Tie up the tomatoes in the garden bed.",
)
TAXES = (
    "Send the invoice to the tax office.",
    "The tax office wants the invoice by Monday.",
    "Pay the invoice before the tax office writes again.",
    "The tax return needs the invoice of the office.",
    "Ask the tax office about the late invoice.",
    "File the invoice for the tax return.",
    "The tax office lost my invoice.",
)


def stand(bedside: Device, texts: tuple[str, ...], topic: Topic) -> None:
    memos = place_texts(bedside, *texts)
    Idea.objects.filter(transcript__in=memos).update(topic=topic)
    correction_log.bump_version(bedside.user_id)


@pytest.fixture
def alike(bedside: Device) -> Proposal:
    """Two topics of one theme, of which Alice made both, and the question whether they are one."""
    for name, texts in (("Garden", GARDEN[:4]), ("Tomatoes", GARDEN[4:])):
        stand(bedside, texts, create_topic(bedside.user, name))
    consolidate_user(bedside.user)
    return Proposal.objects.get()


@pytest.fixture
def wide(bedside: Device) -> Proposal:
    """A topic of two themes that Alice made, and the question whether to split it."""
    stand(bedside, GARDEN + TAXES, create_topic(bedside.user, "Everything"))
    consolidate_user(bedside.user)
    return Proposal.objects.get()


def test_a_merge_that_is_wanted_is_done_and_undone(alices: Client, alike: Proposal) -> None:
    page = alices.get("/topics/").content.decode()
    assert "<b>Garden</b> and <b>Tomatoes</b> are much alike." in page
    alices.post(f"/topics/proposals/{alike.pk}", {"answer": "yes"})
    assert [topic.name for topic in Topic.objects.of(alike.user)] == ["Garden"]
    assert Idea.objects.filter(topic=alike.topic).count() == 7
    assert "much alike" not in alices.get("/topics/").content.decode()
    undo_batch(alike.user, last_corrections(alike.user)[0].batch)
    assert Topic.objects.of(alike.user).count() == 2
    assert list(Proposal.objects.open(alike.user)) == [alike]


def test_a_merge_that_is_never_wanted_is_not_asked_again(alices: Client, alike: Proposal) -> None:
    alices.post(f"/topics/proposals/{alike.pk}", {"answer": "never"})
    assert Correction.objects.last().kind == "apart"  # type: ignore[union-attr]
    consolidate_user(alike.user)
    assert Topic.objects.of(alike.user).count() == 2
    assert not Proposal.objects.open(alike.user).exists()
    assert alices.post(f"/topics/proposals/{alike.pk}", {"answer": "yes"}).status_code == 404


def test_a_split_that_is_wanted_is_done_by_the_name_that_is_given(alices: Client, wide: Proposal) -> None:
    assert "<b>Everything</b> has become wide. 7 ideas" in alices.get("/topics/").content.decode()
    assert wide.name
    taken = alices.post(f"/topics/proposals/{wide.pk}", {"answer": "yes", "name": "everything"}, follow=True)
    assert "note error" in taken.content.decode()
    assert list(Proposal.objects.open(wide.user)) == [wide]
    alices.post(f"/topics/proposals/{wide.pk}", {"answer": "yes", "name": "The other"})
    parts = {topic: set(topic.ideas.values_list("text", flat=True)) for topic in Topic.objects.of(wide.user).for_list()}
    assert sorted(map(len, parts.values())) == [7, 7]
    assert set(GARDEN) in parts.values()
    consolidate_user(wide.user)
    assert not Proposal.objects.open(wide.user).exists()


def test_what_is_left_together_is_not_asked_again(alices: Client, wide: Proposal) -> None:
    alices.post(f"/topics/proposals/{wide.pk}", {"answer": "never"})
    consolidate_user(wide.user)
    assert Topic.objects.of(wide.user).for_list().count() == 1
    assert not Proposal.objects.open(wide.user).exists()
    undo_batch(wide.user, last_corrections(wide.user)[0].batch)
    assert list(Proposal.objects.open(wide.user)) == [wide]


@pytest.mark.parametrize("asked", ["alike", "wide"])
def test_it_is_asked_once_however_many_nights_pass(asked: str, request: pytest.FixtureRequest) -> None:
    proposal: Proposal = request.getfixturevalue(asked)
    consolidate_user(proposal.user)
    assert Proposal.objects.get() == proposal


def test_what_does_not_hold_any_more_is_not_asked(alike: Proposal) -> None:
    Idea.objects.filter(topic=alike.other).update(topic=None)
    for idea in Idea.objects.filter(topic=None):
        move_idea(idea, None)
    consolidate_user(alike.user)
    assert not Proposal.objects.exists()


def test_of_what_is_hidden_or_gone_nothing_is_asked(alike: Proposal) -> None:
    hide_topic(alike.topic, hidden=True)
    assert not Proposal.objects.open(alike.user).exists()
    hide_topic(alike.topic, hidden=False)
    assert Proposal.objects.open(alike.user).exists()
    delete_topic(alike.topic)
    assert not Proposal.objects.open(alike.user).exists()


def test_a_question_that_came_again_makes_way_for_the_one_that_was_answered(wide: Proposal) -> None:
    answer_proposal(wide, is_wanted=True)
    Proposal.objects.create(user=wide.user, topic=wide.topic)
    undo_batch(wide.user, last_corrections(wide.user)[0].batch)
    assert Proposal.objects.get() == wide


def test_of_topics_that_nobody_touched_nothing_is_asked(bedside: Device) -> None:
    place_texts(bedside, *GARDEN)
    consolidate_user(bedside.user)
    assert not Proposal.objects.exists()


def test_a_topic_that_is_pinned_is_asked_about_and_not_merged(bedside: Device) -> None:
    machines = [Topic.objects.create(user=bedside.user, name=name) for name in ("One", "Two")]
    stand(bedside, GARDEN[:4], machines[0])
    stand(bedside, GARDEN[4:], machines[1])
    pin_topic(machines[1], pinned=True)
    consolidate_user(bedside.user)
    assert set(Topic.objects.of(bedside.user)) >= set(machines)
    asked = Proposal.objects.get()
    assert {asked.topic, asked.other} == set(machines)


def test_bob_does_not_answer_for_alice(alike: Proposal, bob: User, client: Client) -> None:
    client.force_login(bob)
    assert client.post(f"/topics/proposals/{alike.pk}", {"answer": "yes"}).status_code == 404
    assert not Correction.objects.filter(kind="merged").exists()
