"""Recordings come by every way, are named again, deleted and taken up again, in any order: who they are stays true."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from capture.models import Alias, Device, Memo, Tombstone, Upload, User
from capture.services.deletion import delete_memo, purge_deleted
from capture.storage.filesystem import ensure_audio_folder, ensure_incoming_folder
from tests.support.api_phone import Phone
from tests.support.ingest_model import RECORDINGS, Model, storage_hash
from tests.support.tus_phone import TusPhone

IDS = st.sampled_from(["a", "b", "c"])
NAMES = st.sampled_from(sorted(RECORDINGS))
WHOSE = st.integers(0, 2)
SETTINGS = settings(
    max_examples=8, stateful_step_count=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)


class Begun:
    """An upload under way, as its sender knows it."""

    def __init__(self, whose: int, client_id: str, recording: str, address: str, offset: int) -> None:
        self.whose, self.client_id, self.recording, self.address = whose, client_id, recording, address
        self.offset, self.is_forgotten = offset, False

    @property
    def audio(self) -> bytes:
        """All bytes of it."""
        return RECORDINGS[self.recording]


class Senders(RuleBasedStateMachine):
    """Alice's two phones and Bob's, which use the same ids for their recordings."""

    uploads = Bundle("uploads")

    def __init__(self) -> None:
        super().__init__()
        for table in (Upload, Alias, Tombstone, Memo, Device, User):
            table.objects.all().delete()
        alice, bob = (User.objects.create(username=uuid4().hex) for _ in range(2))
        self.phones = [Phone(alice, "bedside"), Phone(alice, "walks"), Phone(bob)]
        models = {alice.pk: Model(), bob.pk: Model()}
        self.models = [models[phone.device.user_id] for phone in self.phones]
        self.named_by: dict[tuple[int, str], int] = {}
        self.later = timezone.now()

    def sent(self, whose: int, client_id: str, recording: str, answer: Any) -> None:
        """Check what a recording sent whole is answered with."""
        expected = self.models[whose].send(client_id, recording)
        assert answer.status_code == expected, answer.content
        if expected != 409:
            self.check_receipt(answer.json(), client_id, recording)

    def check_receipt(self, receipt: dict[str, Any], client_id: str, recording: str) -> None:
        """Check that a receipt is for this recording under this id."""
        told = (receipt["id"], receipt["sha256"], receipt["bytes"], receipt["safe_to_delete"])
        assert told == (client_id, storage_hash(recording), len(RECORDINGS[recording]), True)

    @rule(whose=WHOSE, client_id=IDS, recording=NAMES)
    def put(self, whose: int, client_id: str, recording: str) -> None:
        self.sent(whose, client_id, recording, self.phones[whose].put(client_id, RECORDINGS[recording]))

    @rule(whose=WHOSE, client_id=IDS, recording=NAMES)
    def post(self, whose: int, client_id: str, recording: str) -> None:
        audio = storage_file(RECORDINGS[recording])
        self.sent(whose, client_id, recording, self.phones[whose].post(audio=audio, id=client_id))

    @rule(
        target=uploads, whose=WHOSE, client_id=IDS, recording=NAMES, announced=st.booleans(), first=st.integers(0, 60)
    )
    def begin(self, whose: int, client_id: str, recording: str, first: int, *, announced: bool) -> Begun:
        """Begin an upload with some of its bytes; one that is announced may be known, or under a taken id, at once."""
        audio, model = RECORDINGS[recording], self.models[whose]
        said = {"id": client_id} | ({"sha256": storage_hash(recording)} if announced else {})
        answer = TusPhone(self.phones[whose]).begin(len(audio), audio[:first] or None, **said)
        upload = Begun(whose, client_id, recording, answer.headers.get("Location", ""), min(first, len(audio)))
        if announced and client_id in model.named:
            is_same = model.named[client_id] == recording
            assert answer.status_code == (201 if is_same else 409), answer.content
            upload.offset = len(audio)
            upload.is_forgotten = not is_same
        else:
            self.check_progress(upload, answer, 201)
        return upload

    def check_progress(self, upload: Begun, answer: Any, good: int) -> None:
        """Check what bytes are answered with; the last ones make a memo, or find it known or its id taken."""
        if upload.offset == len(upload.audio):
            taken = self.models[upload.whose].send(upload.client_id, upload.recording) == 409
            upload.is_forgotten = taken
            assert answer.status_code == (409 if taken else good), answer.content
        else:
            assert answer.status_code == good, answer.content
        if not upload.is_forgotten:
            assert int(answer["Upload-Offset"]) == upload.offset

    @rule(upload=uploads, size=st.integers(1, 120), ahead=st.sampled_from([0, 0, 0, 1]))
    def patch(self, upload: Begun, size: int, ahead: int) -> None:
        """Send more bytes, now and then at a place where they do not belong."""
        tus, before = TusPhone(self.phones[upload.whose]), upload.offset
        answer = tus.patch(upload.address or "/api/v1/uploads/none", before + ahead, upload.audio[before:][:size])
        if upload.is_forgotten:
            assert answer.status_code == 404
        elif ahead:
            assert answer.status_code == 409
        else:
            upload.offset = min(before + size, len(upload.audio))
            if before == len(upload.audio):
                assert answer.status_code == 204
            else:
                self.check_progress(upload, answer, 204)

    @rule(upload=uploads, whose=WHOSE)
    def head(self, upload: Begun, whose: int) -> None:
        """Ask where it goes on: only its own device is told."""
        answer = TusPhone(self.phones[whose]).ask("HEAD", upload.address or "/api/v1/uploads/none")
        if upload.is_forgotten or whose != upload.whose:
            assert answer.status_code == 404
        else:
            assert (answer.status_code, int(answer["Upload-Offset"])) == (200, upload.offset)

    @rule(upload=uploads)
    def end(self, upload: Begun) -> None:
        """End an upload; what has become a memo stays."""
        answer = TusPhone(self.phones[upload.whose]).ask("DELETE", upload.address or "/api/v1/uploads/none")
        assert answer.status_code == (404 if upload.is_forgotten else 204), answer.content
        upload.is_forgotten = True

    @rule(whose=WHOSE, recording=NAMES)
    def delete(self, whose: int, recording: str) -> None:
        """Delete a memo on the pages."""
        self.models[whose].delete(recording)
        for memo in Memo.objects.filter(user=self.phones[whose].device.user, sha256=storage_hash(recording)):
            delete_memo(memo)

    @rule()
    def purge(self) -> None:
        """Let the undo time of all that was deleted run out."""
        self.later += timedelta(days=1)
        purge_deleted(self.later)
        for model in (self.models[0], self.models[2]):
            model.purge()

    @invariant()
    def all_is_kept_once_and_nothing_else(self) -> None:
        for phone, model in ((self.phones[0], self.models[0]), (self.phones[2], self.models[2])):
            memos = list(Memo.objects.filter(user=phone.device.user))
            assert sorted(memo.sha256 for memo in memos) == sorted(storage_hash(name) for name in model.kept)
            for memo in memos:
                assert (ensure_audio_folder() / memo.path).read_bytes() in RECORDINGS.values()
        assert not list(ensure_incoming_folder().iterdir())

    @invariant()
    def whoever_is_told_of_a_receipt_is_told_the_truth(self) -> None:
        for phone, model in zip(self.phones, self.models, strict=True):
            for client_id, recording in model.named.items():
                answer = phone.receipt(client_id)
                assert answer.status_code in {200, 404}
                if answer.status_code == 200:
                    self.check_receipt(answer.json(), client_id, recording)


def storage_file(audio: bytes) -> Any:
    """Return a form's file."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("memo.ogg", audio)


@pytest.mark.django_db(transaction=True)
def test_who_a_recording_is_stays_true_whatever_comes_in_whatever_order() -> None:
    run_state_machine_as_test(Senders, settings=SETTINGS)
