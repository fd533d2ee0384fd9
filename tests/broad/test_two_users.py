"""No address shows or changes anything of another user's: all of them are asked, those that come later included."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponseBase
from django.test import Client

from capture.models import (
    AccessToken,
    Alias,
    ArchivePace,
    BrowserSession,
    Device,
    Import,
    ImportedFile,
    Invitation,
    MailAddress,
    Memo,
    MemoPeaks,
    PairingCode,
    SealedCopy,
    Sit,
    TextBeside,
    Tombstone,
    Upload,
    User,
    WatchedFile,
    WatchedFolder,
)
from capture.services.access_tokens import create_access_token
from capture.services.devices import create_device
from capture.services.invitations import create_invitation
from config.models import Export
from insights.models import (
    Correction,
    Digest,
    DigestPlan,
    EveningQuestion,
    Idea,
    ListenFeed,
    NoQuestion,
    Proposal,
    ReviewDecision,
    ReviewPlan,
    ReviewSession,
    ReviewState,
    ReviewTurn,
    SearchEntry,
    Topic,
    WebhookDelivery,
    WebhookEndpoint,
)
from tests.support.two_users import ROUTES, SECRET, Bob, body
from transcription.models import Edit, Transcript, Vocabulary

METHODS = ("get", "post", "put", "patch", "delete")
SHOWN_TO_BOB = {
    *(
        "today",
        "topics",
        "topic",
        "memo",
        "move_idea",
        "split_idea",
        "idea_words",
        "suggested",
        "unsorted",
        "devices",
        "folders",
        "digest_preview",
    ),
    *("recordings", "memo_audio", "memo_original", "download_export"),
    *("listen", "listen_topic"),
    *("archive", "import", "sessions", "access_tokens", "mfa_index", "webhooks", "webhook"),
    *(
        "review",
        "acts",
        "acts_export",
        "let_go_list",
        "questions",
        "sits",
        "change_topic",
        "delete_topic",
        "revoke_device",
        "near_topics",
        "search",
        "near_ideas",
        "near_memo",
    ),
    *("edit_transcript", "correct_word", "transcript_history", "vocabulary"),
}
READ_BY_BOB = {
    *("list_memos", "post_memo", "read_audio", "read_original", "list_sits"),
    *("list_ideas", "read_idea", "list_topics", "read_topic", "list_topic_ideas"),
    "list_changes",
}
"""What his programs read. `post_memo` stands for the same address as `list_memos`."""
TABLES: tuple[Any, ...] = (
    *(
        User,
        Authenticator,
        AccessToken,
        BrowserSession,
        Device,
        PairingCode,
        MailAddress,
        Memo,
        Alias,
        Tombstone,
        SealedCopy,
        Sit,
        Upload,
        WatchedFolder,
        WatchedFile,
    ),
    *(Import, ImportedFile, ArchivePace, TextBeside, MemoPeaks),
    *(Transcript, Edit, Vocabulary, Topic, Idea, Correction, Proposal, DigestPlan, Digest),
    *(EveningQuestion, NoQuestion),
    *(SearchEntry, WebhookEndpoint, WebhookDelivery),
    SearchEntry,
    Export,
    *(ListenFeed, ReviewPlan, ReviewSession, ReviewTurn, ReviewDecision, ReviewState),
)


def rows(user: User) -> list[dict[str, Any]]:
    """Return every row of a user's, but for when a device was last seen and its user last logged in."""
    owner = {
        User: "pk",
        Upload: "device__user",
        WatchedFile: "folder__user",
        ImportedFile: "taken_by__user",
        Invitation: "by",
        WebhookDelivery: "endpoint__user",
        TextBeside: "memo__user",
        MemoPeaks: "memo__user",
        Transcript: "memo__user",
        Edit: "by",
        Idea: "transcript__memo__user",
        NoQuestion: "transcript__memo__user",
        ReviewTurn: "session__user",
        ReviewDecision: "session__user",
    }
    changing = {"last_seen", "used_at", "last_login", "vector"}
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


def test_bobs_program_reads_his_own_things(client: Client, his: Bob) -> None:
    """The positive control of the next."""
    known = {"Authorization": f"Bearer {create_access_token(his.user, 'notebook')[1]}"}
    answers = ((route.name, client.get(route.address(his.arguments), headers=known)) for route in ROUTES)
    assert {name for name, answer in answers if SECRET.encode() in body(answer).lower()} == READ_BY_BOB


def test_alices_program_reads_nothing_of_bobs_and_changes_nothing(alice: User, his: Bob) -> None:
    _made, token = create_access_token(alice, "notebook")
    before = rows(his.user)
    for asked, answer in all_answers(his, authorization=f"Bearer {token}"):
        assert SECRET.encode() not in body(answer).lower(), asked
        assert answer.status_code < 500, asked
    assert rows(his.user) == before


def test_bobs_program_changes_nothing(his: Bob) -> None:
    _made, token = create_access_token(his.user, "notebook")
    before = rows(his.user)
    for _asked, answer in all_answers(his, authorization=f"Bearer {token}"):
        body(answer)
    assert rows(his.user) == before


def test_alices_phone_is_told_nothing_of_bobs_memos(bedside: Device, his: Bob) -> None:
    _device, token = create_device(bedside.user, "walks")
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


def test_who_was_invited_meets_nothing_of_bobs(client: Client, his: Bob) -> None:
    User.objects.filter(pk=his.user.pk).update(is_staff=True)  # who looks after accounts invites
    _made, code = create_invitation(his.user, "Carol")
    chosen = {"username": "carol", "password1": "a quiet pond", "password2": "a quiet pond"}
    assert client.post(f"/invited/{code}/", chosen)["Location"] == "/welcome/"
    for address in ("/", "/topics/", "/recordings/", "/act/", "/devices/", "/settings/", "/health/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert SECRET.encode() not in body(answer).lower()
    for route in (route for route in ROUTES if route.name in {"topic", "memo", "move_idea", "job", "memo_audio"}):
        assert client.get(route.address(his.arguments)).status_code == 404
