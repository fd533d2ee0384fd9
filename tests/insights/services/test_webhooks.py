"""What a user's addresses are told: once it happened, signed, again until it is taken; and never what is hidden."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from capture.models import Device, User
from capture.services.deletion import delete_memo
from capture.services.devices import create_device
from capture.services.doors import close_all_doors
from insights import tasks
from insights.core.review.choices import Decision
from insights.core.webhooks.schedule import GIVE_UP_AFTER
from insights.models import Idea, WebhookDelivery, WebhookEndpoint, WebhookEvent
from insights.models.webhooks import WebhookEndpointQuerySet
from insights.services import webhook_delivery
from insights.services.ideas import move_idea
from insights.services.place_ideas import place_transcript
from insights.services.review import decide_heard, undo_decision
from insights.services.topics import create_topic, hide_topic
from insights.services.webhook_delivery import MESSAGES_A_MINUTE, claim_next_delivery, send_next
from insights.services.webhooks import (
    count_due_webhooks,
    create_endpoint,
    record_ready_transcripts,
    secret_of,
    send_test,
    switch_off,
    switch_on,
)
from tests.support.pages import LECTURE, MORE_TOMATOES, TOMATOES
from tests.support.transcripts import place_texts, write_transcript
from tests.support.webhook_receiver import Message, Receiver, answer_of, receiving
from transcription.models import Transcript
from transcription.services.edits import edit_text

pytestmark = pytest.mark.django_db(transaction=True)

ALL = [WebhookEvent.TRANSCRIPT_READY, WebhookEvent.IDEAS_PLACED, WebhookEvent.IDEA_ACTED_ON]


@pytest.fixture(autouse=True)
def at_home(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let addresses of this machine be told, and not wait for long."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(webhook_delivery, "ANSWER_SECONDS", 0.5)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def hook(user: User, receiver: Receiver, *events: WebhookEvent, with_words: bool = True) -> WebhookEndpoint:
    return create_endpoint(user, receiver.url, events or ALL, with_words=with_words)


def send_all() -> None:
    record_ready_transcripts()
    while send_next():
        pass


def sent(receiver: Receiver, event: WebhookEvent) -> list[Message]:
    send_all()
    return [message for message in receiver.got if message.payload["type"] == event]


def make_due() -> None:
    WebhookEndpoint.objects.update(rests_until=timezone.now())
    WebhookDelivery.objects.update(due_at=timezone.now())


def test_the_three_events_are_told_signed_and_with_what_may_not_have_been_said(
    alice: User, bedside: Device, receiver: Receiver
) -> None:
    endpoint = hook(alice, receiver)
    transcript = write_transcript(bedside, "Call the plumber about the kitchen sink tomorrow.")
    place_transcript(transcript)
    idea = Idea.objects.get()
    Idea.objects.update(doubtful=[[5, 16]])
    decide_heard(idea, Decision.ACT, uuid4())
    send_all()
    said = [message.verified(secret_of(endpoint)) for message in receiver.got]
    assert sorted(one["type"] for one in said) == sorted(ALL)
    by_type = {one["type"]: one["data"] for one in said}
    assert all(about["memo_id"] == str(transcript.memo_id) for about in by_type.values())
    told = by_type[WebhookEvent.IDEA_ACTED_ON]["idea"]
    assert (told["id"], told["text"], told["doubtful"]) == (str(idea.pk), idea.text, [[5, 16]])
    assert [one["id"] for one in by_type[WebhookEvent.IDEAS_PLACED]["ideas"]] == [str(idea.pk)]
    assert "plumber" not in str(by_type[WebhookEvent.TRANSCRIPT_READY])


def test_without_the_words_there_are_ids_alone(alice: User, bedside: Device, receiver: Receiver) -> None:
    hook(alice, receiver, with_words=False)
    move_idea(Idea.objects.get(transcript__in=place_texts(bedside, TOMATOES)), create_topic(alice, "Quince"))
    send_all()
    said = b"".join(message.body for message in receiver.got)
    assert len(receiver.got) == 2
    assert not [word for word in (b"tomatoes", b"Quince") if word in said]


def test_it_says_what_a_person_made_of_the_words(alice: User, bedside: Device, receiver: Receiver) -> None:
    hook(alice, receiver, WebhookEvent.IDEAS_PLACED)
    transcript = place_texts(bedside, TOMATOES)[0]
    edit_text(transcript, TOMATOES.replace("tomatoes", "gooseberries"), by=alice)
    assert "gooseberries" in sent(receiver, WebhookEvent.IDEAS_PLACED)[0].payload["data"]["ideas"][0]["text"]


def test_what_found_its_company_later_is_told_then(alice: User, bedside: Device, receiver: Receiver) -> None:
    hook(alice, receiver, WebhookEvent.IDEAS_PLACED)
    first, second = place_texts(bedside, TOMATOES, MORE_TOMATOES)
    told = [message.payload["data"] for message in sent(receiver, WebhookEvent.IDEAS_PLACED)]
    assert {one["transcript_id"] for one in told} == {str(first.pk), str(second.pk)}
    assert all(one["ideas"][0]["topic_id"] for one in told)


@pytest.mark.parametrize("how", ["hidden", "deleted", "undone", "let go"])
def test_what_is_out_of_sight_by_then_is_not_told(how: str, alice: User, bedside: Device, receiver: Receiver) -> None:
    hook(alice, receiver)
    transcript = place_texts(bedside, LECTURE)[0]
    idea = Idea.objects.get()
    made = decide_heard(idea, Decision.ACT, uuid4())
    if how == "hidden":
        topic = create_topic(alice, "Secret")
        move_idea(idea, topic)
        hide_topic(topic, hidden=True)
    elif how == "deleted":
        delete_memo(transcript.memo)
    elif how == "undone":
        assert made
        undo_decision(alice, made.pk)
    else:
        decide_heard(idea, Decision.LET_GO, uuid4())
        idea.review_state.__class__.objects.update(decision=Decision.LET_GO)
    send_all()
    wanted = {WebhookEvent.TRANSCRIPT_READY, WebhookEvent.IDEAS_PLACED} if how == "undone" else set()
    assert {message.payload["type"] for message in receiver.got} == wanted
    send_all()
    assert count_due_webhooks() == 0


def test_what_was_rolled_back_did_not_happen(alice: User, bedside: Device, receiver: Receiver) -> None:
    hook(alice, receiver, WebhookEvent.IDEA_ACTED_ON)
    place_texts(bedside, LECTURE)
    with transaction.atomic():
        decide_heard(Idea.objects.get(), Decision.ACT, uuid4())
        transaction.set_rollback(True)
    assert not sent(receiver, WebhookEvent.IDEA_ACTED_ON)


def test_old_recordings_and_what_was_there_before_are_not_told(
    alice: User, bedside: Device, receiver: Receiver
) -> None:
    place_texts(bedside, TOMATOES)
    hook(alice, receiver)
    old = write_transcript(bedside, LECTURE)
    Transcript.objects.filter(pk=old.pk).update(archive=True)
    place_transcript(Transcript.objects.get(pk=old.pk))
    send_all()
    assert not receiver.got


def test_neither_of_two_users_is_told_anything_of_the_others(
    alice: User, bob: User, bedside: Device, receiver: Receiver
) -> None:
    with receiving() as bobs:
        hook(alice, receiver)
        hook(bob, bobs)
        his = create_device(bob, "his")[0]
        for device, words in ((bedside, TOMATOES), (his, TOMATOES)):
            place_texts(device, words)
            decide_heard(Idea.objects.get(user=device.user), Decision.ACT, uuid4())
        send_all()
    for user, got in ((alice, receiver.got), (bob, bobs.got)):
        memos = {str(key) for key in user.memos.values_list("pk", flat=True)}
        assert len(got) == 3
        assert {message.payload["data"]["memo_id"] for message in got} == memos


def test_a_message_that_a_killed_worker_was_sending_is_sent_again_under_its_id(alice: User, receiver: Receiver) -> None:
    endpoint = hook(alice, receiver)
    send_test(endpoint)
    lost = claim_next_delivery(timezone.now())
    assert lost
    webhook_delivery._post(lost.delivery, b"{}")  # and killed before it could write that
    assert not send_next()  # nobody else, while it may be alive
    WebhookEndpoint.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert send_next()
    assert len({message.id for message in receiver.got}) == 1
    assert len(receiver.got) == 2
    lost.send()  # it was only asleep
    assert WebhookDelivery.objects.get().attempts == 1


def test_what_is_not_taken_is_tried_at_its_due_time_and_then_given_up(alice: User, receiver: Receiver) -> None:
    receiver.answer = answer_of(500)
    send_test(hook(alice, receiver))
    for attempt in range(1, 11):
        assert send_next()
        assert not send_next()
        delivery = WebhookDelivery.objects.get()
        assert (delivery.attempts, delivery.status) == (attempt, 500)
        make_due()
    assert delivery.state == WebhookDelivery.State.GIVEN_UP
    assert not send_next()
    assert len({message.id for message in receiver.got}) == 1


def test_an_address_that_takes_nothing_for_long_is_switched_off_and_can_be_switched_on(
    alice: User, bedside: Device, receiver: Receiver
) -> None:
    receiver.answer = answer_of(503)
    endpoint = hook(alice, receiver)
    send_test(endpoint)
    send_all()
    WebhookEndpoint.objects.update(failing_since=timezone.now() - GIVE_UP_AFTER)
    make_due()
    send_all()
    endpoint.refresh_from_db()
    assert endpoint.off == WebhookEndpoint.Off.FAILING
    place_texts(bedside, TOMATOES)
    receiver.answer, before = answer_of(200), len(receiver.got)
    switch_on(endpoint)
    send_all()
    assert len(receiver.got) == before
    place_texts(bedside, LECTURE)
    send_all()
    assert len(receiver.got) == before + 2
    endpoint.refresh_from_db()
    assert (endpoint.off, endpoint.failures, endpoint.failing_since) == ("", 0, None)


def test_one_that_says_that_it_is_gone_is_switched_off_at_once(alice: User, receiver: Receiver) -> None:
    receiver.answer = answer_of(410)
    endpoint = hook(alice, receiver)
    send_test(endpoint)
    send_test(endpoint)
    send_all()
    endpoint.refresh_from_db()
    assert endpoint.off == WebhookEndpoint.Off.GONE
    make_due()
    send_all()
    assert len(receiver.got) == 1


def test_so_many_a_minute_and_no_more(alice: User, receiver: Receiver) -> None:
    endpoint = hook(alice, receiver)
    for _each in range(MESSAGES_A_MINUTE + 5):
        send_test(endpoint)
    send_all()
    assert len(receiver.got) == MESSAGES_A_MINUTE
    WebhookDelivery.objects.update(tried_at=timezone.now() - timedelta(minutes=1))
    make_due()
    send_all()
    assert len(receiver.got) == MESSAGES_A_MINUTE + 5


def test_a_slow_address_holds_up_nobody(alice: User, bob: User, receiver: Receiver) -> None:
    with receiving(silent=True) as slow:
        for number in range(3):
            create_endpoint(alice, f"{slow.url}{number}", ALL, with_words=False)
        theirs = hook(bob, receiver)
        for endpoint in WebhookEndpoint.objects.order_by("created_at"):
            send_test(endpoint)
        send_test(theirs)
        began = time.monotonic()
        tasks.send_webhooks()
        assert time.monotonic() - began < 0.4
        _wait_until(lambda: len(receiver.got) == 2)
        assert time.monotonic() - began < 0.5  # while the slow one is still waited for
        _wait_for_senders()
    assert WebhookEndpoint.objects.filter(failures=1).count() == 3


def test_what_was_switched_off_gets_nothing_of_what_waited(alice: User, receiver: Receiver) -> None:
    endpoint = hook(alice, receiver)
    send_test(endpoint)
    switch_off(endpoint)
    switch_on(endpoint)
    send_all()
    assert not receiver.got


def test_a_restored_copy_tells_nobody(alice: User, receiver: Receiver, settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path
    send_test(hook(alice, receiver))
    assert count_due_webhooks() == 1
    close_all_doors()
    assert count_due_webhooks() == 0
    tasks.send_webhooks()
    assert not receiver.got
    assert not _senders()


def _senders() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "webhooks"]


def _wait_for_senders() -> None:
    for thread in _senders():
        thread.join(5)


def _wait_until(is_so: Any) -> None:
    until = time.monotonic() + 5
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    assert is_so()


def test_an_address_whose_message_another_sender_had_is_free_at_once(
    alice: User, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = hook(alice, receiver)
    monkeypatch.setattr(WebhookEndpointQuerySet, "due", lambda endpoints, _now: endpoints.all())
    assert claim_next_delivery(timezone.now()) is None
    endpoint.refresh_from_db()
    assert (endpoint.lease, endpoint.fence) == (None, 1)
