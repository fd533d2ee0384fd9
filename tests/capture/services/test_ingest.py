"""Who a recording is: whatever is sent, re-sent and deleted in whatever order, checked against a small model."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.core.errors import Refusal
from capture.models import Alias, Device, Memo, Source, Tombstone, User
from capture.services.deletion import delete_memo, purge_deleted, restore_memo
from capture.services.devices import create_device, revoke_device
from capture.services.ingest import Sent, ingest_recording
from capture.services.receipts import find_receipt
from capture.storage.filesystem import ensure_audio_folder, ensure_incoming_folder
from capture.storage.incoming import open_incoming
from tests.support.ingest_model import RECORDINGS, Model, send, storage_hash

IDS = ("a", "b", "c")
STEP = st.one_of(
    st.tuples(st.just("send"), st.integers(0, 1), st.sampled_from(IDS), st.sampled_from("xy")),
    st.tuples(st.just("delete"), st.integers(0, 1), st.just(""), st.sampled_from("xy")),
    st.tuples(st.just("purge"), st.integers(0, 1), st.just(""), st.just("")),
)
Step = tuple[str, int, str, str]


def status_of(device: Device, client_id: str, audio: bytes) -> int:
    try:
        received = send(device, client_id, audio)
    except Refusal as refusal:
        return refusal.status
    assert received.receipt["id"] == client_id
    assert received.receipt["bytes"] == len(audio)
    return 201 if received.created else 200


def check(device: Device, model: Model) -> None:
    mine = Memo.objects.filter(user=device.user)
    assert {memo.sha256 for memo in mine} == {storage_hash(name) for name in model.kept}
    for memo in mine:
        assert (ensure_audio_folder() / memo.path).read_bytes() in RECORDINGS.values()
    for client_id, name in model.named.items():
        receipt = find_receipt(device, client_id)
        assert (receipt["sha256"] if receipt else None) == (storage_hash(name) if name in model.kept else None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=14))
def test_identity_holds_in_any_order(steps: list[Step], db: None) -> None:
    users = [User.objects.create(username=uuid4().hex) for _ in range(2)]
    phones = [(create_device(user, "phone")[0], Model()) for user in users]
    later = timezone.now()
    for what, whose, client_id, recording in steps:
        device, model = phones[whose]
        if what == "send":
            assert status_of(device, client_id, RECORDINGS[recording]) == model.send(client_id, recording)
        elif what == "delete":
            model.delete(recording)
            for memo in Memo.objects.filter(user=device.user, sha256=storage_hash(recording)):
                delete_memo(memo)
        else:
            later += timedelta(days=1)
            purge_deleted(later)
            for _device, either in phones:
                either.purge()
    for device, model in phones:
        check(device, model)
    assert not list(ensure_incoming_folder().iterdir())


def test_known_bytes_under_a_new_id_are_the_same_memo(bedside: Device, nightstand: Device) -> None:
    first, second = send(bedside, "a", RECORDINGS["x"]), send(nightstand, "b", RECORDINGS["x"])
    assert second == (first.receipt | {"id": "b"}, False)
    assert Memo.objects.get().client_id == "a"
    assert Alias.objects.get().device == nightstand


def test_an_alias_is_taken_for_other_bytes(bedside: Device) -> None:
    send(bedside, "a", RECORDINGS["x"])
    send(bedside, "b", RECORDINGS["x"])
    with pytest.raises(Refusal, match="under an id of its own"):
        send(bedside, "b", RECORDINGS["y"])


def test_another_persons_ids_and_bytes_are_invisible(bedside: Device, bob: User) -> None:
    send(bedside, "a", RECORDINGS["x"])
    bobs, _token = create_device(bob, "phone")
    assert send(bobs, "a", RECORDINGS["y"]).created
    assert send(bobs, "b", RECORDINGS["x"]).created
    assert Memo.objects.of(bob).count() == 2


def test_a_late_resend_of_a_deleted_memo_is_answered_and_not_stored(bedside: Device) -> None:
    first = send(bedside, "a", RECORDINGS["x"])
    delete_memo(Memo.objects.get())
    purge_deleted(timezone.now() + timedelta(days=1))
    for client_id in ("a", "b"):
        again = send(bedside, client_id, RECORDINGS["x"])
        assert not again.created
        assert again.receipt["sha256"] == first.receipt["sha256"]
        assert again.receipt["safe_to_delete"]
    assert not Memo.objects.exists()
    with pytest.raises(Refusal) as refused:
        send(bedside, "a", RECORDINGS["y"])
    assert refused.value.status == 409


def test_a_resend_does_not_bring_a_hidden_memo_back_but_adding_it_on_a_page_does(bedside: Device) -> None:
    send(bedside, "a", RECORDINGS["x"])
    delete_memo(Memo.objects.get())
    assert not send(bedside, "a", RECORDINGS["x"]).created
    assert not Memo.objects.kept().exists()
    assert not send(bedside, None, RECORDINGS["x"], Source.WEB).created
    assert Memo.objects.kept().exists()


def test_what_was_deleted_for_good_can_be_added_again_on_a_page(bedside: Device) -> None:
    send(bedside, "a", RECORDINGS["x"])
    delete_memo(Memo.objects.get())
    purge_deleted(timezone.now() + timedelta(days=1))
    assert send(bedside, None, RECORDINGS["x"], Source.WEB).created


def test_undone_in_time_a_memo_is_whole(bedside: Device) -> None:
    send(bedside, "a", RECORDINGS["x"])
    memo = Memo.objects.get()
    delete_memo(memo)
    restore_memo(memo)
    assert purge_deleted(timezone.now() + timedelta(days=1)) == 0
    assert not Tombstone.objects.exists()
    assert (ensure_audio_folder() / memo.path).exists()


def test_a_device_speaks_in_its_context_unless_it_says_another(bedside: Device) -> None:
    bedside.default_context = "night"
    send(bedside, "a", RECORDINGS["x"])
    with open_incoming() as arriving:
        arriving.write(RECORDINGS["y"])
        ingest_recording(bedside.user, bedside, Source.API, arriving, Sent("b", context="walk"))
    contexts: Any = Memo.objects.order_by("client_id").values_list("context", flat=True)
    assert list(contexts) == ["night", "walk"]


@pytest.mark.parametrize("is_known", [False, True])
def test_a_device_that_is_unpaired_before_the_commit_gets_no_receipt(bedside: Device, *, is_known: bool) -> None:
    if is_known:
        send(bedside, "a", RECORDINGS["x"])
    with open_incoming() as arriving:
        arriving.write(RECORDINGS["x"])
        revoke_device(bedside)
        with pytest.raises(Refusal) as refusal:
            ingest_recording(bedside.user, bedside, Source.API, arriving, Sent("b"))
    assert refusal.value.code == "revoked-token"
    assert Memo.objects.count() == is_known
    assert not Alias.objects.exists()
