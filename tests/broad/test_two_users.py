"""No address shows or changes anything of another user's: all of them are asked, those that come later included."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from capture.models import (
    Alias,
    ArchivePace,
    Device,
    Import,
    ImportedFile,
    MailAddress,
    Memo,
    PairingCode,
    Sit,
    TextBeside,
    Tombstone,
    Upload,
    User,
    WatchedFile,
    WatchedFolder,
)
from capture.services.devices import new_device
from capture.sources.mail.addresses import new_mail_address
from insights.models import Correction, Digest, DigestPlan, Idea, Proposal, Topic
from insights.services.topics import pin_topic
from tests.support.recordings import audio_path, made
from tests.support.transcripts import placed
from transcription.models import Edit, Transcript, Vocabulary
from transcription.services.edits import edit_text
from transcription.services.vocabulary import add_word

SECRET = "hippopotamus"
"""In Bob's words, in his topic, in his device's name, and in the bytes of his recording."""
METHODS = ("get", "post", "put", "patch", "delete")
SHOWN_TO_BOB = {
    *("today", "topics", "topic", "memo", "move_idea", "unsorted", "devices", "folders", "digest_preview"),
    *("memo_audio", "memo_original"),
    *("archive", "import"),
    *("edit_transcript", "correct_word", "transcript_history", "vocabulary"),
}
TABLES: tuple[Any, ...] = (
    *(User, Device, PairingCode, MailAddress, Memo, Alias, Tombstone, Sit, Upload, WatchedFolder, WatchedFile),
    *(Import, ImportedFile, ArchivePace, TextBeside),
    *(Transcript, Edit, Vocabulary, Topic, Idea, Correction, Proposal, DigestPlan, Digest),
)


class Route(NamedTuple):
    """One address of the service: its name, and its pattern as it is written."""

    name: str
    written: str

    def address(self, arguments: dict[str, Any]) -> str:
        """Return the address with these arguments. An argument that nobody gave is a KeyError: give it here, too."""
        plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", self.written)
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(arguments[found[1]]), plain.strip("^$"))


def routes(resolver: URLResolver, before: str = "") -> Iterator[Route]:
    """Yield every address."""
    for pattern in resolver.url_patterns:
        written = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLPattern):
            yield Route(pattern.name or written, written)
        else:
            yield from routes(pattern, written)


ROUTES = list(routes(get_resolver()))


class Bob(NamedTuple):
    """Bob's things, by the names that addresses give them."""

    user: User
    token: str
    arguments: dict[str, Any]


@pytest.fixture
def his(bob: User, settings: Any) -> Bob:
    settings.MAILIN_ADDRESS = "memos+{secret}@example.org"
    new_mail_address(bob)
    device, token = new_device(bob, f"{SECRET} phone")
    first, _second = placed(device, f"The {SECRET} likes the river.", f"Another {SECRET} sleeps in the river.")
    placed(device, f"My {SECRET} cake needs flour and eggs.")
    recording = audio_path(first.memo)
    recording.parent.mkdir(parents=True, exist_ok=True)
    recording.write_bytes(made(1, "pcm_s16le", "wav") + SECRET.encode())
    Idea.objects.filter(text__contains="cake").update(topic=None)
    began = first.memo.recorded_at
    Sit.objects.create(user=bob, client_id=first.memo.client_id, started_at=began, kind=f"{SECRET} breath")
    DigestPlan.objects.create(user=bob, enabled=True, hour=7, style=DigestPlan.Style.WORDS)
    idea = Idea.objects.get(transcript=first)
    assert idea.topic_id
    Topic.objects.filter(pk=idea.topic_id).update(name=f"{SECRET} river")
    folder = WatchedFolder.objects.create(user=bob, path=f"/nowhere/{SECRET}")
    folder.files.create(name=f"{SECRET}.txt", size=1, modified_ns=1, met_at=timezone.now(), problem="It is a letter.")
    taken = Import.objects.create(user=bob, folder=f"/home/bob/{SECRET}", time_zone="UTC", state=Import.State.LISTED)
    ImportedFile.objects.create(
        taken_by=taken, name=f"{SECRET}.ogg", size=1, recorded_at=first.memo.recorded_at, dated_by="file"
    )
    ArchivePace.objects.create(user=bob)
    TextBeside.objects.create(memo=first.memo, kind="txt", words=[[SECRET, None, None, 1.0]])
    edit_text(first, f"The {SECRET} loves the river.", by=bob)
    word = add_word(bob, SECRET)
    asked = Proposal.objects.create(user=bob, topic_id=idea.topic_id, name=SECRET)
    pin_topic(asked.topic, pinned=True)
    arguments = {
        "proposal_id": asked.pk,
        "transcript_id": first.pk,
        "first": 1,
        "last": 2,
        "batch": Edit.objects.get().batch,
        "word_id": word.pk,
        "import_id": taken.pk,
        "memo_id": first.memo_id,
        "topic_id": idea.topic_id,
        "idea_id": idea.pk,
        "device_id": device.pk,
        "client_id": first.memo.client_id,
        "upload_id": Upload.objects.create(device=device, length=1, expires_at=timezone.now() + timedelta(1)).pk,
        "folder_id": folder.pk,
        "token": "guessed",
        "kind": "not-audio",
        "app_label": "insights",
        "content_type_id": ContentType.objects.get_for_model(User).pk,
        "object_id": bob.pk,
        "id": bob.pk,
        "url": f"insights/topic/{idea.topic_id}/change/",
    }
    return Bob(bob, token, arguments)


def body(response: HttpResponseBase) -> bytes:
    """Return all that an answer holds."""
    content = response.content if hasattr(response, "content") else b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return bytes(content) + str(response.headers).encode()


def rows(user: User) -> list[dict[str, Any]]:
    """Return every row of a user's, but for when a device was last seen and its user last logged in."""
    owner = {
        User: "pk",
        Upload: "device__user",
        WatchedFile: "folder__user",
        ImportedFile: "taken_by__user",
        TextBeside: "memo__user",
        Transcript: "memo__user",
        Edit: "by",
        Idea: "transcript__memo__user",
    }
    changing = {"last_seen", "last_login", "vector"}
    found = (
        row
        for table in TABLES
        for row in table.objects.filter(**{owner.get(table, "user"): user.pk}).order_by("pk").values()
    )
    return [{name: value for name, value in row.items() if name not in changing} for row in found]


def all_answers(his: Bob, user: User | None = None, **headers: str) -> Iterator[tuple[str, HttpResponseBase]]:
    """Ask every address by every method."""
    for route in ROUTES:
        for method in METHODS:
            client = Client(raise_request_exception=False)
            if user:
                client.force_login(user)  # each time: logging out is one of the addresses
            answer = getattr(client, method)(route.address(his.arguments), headers=headers)
            yield f"{method} {route.name}", answer


def test_bob_meets_his_own_things(client: Client, his: Bob) -> None:
    """The positive control: where this finds nothing, the tests below show nothing."""
    client.force_login(his.user)
    answers = ((route.name, client.get(route.address(his.arguments))) for route in ROUTES)
    shown = {name for name, answer in answers if SECRET.encode() in body(answer).lower()}
    assert shown == SHOWN_TO_BOB


@pytest.mark.parametrize("is_owner_of_the_machine", [False, True])
def test_alice_meets_nothing_of_bobs_and_changes_nothing(
    alice: User, his: Bob, *, is_owner_of_the_machine: bool
) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=is_owner_of_the_machine, is_superuser=is_owner_of_the_machine)
    before = rows(his.user)
    for asked, answer in all_answers(his, alice):
        assert SECRET.encode() not in body(answer).lower(), asked
        assert answer.status_code < 500, asked
    assert rows(his.user) == before


def test_whoever_finds_bobs_phone_reads_nothing(his: Bob) -> None:
    before = rows(his.user)
    for asked, answer in all_answers(his, authorization=f"Bearer {his.token}"):
        assert SECRET.encode() not in body(answer).lower(), asked
    assert rows(his.user) == before


def test_alices_phone_is_told_nothing_of_bobs_memos(bedside: Device, his: Bob) -> None:
    _device, token = new_device(bedside.user, "walks")
    before = rows(his.user)
    for asked, answer in all_answers(his, authorization=f"Bearer {token}"):
        assert SECRET.encode() not in body(answer).lower(), asked
        if asked == "get get_receipt":
            assert answer.status_code == 404
    assert rows(his.user) == before


def test_a_stranger_meets_nothing(his: Bob) -> None:
    before = rows(his.user)
    for asked, answer in all_answers(his):
        assert SECRET.encode() not in body(answer).lower(), asked
    assert rows(his.user) == before
