"""Every address of the service, and all that is Bob's."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from capture.core.nights import evening_of
from capture.models import (
    ArchivePace,
    BrowserSession,
    Import,
    ImportedFile,
    MemoPeaks,
    Sit,
    TextBeside,
    Upload,
    User,
    WatchedFolder,
)
from capture.services.access_tokens import create_access_token
from capture.services.devices import create_device
from capture.services.invitations import create_invitation
from capture.sources.mail.addresses import create_mail_address
from config.http.sessions import SessionStore, hash_session_key
from config.takeout.exports import make_next_export, request_export
from insights.core.review.choices import Decision, Dial
from insights.models import DigestPlan, Idea, NoQuestion, Proposal, Topic, WebhookEvent
from insights.services.evening_questions import ask_question
from insights.services.feeds import create_feed
from insights.services.review import begin_or_resume, decide, set_dial
from insights.services.topics import pin_topic
from insights.services.webhooks import create_endpoint, send_test
from tests.support.passkeys import passkey_credential
from tests.support.recordings import audio_path, made
from tests.support.transcripts import place_texts
from transcription.models import Edit
from transcription.services.edits import edit_text
from transcription.services.vocabulary import add_vocabulary_word

SECRET = "hippopotamus"
"""In Bob's words, in his topic, in his device's name, and in the bytes of his recording."""


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


def body(response: HttpResponseBase) -> bytes:
    """Return all that an answer holds."""
    content = response.content if hasattr(response, "content") else b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return bytes(content) + str(response.headers).encode()


def create_bobs_things(bob: User) -> Bob:
    """Give Bob one of everything, and return where it is. MAILIN_ADDRESS must be set."""
    create_mail_address(bob)
    device, token = create_device(bob, f"{SECRET} phone")
    first, _second = place_texts(device, f"The {SECRET} likes the river.", f"Another {SECRET} sleeps in the river.")
    place_texts(device, f"My {SECRET} cake needs flour and eggs.")
    MemoPeaks.objects.create(memo=first.memo, levels=SECRET.encode())
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
    folder.files.create(name=f"{SECRET}.txt", size=1, modified_ns=1, met_at=timezone.now(), problem="not-audio")
    taken = Import.objects.create(user=bob, folder=f"/home/bob/{SECRET}", time_zone="UTC", state=Import.State.LISTED)
    ImportedFile.objects.create(
        taken_by=taken, name=f"{SECRET}.ogg", size=1, recorded_at=first.memo.recorded_at, dated_by="file"
    )
    ArchivePace.objects.create(user=bob)
    TextBeside.objects.create(memo=first.memo, kind="txt", words=[[SECRET, None, None, 1.0]])
    edit_text(first, f"The {SECRET} loves the river.", by=bob)
    word = add_vocabulary_word(bob, SECRET)
    asked = Proposal.objects.create(user=bob, topic_id=idea.topic_id, name=SECRET)
    pin_topic(asked.topic, pinned=True)
    session = begin_or_resume(bob)
    assert session
    decisions = [
        decide(session.turns.get(idea__in=Idea.objects.filter(text__contains=words)), decision, uuid4()).made
        for words, decision in (("cake", Decision.ACT), ("Another", Decision.LET_GO))
    ]
    set_dial(bob, Dial.SOONER)
    ask_question(bob, f"Where does the {SECRET} sleep?", "")
    NoQuestion.objects.create(transcript=first)
    hook = create_endpoint(bob, f"https://{SECRET}.example/", [WebhookEvent.IDEAS_PLACED], with_words=True)
    send_test(hook)
    passkey = Authenticator.objects.create(
        user=bob,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": f"{SECRET} finger", "credential": passkey_credential()},
    )
    browser = SessionStore()
    browser.create()
    seen = BrowserSession.objects.create(
        user=bob, key_hash=hash_session_key(str(browser.session_key)), browser=SECRET, last_seen=timezone.now()
    )
    export = request_export(bob, "account")
    make_next_export()
    arguments = {
        "export_id": export.pk,
        "pk": passkey.pk,
        "session": seen.pk,
        "access_token": create_access_token(bob, f"{SECRET} notebook")[0].pk,
        "invitation": create_invitation(bob, f"{SECRET} friend")[0].pk,
        "code": "guessed",
        "provider_id": "oidc",
        "proposal_id": asked.pk,
        "decision_id": decisions[-1].pk,
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
        "secret": create_feed(bob),
        "evening": evening_of(first.memo.recorded_at).isoformat(),
        "kind": "not-audio",
        "app_label": "insights",
        "content_type_id": ContentType.objects.get_for_model(User).pk,
        "object_id": bob.pk,
        "webhook_id": hook.pk,
        "id": bob.pk,
        "url": f"insights/topic/{idea.topic_id}/change/",
    }
    return Bob(bob, token, arguments)
