"""An account with one of everything that can be taken along, and what exports of it hold."""

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.utils import timezone

from capture.models import Device, Memo, Sit, User
from config.models import TakeIn
from config.takeout import taking_in
from config.takeout.compose import write_export
from config.takeout.core.manifest import MANIFEST_FILE, TakeoutKind
from config.takeout.tables import TABLES
from insights.core.review.choices import Decision, Dial
from insights.models import DigestPlan, EveningQuestion, Idea, NoQuestion, Topic
from insights.services.evening_questions import ask_question
from insights.services.ideas import confirm_idea, move_idea
from insights.services.place_ideas import place_transcript
from insights.services.review import begin_or_resume, decide, end_review, set_dial
from insights.services.topics import create_topic, delete_topic, merge_topics, pin_topic, rename_topic
from tests.support.recordings import speak
from transcription.core.words import Word, joined
from transcription.models import State, Transcript
from transcription.services.edits import edit_text
from transcription.services.vocabulary import add_vocabulary_word

MADE_AT = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)


def told_memo(device: Device, name: str, text: str) -> Transcript:
    """Return the transcript of a sample memo, whose recording is there, in which this was said."""
    memo = speak(device, name)
    words = [Word(f" {token}" if n else token, n * 0.5, n * 0.5 + 0.4, 0.9) for n, token in enumerate(text.split())]
    return Transcript.objects.create(
        memo=memo,
        due=timezone.now(),
        state=State.READY,
        engine="given",
        language="en",
        text=joined(words),
        words=words,
        audio_seconds=len(words) * 0.5,
        finished_at=timezone.now(),
    )


def export_bytes(user: User, kind: TakeoutKind = "account", made_at: datetime = MADE_AT) -> bytes:
    """Return an export."""
    file = io.BytesIO()
    write_export(user, kind, file, made_at, lambda _size: None)
    return file.getvalue()


def export_files(content: bytes) -> dict[str, bytes]:
    """Return the files of an export by their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def export_rows(content: bytes, name: str) -> list[dict[str, Any]]:
    """Return the rows of one file of an export."""
    return [json.loads(line) for line in export_files(content)[f"rows/{name}.jsonl"].splitlines()]


def packed(files: dict[str, bytes], *, announce: bool = True) -> bytes:
    """Return a zip of files. announce: whether the manifest is made to fit them."""
    if announce:
        files = announced(files)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return file.getvalue()


def announced(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return files with a manifest that tells of them."""
    manifest = json.loads(files[MANIFEST_FILE])
    manifest["files"] = [
        {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in files.items()
        if name != MANIFEST_FILE
    ]
    return {**files, MANIFEST_FILE: json.dumps(manifest).encode()}


def without_times(rows: bytes) -> bytes:
    """Return what is told of an export but for when it was made."""
    return re.sub(rb'"made_at": ?"[^"]*"', b'"made_at": ""', rows)


def fill_account(device: Device, word: str = "heron") -> None:
    """Give a person one of everything. word: stands in all that they say."""
    user = device.user
    first = told_memo(device, "memo-001.ogg", f"The {word} stands in the pond.")
    second = told_memo(device, "memo-002.ogg", f"Buy seed for the {word} garden tomorrow.")
    for transcript in (first, second):
        place_transcript(transcript)
    idea, other = Idea.objects.get(transcript=first), Idea.objects.get(transcript=second)
    pond, garden, gone = (create_topic(user, f"{word} {name}") for name in ("pond", "garden", "gone"))
    move_idea(idea, to=pond)
    move_idea(other, to=garden)
    confirm_idea(Idea.objects.get(pk=idea.pk))
    rename_topic(pond, f"The {word} pond: reeds/rushes")
    merge_topics(garden, create_topic(user, f"{word} plot"))
    delete_topic(gone)
    pin_topic(Topic.objects.get(pk=garden.pk), pinned=True)
    edit_text(first, f"The old {word} stands in the pond.", by=user)
    add_vocabulary_word(user, word)
    began = first.memo.recorded_at
    Sit.objects.create(
        user=user, client_id="sit-1", started_at=began, ended_at=began + timedelta(minutes=20), kind=word
    )
    ask_question(user, f"Where does the {word} sleep?", "")
    NoQuestion.objects.create(transcript=second)
    session = begin_or_resume(user)
    assert session
    for turn in session.turns.all():
        decide(turn, Decision.LATER, uuid4())
    end_review(user)
    set_dial(user, Dial.SOONER)
    DigestPlan.objects.create(user=user, enabled=True, hour=6, style=DigestPlan.Style.WORDS)
    User.objects.filter(pk=user.pk).update(time_zone="Europe/Vienna", languages="en,de", look="dark")
    user.refresh_from_db()
    Memo.objects.filter(pk=second.memo_id).update(context_by_hand="walk")
    EveningQuestion.objects.filter(user=user).update(evening=date(2026, 11, 29))


def take(user: User, content: bytes, tmp_path: Path) -> TakeIn:
    """Take an export in, and return what is told of it."""
    path = tmp_path / "brought.zip"
    path.write_bytes(content)
    return taking_in.take_in_here(user, path, lambda _size: None)


def kept(user: User) -> dict[str, int]:
    """Return how many rows there are of a user's."""
    return {name: table.rows(user).count() for name, table in TABLES.items()}


def stored_files(home: Path) -> set[str]:
    return {file.name for file in (home / "audio").rglob("*") if file.is_file()}
