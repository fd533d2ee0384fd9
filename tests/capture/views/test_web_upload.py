"""Recordings that come in by the website."""

import hashlib
import html
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from capture.models import Device, Memo, Source, User
from tests.support.answers import problem
from tests.support.api_phone import OGG, audio
from tests.support.data_folder import files
from tests.support.ingest_model import send


def add(client: Client, *uploads: SimpleUploadedFile, **fields: str) -> Any:
    """Send a form as a script does."""
    return client.post("/memos/add", {"audio": list(uploads), **fields}, headers={"Accept": "application/json"})


def test_a_recording_made_here_gets_a_receipt_for_its_bytes(alices: Client, alice: User) -> None:
    answer = add(alices, audio(), recorded_at="2026-11-24T03:12:00+01:00")
    assert answer.status_code == 201
    (receipt,) = answer.json()["receipts"]
    memo = Memo.objects.get()
    assert (receipt["sha256"], receipt["bytes"], receipt["safe_to_delete"]) == (memo.sha256, len(OGG), True)
    assert (memo.user, memo.device, memo.source, memo.utc_offset) == (alice, None, Source.WEB, 60)


def test_a_digest_that_does_not_match_is_refused_and_nothing_is_kept(alices: Client, home: Path) -> None:
    answer = add(alices, audio(), sha256="0" * 64)
    assert answer.status_code == 400
    assert not Memo.objects.exists()
    assert not files(home)


def test_a_recording_that_is_here_already_is_not_here_twice(alices: Client, bedside: Device) -> None:
    send(bedside, "a", OGG)
    assert add(alices, audio()).status_code == 201
    assert Memo.objects.count() == 1


def test_many_are_added_at_once_and_a_bad_one_keeps_no_other_out(alices: Client) -> None:
    uploads = [audio(OGG + bytes([number]), f"{number}.ogg") for number in range(5)]
    page = alices.post("/memos/add", {"audio": [*uploads, audio(b"Dear diary", "letter.txt")]}, follow=True)
    assert page.redirect_chain == [("/", 302)]
    said = page.content.decode()
    assert "5 recordings are kept." in said
    assert "letter.txt:" in said
    assert Memo.objects.count() == 5


def test_a_form_without_files_says_so(alices: Client) -> None:
    assert add(alices).status_code == 400
    assert "audio" in alices.post("/memos/add", {}, follow=True).content.decode()


def test_nothing_is_taken_from_somebody_who_is_not_logged_in(client: Client, db: None) -> None:
    assert client.post("/memos/add", {"audio": audio()})["Location"].startswith("/login/")
    assert not Memo.objects.exists()


def test_nothing_is_taken_from_another_site(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post("/memos/add", {"audio": audio()}).status_code == 403
    assert not Memo.objects.exists()


def test_a_digest_may_be_written_in_capitals_and_one_that_is_none_is_said_to_be(alices: Client) -> None:
    sha256 = hashlib.sha256(OGG).hexdigest()
    assert add(alices, audio(), sha256=sha256.upper()).status_code == 201
    assert add(alices, audio(OGG + b"2"), sha256="é" * 64).status_code == 400


def test_what_is_said_of_one_recording_is_not_said_of_many(alices: Client) -> None:
    add(alices, audio(), audio(OGG + b"2"), recorded_at="2020-01-01T00:00:00Z", id="mine")
    assert all(memo.date_assumed and memo.client_id != "mine" for memo in Memo.objects.all())


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("QUOTA", 1, "memo.ogg: There is no room for it in the 0 MB you may keep."),
        ("MAX_UPLOAD", 9, "memo.ogg: The recording is larger than the 0 MB that are taken here."),
        ("DISK_RESERVE", 2**62, "memo.ogg: The server's disk is nearly full."),
        ("DATA_UPLOAD_MAX_NUMBER_FILES", 1, "At most 1 recordings are taken at once."),
        ("UPLOADS_A_MINUTE", 1, "Too many requests came at once. The next one is taken in "),
    ],
)
def test_a_refusal_is_a_sentence_on_the_page(
    *, name: str, value: int, sentence: str, alices: Client, settings: Any, home: Path
) -> None:
    setattr(settings, name, value)
    if name == "UPLOADS_A_MINUTE":
        alices.post("/memos/add", {})
    page = alices.post("/memos/add", {"audio": [audio(), audio(OGG + b"2")]}, follow=True)
    assert sentence in html.unescape(page.content.decode())
    assert not Memo.objects.exists()
    assert not files(home)


def test_a_refusal_is_a_problem_document_for_a_script(alices: Client, settings: Any) -> None:
    settings.QUOTA = 1
    assert problem(add(alices, audio()), 507, "quota")
