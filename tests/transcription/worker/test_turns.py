"""Nobody waits for somebody else's flood: users take turns, with two of them and with fifty."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capture.models import Device, Memo, User
from capture.services.devices import create_device
from insights.services import place_ideas
from insights.services.place_ideas import place_next_transcript
from tests.support.transcripts import write_transcript
from transcription.core.turns import EXPECTED_SECONDS, Turns
from transcription.models import Slice, State, Transcript
from transcription.worker import enqueue
from transcription.worker.claims import Claim, claim_next
from transcription.worker.state import WorkerState

FLOOD_MEMOS = 120


def device_of(name: str) -> Device:
    return create_device(User.objects.create_user(name), name)[0]


def receive(device: Device, number: int = 1, **columns: object) -> None:
    """Write memos whose files nobody opens."""
    now = timezone.now()
    before = Memo.objects.count()
    given = {"kind": "ogg", "bytes": 32_000, **columns}
    Memo.objects.bulk_create(
        Memo(
            user=device.user,
            device=device,
            client_id=f"m-{before + n}",
            source="api",
            recorded_at=now,
            received_at=now,
            sha256=f"{before + n:064}",
            path=f"00/m-{before + n}",
            **given,
        )
        for n in range(number)
    )


def claimed(worker: WorkerState) -> Claim:
    claim = claim_next(worker)
    assert claim is not None
    return claim


@pytest.mark.parametrize("users", [2, 50])
def test_a_flood_of_one_costs_the_others_no_more_than_a_piece_of_it(
    worker: WorkerState, db: None, users: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enqueue, "ENQUEUED_MEMOS", 2 * users)
    receive(device_of("flooder"), FLOOD_MEMOS)
    others = [device_of(f"user-{n}") for n in range(users - 1)]
    for other in others:
        receive(other)
    heard = [claimed(worker).memo.user.username for _ in range(users + 1)]
    assert {other.user.username for other in others} <= set(heard)
    assert heard.count("flooder") <= 2


@pytest.mark.parametrize("users", [2, 50])
def test_who_comes_while_it_lasts_is_heard_next(worker: WorkerState, db: None, users: int) -> None:
    receive(device_of("flooder"), FLOOD_MEMOS)
    for _ in range(20):
        claimed(worker)
    others = [device_of(f"user-{n}") for n in range(users - 1)]
    for other in others:
        receive(other)
    heard = [claimed(worker).memo.user.username for _ in others]
    assert heard.count("flooder") == 0


def test_what_took_long_counts_for_as_long(worker: WorkerState, alice: User, bob: User) -> None:
    """Small files that hold hours of silence: twenty seconds of work each, while the other's take one."""
    flooder, other = create_device(alice, "flood")[0], create_device(bob, "phone")[0]
    receive(flooder, 10)
    receive(other, 30)
    heard = []
    for _ in range(30):
        claim = claimed(worker)
        heard.append(claim.memo.user)
        worker.turns.charge(claim.memo.user_id, 20.0 if claim.memo.user == alice else 1.0)
    assert heard.count(alice) <= 3


def test_users_take_turns_at_slices_of_long_recordings_too(worker: WorkerState, alice: User, bob: User) -> None:
    receive(create_device(alice, "flood")[0], 3, bytes=enqueue.LONG_BYTES + 1)
    receive(create_device(bob, "phone")[0], 1, bytes=enqueue.LONG_BYTES + 1)
    heard = []
    for position in range(8):
        claim = claimed(worker)
        heard.append(claim.memo.user)
        part = {"position": position, "start": position, "end": position + 1, "words": [], "compute_seconds": 1.0}
        claim.save(Slice(transcript=claim.transcript, **part))
    assert heard.count(bob) == 4


def test_live_goes_before_imported_whoever_sent_it(worker: WorkerState, alice: User, bob: User) -> None:
    receive(create_device(bob, "old")[0], 2, archive=True)
    receive(create_device(alice, "flood")[0], 5)
    heard = [claimed(worker).memo for _ in range(7)]
    assert [memo.archive for memo in heard] == [False] * 5 + [True] * 2


def test_the_next_is_found_in_an_index_of_users(worker: WorkerState, alice: User) -> None:
    receive(create_device(alice, "flood")[0], 5)
    claimed(worker)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    with CaptureQueriesContext(connection) as asked:
        Transcript.objects.due(timezone.now()).first_of_each().count()
    question = next(query["sql"] for query in asked.captured_queries if "LIMIT 1" in query["sql"])
    with connection.cursor() as cursor:
        plan = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
        cursor.execute(plan + question)
        assert "transcript_users_turn" in str(cursor.fetchall())


@pytest.mark.parametrize("users", [2, 50])
def test_users_take_turns_at_placing_too(db: None, users: int, monkeypatch: pytest.MonkeyPatch) -> None:
    flooder = device_of("flooder")
    for _ in range(FLOOD_MEMOS):
        write_transcript(flooder, "words of a flood")
    others = [device_of(f"user-{n}") for n in range(users - 1)]
    for other in others:
        write_transcript(other, "a word of mine")
    placed: list[Transcript] = []

    def place(transcript: Transcript) -> None:
        placed.append(transcript)
        Transcript.objects.filter(pk=transcript.pk).update(state=State.FAILED)

    monkeypatch.setattr(place_ideas, "place_transcript", place)
    for _ in range(users + 1):
        assert place_next_transcript()
    assert {transcript.memo.user for transcript in placed} >= {other.user for other in others}
    assert [transcript.memo.user for transcript in placed].count(flooder.user) <= 2


def test_who_was_away_has_no_time_in_store() -> None:
    turns = Turns()
    for _ in range(10):
        turns.begin("busy")
    assert turns.clock_of("new") == turns.clock_of("busy") - EXPECTED_SECONDS
    turns.begin("new")
    assert turns.clock_of("new") == turns.clock_of("busy")


def test_clocks_of_those_who_left_are_not_kept() -> None:
    turns = Turns()
    for user in range(1000):
        turns.begin(user)
        turns.charge(user, time.get_clock_info("monotonic").resolution)
    turns.begin("last")
    turns.begin("last")
    turns.begin("last")
    assert len(turns._next) < 3
