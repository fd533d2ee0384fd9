"""Export, import, export: the same bytes, but for when; of accounts of any form, and of a zip that was made before."""

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.models import Alias, Memo, Sit, User
from capture.storage import stores
from capture.storage.incoming import open_incoming
from config.models import TakeIn
from config.takeout import taking_in
from config.takeout.core.manifest import MANIFEST_FILE
from insights.models import (
    Correction,
    DigestPlan,
    EveningQuestion,
    Idea,
    ReviewDecision,
    ReviewPlan,
    ReviewSession,
    ReviewState,
    Topic,
)
from tests.support.takeouts import export_bytes, export_files, without_times
from transcription.models import Edit, State, Transcript, Vocabulary

pytestmark = pytest.mark.django_db(transaction=True)

SAMPLES = Path(__file__).parents[2] / "assets" / "takeout"
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
_numbers = itertools.count()

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
moments = st.integers(0, 10**12).map(lambda micros: BEGAN + timedelta(microseconds=micros))
keys = st.uuids(version=4)
floats = st.floats(0, 1e6, allow_nan=False)
spoken = st.fixed_dictionaries(
    {
        "key": keys,
        "at": moments,
        "offset": st.none() | st.integers(-720, 840),
        "context": st.sampled_from(["", "night", "sit"]),
        "by_hand": st.none() | st.sampled_from(["", "walk"]),
        "gone": st.booleans(),
        "words": st.lists(st.tuples(texts, floats, floats, floats), max_size=4),
        "edited": st.none() | texts,
        "topic": st.none() | st.integers(0, 3),
        "decision": st.sampled_from([None, "keep", "later", "act", "let-go"]),
        "done": st.booleans(),
        "undone": st.booleans(),
        "deleted": st.booleans(),
        "heard_again": st.booleans(),
        "parted": st.booleans(),
        "was_dated": st.none() | moments,
    }
)
topics = st.fixed_dictionaries(
    {
        "key": keys,
        "at": moments,
        "sentence": texts,
        "hidden": st.booleans(),
        "pinned": st.booleans(),
        "named_by": st.sampled_from(["machine", "person"]),
        "pace": st.sampled_from(["usual", "seldom", "rarely"]),
        "x": st.none() | floats,
    }
)
accounts = st.fixed_dictionaries(
    {
        "memos": st.lists(spoken, max_size=3, unique_by=lambda one: one["key"]),
        "topics": st.lists(topics, min_size=4, max_size=4, unique_by=lambda one: one["key"]),
        "merged": st.booleans(),
        "words": st.lists(texts.filter(bool), max_size=3, unique=True),
        "sit": st.none() | st.tuples(keys, moments),
        "question": texts,
        "is_carried": st.booleans(),
        "topic_gone": st.booleans(),
        "dial": st.sampled_from([None, "sooner", "usual", "eventually"]),
        "digest_hour": st.none() | st.integers(0, 23),
    }
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path


def made_account(told: dict[str, Any]) -> User:
    """Return an account as it is told, straight in its rows."""
    user = User.objects.create_user(f"user-{next(_numbers)}", time_zone="Europe/Vienna", languages="en")
    made = [
        Topic(
            user=user,
            pk=one["key"],
            name=f"topic {n}",
            sentence=one["sentence"],
            hidden=one["hidden"],
            pinned=one["pinned"],
            named_by=one["named_by"],
            review_pace=one["pace"],
            place_x=one["x"],
        )
        for n, one in enumerate(told["topics"])
    ]
    for topic, one in zip(made, told["topics"], strict=True):
        topic.save()
        Topic.objects.filter(pk=topic.pk).update(created_at=one["at"])
    if told["merged"]:
        Topic.objects.filter(pk=made[3].pk).update(merged_into=made[2])
        Correction.objects.create(user=user, kind="merged", topic=made[2], from_topic=made[3], name="topic 2")
    elif told["topic_gone"]:
        Topic.objects.filter(pk=made[3].pk).update(deleted_at=BEGAN)
    for number, one in enumerate(told["memos"]):
        _make_memo(user, number, one, made)
    _make_plans(user, told)
    for word in told["words"]:
        Vocabulary.objects.create(user=user, word=word, by_hand=True)
    if told["sit"]:
        key, at = told["sit"]
        Sit.objects.create(pk=key, user=user, client_id="sit", started_at=at)
    asked = {"user": user, "text": told["question"], "asked_at": BEGAN}
    before = EveningQuestion.objects.create(evening=date(2026, 11, 2), **asked)
    if told["is_carried"]:
        EveningQuestion.objects.filter(pk=before.pk).update(outcome="carried", settled_at=BEGAN)
        spoken_in = Transcript.objects.filter(user=user).first()
        span = {"transcript": spoken_in, "text_start": 0, "text_end": 0} if spoken_in else {}
        EveningQuestion.objects.create(evening=date(2026, 11, 3), carried_from=before, **asked, **span)
    return user


def _make_plans(user: User, told: dict[str, Any]) -> None:
    if told["dial"]:
        ReviewPlan.objects.create(user=user, dial=told["dial"])
    if told["digest_hour"] is not None:
        DigestPlan.objects.create(user=user, enabled=True, hour=told["digest_hour"], style=DigestPlan.Style.LINKS)


def _make_memo(user: User, number: int, one: dict[str, Any], made: list[Topic]) -> None:
    path = stores.new_path(one["key"], user.pk)
    with open_incoming() as arriving:
        arriving.write(f"sound {one['key']}".encode())
        stores.store_recording(arriving, path)
    memo = Memo.objects.create(
        pk=one["key"],
        user=user,
        client_id=f"memo-{number}",
        source="api",
        recorded_at=one["at"],
        received_at=one["at"],
        utc_offset=one["offset"],
        context=one["context"],
        context_by_hand=one["by_hand"],
        kind="ogg",
        bytes=arriving.bytes,
        sha256=arriving.sha256,
        path=path,
        date_as_came=_date_as_came(one["was_dated"]),
        deleted_at=one["at"] if one["deleted"] else None,
    )
    Alias.objects.create(user=user, memo=memo, client_id=f"alias-{number}")
    if one["gone"]:
        stores.store_playback(path, [b"a copy"])
        stores.remove_original(path)
        Memo.objects.filter(pk=memo.pk).update(original_gone_at=one["at"])
    text = "".join(word for word, *_rest in one["words"])
    if one["heard_again"]:
        former = {"state": State.FAILED, "error": "no_words", "current": False, "generation": 1}
        Transcript.objects.create(memo=memo, due=one["at"], finished_at=one["at"], **former)
    transcript = Transcript.objects.create(
        generation=2 if one["heard_again"] else 1,
        memo=memo,
        due=one["at"],
        finished_at=one["at"],
        state=State.READY,
        text=text,
        words=one["words"],
        is_placed=True,
    )
    if one["edited"] is not None and one["words"]:
        Edit.objects.create(transcript=transcript, first=0, last=1, text=one["edited"], by=user)
    if not text:
        return
    topic = None if one["topic"] is None else made[min(one["topic"], 2)]
    idea = Idea.objects.create(
        user=user,
        transcript=transcript,
        position=0,
        text=text,
        text_start=0,
        text_end=len(text),
        doubtful=[[0, 1]],
        audio_start=0.0,
        audio_end=one["words"][0][1],
        topic=topic,
        placed_at=one["at"],
    )
    if one["parted"]:
        Idea.objects.filter(pk=idea.pk).update(is_replaced=True)
        half = {"text": text[:1], "text_start": 0, "text_end": 1, "audio_start": 0.0, "audio_end": 0.5}
        Idea.objects.create(user=user, transcript=transcript, position=1, placed_at=one["at"], kind="task", **half)
    if topic:
        moved = Correction.objects.create(user=user, kind="moved", topic=topic, idea=idea, name=topic.name)
        if one["undone"]:
            Correction.objects.create(user=user, kind="undone", topic=topic, idea=idea, batch=moved.batch)
    if one["decision"]:
        _decide(user, idea, one)


def _decide(user: User, idea: Idea, one: dict[str, Any]) -> None:
    at = one["at"]
    session = ReviewSession.objects.create(user=user, began_at=at, touched_at=at, ended_at=at, asked_ideas=3)
    ReviewDecision.objects.create(session=session, idea=idea, decision=one["decision"], nonce=uuid4(), decided_at=at)
    due = {"due_at": at, "stability": 2.5, "difficulty": 5.0, "spaced_at": at} if one["decision"] == "later" else {}
    done = at if one["done"] and one["decision"] == "act" else None
    ReviewState.objects.create(idea=idea, user=user, decision=one["decision"], seen_at=at, done_at=done, **due)


def _date_as_came(at: datetime | None) -> dict[str, Any] | None:
    return None if at is None else {"recorded_at": at.isoformat(), "utc_offset": 60, "date_assumed": True}


def told_files(content: bytes) -> dict[str, bytes]:
    files = export_files(content)
    return files | {MANIFEST_FILE: without_times(files[MANIFEST_FILE])}


def gone_with_files(user: User) -> None:
    for memo in Memo.objects.filter(user=user):
        stores.remove_recording(memo.path)
    user.delete()


def brought(content: bytes, path: Path) -> User:
    """Return an account into which an export was taken."""
    path.write_bytes(content)
    user = User.objects.create_user(f"user-{next(_numbers)}")
    done = taking_in.take_in_here(user, path, lambda _size: None)
    assert done.state == TakeIn.State.DONE, done.problem
    user.refresh_from_db()
    return user


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(accounts)
def test_any_account_is_the_same_there_and_back(tmp_path: Path, told: dict[str, Any]) -> None:
    for left in User.objects.all():  # of an example that failed
        gone_with_files(left)
    user = made_account(told)
    first = export_bytes(user)
    gone_with_files(user)
    there = brought(first, tmp_path / "first.zip")
    second = export_bytes(there, made_at=BEGAN)
    assert told_files(second) == told_files(first)
    gone_with_files(there)


@pytest.mark.parametrize("sample", ["version-1-first.zip", "version-1.zip"])
def test_a_zip_of_version_1_is_taken_in_for_ever(sample: str, tmp_path: Path) -> None:
    """Each was made once, the first by the first version that could; none is ever made anew."""
    content = (SAMPLES / sample).read_bytes()
    user = brought(content, tmp_path / "sample.zip")
    assert Memo.objects.of(user).count() == 2
    assert {str(key) for key in Idea.objects.filter(user=user).values_list("pk", flat=True)} == {
        str(UUID(line.split(b'"')[3].decode())) for line in export_files(content)["rows/ideas.jsonl"].splitlines()
    }
    rows = {name: file for name, file in told_files(content).items() if name.startswith(("rows/", "audio/"))}
    assert {name: told_files(export_bytes(user))[name] for name in rows} == rows
