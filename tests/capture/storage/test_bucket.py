"""Recordings in a bucket: a receipt only for what the store has told of truly, and nothing else changes."""

import errno
import hashlib
import logging
import random
import tempfile
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from capture.core.errors import Refusal
from capture.models import Device, Memo, User
from capture.services.recordings import find_original
from capture.storage import bucket as bucket_store
from capture.storage import connection as store_connection
from capture.storage import stores
from capture.storage.object_upload import PART_BYTES, ExpectedObject, proves_whole
from tests.support import buckets
from tests.support.answers import problem
from tests.support.api_phone import OGG, Phone
from tests.support.buckets import KEY, SECRET, Held, Proxy
from tests.support.data_folder import failing, files, nothing_stored
from tests.support.durability_steps import record_steps
from tests.support.ingest_model import send

pytestmark = pytest.mark.django_db(transaction=True)

LONG = b"OggS" + random.Random(4).randbytes(PART_BYTES + 1000)
FAULTS = [
    buckets.down,
    buckets.failing,
    buckets.forbidding,
    buckets.slow,
    buckets.swallowing,
    buckets.losing_a_byte,
    buckets.changing_a_bit,
]


@pytest.mark.parametrize("audio", [OGG, LONG], ids=["in one piece", "in parts"])
def test_what_is_acknowledged_lies_in_the_store_and_not_in_the_folder(
    audio: bytes, phone: Phone, bucket: Held, home: Any
) -> None:
    answer = phone.put("m-1", audio)
    assert answer.status_code == 201
    memo = Memo.objects.get()
    assert bucket.objects() == {f"audio/{memo.path}": audio}
    assert not files(home)
    assert phone.receipt("m-1").json() == answer.json()
    assert phone.put("m-1", audio).status_code == 200
    with find_original(memo).opened() as file:
        assert file.read() == audio
        assert file.fileno() > 0


@pytest.mark.parametrize(
    ("code", "refused_as"), [(errno.ENOSPC, Refusal), (errno.EDQUOT, Refusal), (errno.EIO, OSError)]
)
def test_only_a_full_disk_is_called_one_while_a_recording_is_fetched(
    code: int, refused_as: type[Exception], phone: Phone, bucket: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.put("m-1")
    file = mock.MagicMock()
    file.__enter__.return_value.write = failing(code)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: file)
    with pytest.raises(refused_as), find_original(Memo.objects.get()).opened():
        pass


def test_the_store_has_answered_and_its_checksum_is_compared_before_the_commit(
    bedside: Device, bucket: Held, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    record_steps(monkeypatch, steps)
    for name in ("upload_object", "is_stored_whole"):
        done = getattr(bucket_store, name)

        def step(*arguments: Any, name: str = name, done: Any = done) -> Any:
            assert not connection.in_atomic_block
            outcome = done(*arguments)
            steps.append(name)
            return outcome

        monkeypatch.setattr(bucket_store, name, step)
    send(bedside, "a", OGG)
    steps.append("receipt")
    assert steps[steps.index("upload_object") :] == [
        "upload_object",
        "is_stored_whole",
        "insert Memo",
        "commit",
        "receipt",
    ]
    assert [line.split()[0] for line in proxy.seen] == ["PUT", "HEAD"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the store no longer than its slow answers take."""
    monkeypatch.setattr(store_connection, "ANSWER_SECONDS", 0.5)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("audio", [OGG, LONG], ids=["in one piece", "in parts"])
def test_a_store_that_fails_costs_no_memo(
    audio: bytes, fault: buckets.Fault, phone: Phone, bucket: Held, proxy: Proxy
) -> None:
    proxy.fault = fault
    answer = phone.put("m-1", audio)
    assert problem(answer, 503, "store-unreachable")
    assert answer["Retry-After"] == "60"
    assert nothing_stored(settings.HOME)
    proxy.fault = None
    assert phone.put("m-1", audio).status_code == 201
    assert bucket.objects()[f"audio/{Memo.objects.get().path}"] == audio


def test_without_the_comparison_a_damaged_recording_would_be_acknowledged(
    phone: Phone, bucket: Held, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the tests above prevent does happen."""
    monkeypatch.setattr(bucket_store, "is_stored_whole", lambda *_: True)
    proxy.fault = buckets.changing_a_bit
    assert phone.put("m-1").status_code == 201
    (stored,) = bucket.objects().values()
    assert stored != OGG


WHOLE = ExpectedObject(3, "checksum", "etag")


@pytest.mark.parametrize(
    ("head", "proven"),
    [
        ({"ETag": '"etag"', "ChecksumSHA256": "checksum"}, True),
        ({"ETag": '"etag"'}, True),
        ({"ETag": '"other"', "ChecksumSHA256": "checksum"}, False),
        ({"ETag": '"etag"', "ChecksumSHA256": "other"}, False),
        ({"ETag": '"other"'}, False),
        ({"ETag": '"own"', "ServerSideEncryption": "aws:kms", "ChecksumSHA256": "checksum"}, True),
        ({"ETag": '"own"', "ServerSideEncryption": "aws:kms"}, False),
    ],
)
def test_what_a_store_says_proves_a_recording_or_it_is_read_back(head: Any, proven: bool) -> None:
    assert proves_whole(head, WHOLE) is proven


def test_a_store_whose_words_prove_nothing_is_read_back(
    phone: Phone, bucket: Held, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capture.storage.object_upload.proves_whole", lambda *_: False)
    assert phone.put("m-1").status_code == 201
    assert [line.split()[0] for line in proxy.seen] == ["PUT", "HEAD", "GET"]


def test_a_receipt_is_not_denied_while_the_store_is_away(phone: Phone, bucket: Held, proxy: Proxy) -> None:
    phone.put("m-1")
    proxy.fault = buckets.down
    assert problem(phone.receipt("m-1"), 503, "store-unreachable")
    assert problem(phone.put("m-1"), 503, "store-unreachable")


def test_a_store_that_fails_while_it_plays_is_said_to(alice: User, bedside: Device, bucket: Held, proxy: Proxy) -> None:
    send(bedside, "a", OGG)
    client = Client()
    client.force_login(alice)
    proxy.fault = buckets.failing
    answer = client.get(f"/memos/{Memo.objects.get().pk}/audio")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert b"does not answer" in answer.content


def test_a_part_is_asked_of_the_store_as_a_part(alice: User, bedside: Device, bucket: Held) -> None:
    send(bedside, "a", LONG)
    client = Client()
    client.force_login(alice)
    answer: Any = client.get(
        f"/memos/{Memo.objects.get().pk}/audio", headers={"Range": f"bytes={PART_BYTES - 5}-{PART_BYTES + 9}"}
    )
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == LONG[PART_BYTES - 5 : PART_BYTES + 10]


def test_recordings_of_the_time_before_the_bucket_are_found(
    bedside: Device, home: Any, bucket: Held, settings: Any
) -> None:
    store, settings.STORE = settings.STORE, None
    send(bedside, "before", OGG)
    settings.STORE = store
    send(bedside, "after", OGG + b"2")
    for memo in Memo.objects.all():
        assert stores.is_stored(memo.path, memo.bytes)
        with find_original(memo).opened() as file:
            assert hashlib.sha256(file.read()).hexdigest() == memo.sha256
        stores.remove_recording(memo.path)
        assert not stores.is_stored(memo.path, memo.bytes)


def test_no_key_is_logged(phone: Phone, bucket: Held, proxy: Proxy, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for proxy.fault in (None, buckets.forbidding, buckets.failing, buckets.down):
            phone.put(f"m-{len(proxy.seen)}", OGG + bytes(len(proxy.seen)))
    assert KEY not in caplog.text
    assert SECRET not in caplog.text
    assert "The store" in caplog.text
