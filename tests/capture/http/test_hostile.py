"""What an attack has found once: requests that broke something, and what they are answered with now."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from capture.core.errors import Refusal
from capture.maintenance.cleanup import delete_leftovers
from capture.models import Device, Memo, Source, User
from capture.services.ingest import Sent, ingest_recording
from capture.storage.filesystem import ensure_audio_folder
from capture.storage.incoming import Incoming, open_incoming
from tests.support.answers import problem
from tests.support.api_phone import OGG, Phone, audio
from tests.support.data_folder import files, nothing_stored
from tests.support.ingest_model import send
from tests.support.recordings import audio_path

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_bytes(OGG[:10])])
def test_a_receipt_is_never_given_for_bytes_that_are_gone(phone: Phone, damage: Any) -> None:
    phone.put("m-1")
    file = audio_path(Memo.objects.get())
    damage(file)
    assert phone.receipt("m-1").status_code == 404
    assert phone.put("m-1").status_code == 200
    assert file.read_bytes() == OGG
    assert phone.receipt("m-1").status_code == 200


def test_what_is_refused_at_the_last_moment_leaves_no_file(
    bedside: Device, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = Incoming.keep

    def overtaken(arriving: Incoming, place: Path) -> None:
        monkeypatch.setattr(Incoming, "keep", keep)
        send(bedside, "a", OGG)
        keep(arriving, place)

    monkeypatch.setattr(Incoming, "keep", overtaken)
    with open_incoming() as arriving:
        arriving.write(OGG + b"other")
        with pytest.raises(Refusal, match="Another recording was sent under this id"):
            ingest_recording(bedside.user, bedside, Source.API, arriving, Sent("a"))
    assert len(files(home)) == 1


@pytest.mark.parametrize("address", ["/login/", "/topics/new", "/settings/", "/nowhere"])
def test_no_other_address_takes_files(client: Client, home: Path, address: str) -> None:
    client.post(address, {"audio": audio()})
    assert not files(home)


def test_no_files_are_taken_from_whoever_is_not_known(client: Client, home: Path) -> None:
    assert client.post("/memos/add", {"audio": audio()}).status_code == 302
    assert client.post("/api/v1/memos", {"audio": audio()}).status_code == 401
    assert nothing_stored(home)


def test_a_form_may_hold_more_files_than_may_be_open(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    open_at_once: list[int] = []
    finish = Incoming.finish

    def finished(arriving: Incoming) -> None:
        finish(arriving)
        open_at_once.append(len(list(Path("/proc/self/fd").iterdir())))

    monkeypatch.setattr(Incoming, "finish", finished)
    client = Client()
    client.force_login(alice)
    client.post("/memos/add", {"audio": [audio(OGG + bytes([number])) for number in range(60)]})
    assert Memo.objects.count() == 60
    assert max(open_at_once) - min(open_at_once) < 10


@pytest.mark.parametrize("digest", ["sha-256=:é:", "sha-256=:é", "é"])
def test_a_digest_of_strange_letters_is_refused(phone: Phone, home: Path, digest: str) -> None:
    assert problem(phone.put("m-1", Repr_Digest=digest), 400, "bad-digest")
    assert nothing_stored(home)


@pytest.mark.parametrize("charset", ["base64", "idna", "undefined", "nonsense"])
def test_a_character_set_that_is_none_is_refused(phone: Phone, home: Path, charset: str) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\nx\r\n--b--\r\n'
    content_type = f"multipart/form-data; boundary=b; charset={charset}"
    answer = phone.client.generic("POST", "/api/v1/memos", body, content_type)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert nothing_stored(home)


def test_two_recordings_in_one_request_are_refused_for_there_is_one_receipt(phone: Phone, home: Path) -> None:
    answer = phone.client.post("/api/v1/memos", {"audio": [audio(), audio(OGG + b"2")]})
    assert problem(answer, 400, "many-recordings")
    assert nothing_stored(home)


def test_a_file_that_is_not_ours_does_not_end_the_sweep(home: Path) -> None:
    (ensure_audio_folder() / ".DS_Store").touch()
    assert delete_leftovers() == 0
