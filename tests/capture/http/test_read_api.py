"""The read API of memos, their sound and sits; and which token opens which door."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from capture.models import AccessToken, Device, Memo, Sit, User
from capture.services.access_tokens import create_access_token, revoke_access_token
from capture.services.doors import Door, close_all_doors, open_door
from tests.support.answers import problem, sound
from tests.support.api_phone import OGG, Phone
from tests.support.api_reader import Reader
from tests.support.recordings import playback_path, speak
from tests.support.transcripts import write_transcript
from transcription.models import State, Transcript
from transcription.services.edits import edit_text

READ = ("memos", "sits", "ideas", "topics")


@pytest.fixture
def reader(alice: User) -> Reader:
    return Reader(alice)


def test_a_token_is_kept_as_a_hash_that_no_database_alone_can_check(reader: Reader) -> None:
    (row,) = AccessToken.objects.values()
    assert reader.secret.startswith("stillnote_")
    assert len(row["token_hash"]) == 64
    assert reader.secret not in str(row)


@pytest.mark.parametrize("path", READ)
def test_who_has_no_token_or_another_reads_nothing(path: str, phone: Phone, alices: Client) -> None:
    assert problem(alices.get(f"/api/v1/{path}"), 401, "no-token")
    assert problem(phone.client.get(f"/api/v1/{path}"), 403, "token-sends")
    guessed = {"Authorization": "Bearer stillnote_guessed"}
    assert problem(alices.get(f"/api/v1/{path}", headers=guessed), 401, "unknown-reader")


def test_a_personal_token_sends_nothing(reader: Reader) -> None:
    answers = [
        reader.client.put("/api/v1/memos/m-1", OGG, content_type="audio/ogg"),
        reader.client.post("/api/v1/memos", {}),
        reader.client.put("/api/v1/device", {"held": 0}, content_type="application/json"),
        reader.client.put("/api/v1/sits/s-1", {"started": "2026-11-24T03:12:00Z"}, content_type="application/json"),
        reader.client.post("/api/v1/uploads/", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "1"}),
    ]
    assert all(problem(answer, 403, "token-reads") for answer in answers)
    assert not Memo.objects.exists()


def test_a_token_reads_until_it_is_revoked_or_runs_out(alice: User, reader: Reader) -> None:
    assert reader.get("memos").status_code == 200
    revoke_access_token(reader.token)
    assert problem(reader.get("memos"), 401, "revoked-reader")
    _made, secret = create_access_token(alice, "for a day", timezone.now() - timedelta(seconds=1))
    late = {"Authorization": f"Bearer {secret}"}
    assert problem(Client().get("/api/v1/memos", headers=late), 401, "expired-reader")


def test_nothing_is_read_of_a_closed_account(alice: User, reader: Reader) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert problem(reader.get("memos"), 401, "revoked-reader")


def test_a_restored_copy_lets_nobody_read_until_its_owner_says_so(reader: Reader) -> None:
    close_all_doors()
    assert problem(reader.get("memos"), 401, "closed-to-readers")
    open_door(Door.READERS)
    assert reader.get("memos").status_code == 200


def test_it_is_noted_when_something_was_last_read(reader: Reader) -> None:
    reader.get("memos")
    used = AccessToken.objects.get().used_at
    reader.get("memos")
    assert used
    assert AccessToken.objects.get().used_at == used  # a minute has not passed


def test_a_program_that_asks_too_often_waits(reader: Reader, settings: object) -> None:
    settings.UPLOADS_A_MINUTE = 2  # type: ignore[attr-defined]
    assert [reader.get("memos").status_code for _ in range(3)] == [200, 200, 429]
    assert problem(reader.get("memos"), 429, "too-many-requests")


def test_a_memo_tells_its_words_as_they_are_and_as_they_were_heard(bedside: Device, reader: Reader) -> None:
    transcript = write_transcript(bedside, "The hippo likes the river.")
    edit_text(transcript, "The hippo loves the river.", by=bedside.user)
    memo = transcript.memo
    Memo.objects.filter(pk=memo.pk).update(
        recorded_at=datetime(2026, 11, 24, 2, 12, tzinfo=UTC), utc_offset=60, context="walk"
    )
    told = reader.read(f"memos/{memo.pk}")
    assert told["recorded_at"] == "2026-11-24T03:12:00+01:00"
    assert (told["context"], told["device"], told["media_type"]) == ("walk", "bedside", "audio/ogg")
    assert told["audio"] == f"/api/v1/memos/{memo.pk}/audio"
    assert told["words"] == {
        "state": "ready",
        "text": "The hippo loves the river.",
        "verbatim": "The hippo likes the river.",
        "doubtful": [],
        "language": "en",
        "seconds": 2.5,
    }
    assert reader.read("memos")["memos"] == [told]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.CLAIMED, "waiting"),
        (State.PAUSED, "waiting"),
        (State.NO_SPEECH, "no-speech"),
        (State.QUARANTINED, "failed"),
    ],
)
def test_how_far_the_words_are_is_told_in_four_words(bedside: Device, reader: Reader, state: State, said: str) -> None:
    transcript = write_transcript(bedside, "Anything.")
    Transcript.objects.filter(pk=transcript.pk).update(state=state)
    assert reader.read("memos")["memos"][0]["words"]["state"] == said


def test_what_is_deleted_is_gone_at_once(bedside: Device, reader: Reader) -> None:
    memo = write_transcript(bedside, "Anything.").memo
    Memo.objects.filter(pk=memo.pk).update(deleted_at=timezone.now())
    assert reader.read("memos") == {"memos": [], "next": None}
    for path in (f"memos/{memo.pk}", f"memos/{memo.pk}/audio", f"memos/{memo.pk}/original"):
        assert problem(reader.get(path), 404, "not-found")


def test_a_device_is_told_its_receipt_where_a_person_is_shown_the_memo(phone: Phone, reader: Reader) -> None:
    assert phone.put("m-1").status_code == 201
    memo = Memo.objects.get()
    assert phone.receipt("m-1").json()["safe_to_delete"] is True
    assert reader.read(f"memos/{memo.pk}")["sha256"] == memo.sha256
    assert problem(phone.receipt(str(memo.pk)), 404, "unknown-memo")
    assert problem(reader.get("memos/m-1"), 404, "not-found")


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_follow_each_other_whatever_comes_between(bedside: Device, reader: Reader, order: str) -> None:
    began = datetime(2026, 11, 1, tzinfo=UTC)
    for day in range(7):
        memo = write_transcript(bedside, f"Day {day}.").memo
        Memo.objects.filter(pk=memo.pk).update(recorded_at=began + timedelta(days=day // 2))  # some at the same moment
    expected = {str(key) for key in Memo.objects.values_list("pk", flat=True)}
    first = reader.get("memos", limit=3, order=order)
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    late = write_transcript(bedside, "Meanwhile.").memo
    Memo.objects.filter(pk=late.pk).update(recorded_at=began + timedelta(days=30 if order == "newest" else -30))
    rest = reader.read_all(first.json()["next"], "memos")
    met = [memo["id"] for memo in (*first.json()["memos"], *rest)]
    assert len(met) == len(set(met))
    assert set(met) == expected
    spoken = [memo["recorded_at"] for memo in (*first.json()["memos"], *rest)]
    assert spoken == sorted(spoken, reverse=order == "newest")


def test_a_cursor_is_good_for_its_own_list_and_its_own_person(bedside: Device, reader: Reader, bob: User) -> None:
    for number in range(3):
        write_transcript(bedside, f"Number {number}.")
    cursor = reader.client.get("/api/v1/memos", {"limit": 1}).json()["next"].split("cursor=")[1]
    assert problem(reader.client.get(f"/api/v1/sits?cursor={cursor}"), 400, "bad-cursor")
    assert problem(Reader(bob).client.get(f"/api/v1/memos?cursor={cursor}"), 400, "bad-cursor")
    assert problem(reader.get("memos", cursor="guessed"), 400, "bad-cursor")


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 201}, {"since": "yesterday"}, {"order": "random"}])
def test_what_cannot_be_read_of_a_question_is_named(reader: Reader, asked: dict[str, Any]) -> None:
    answer = reader.get("memos", **asked)
    assert problem(answer, 400, "bad-request")
    assert next(iter(asked)) in answer.json()["title"]


def test_memos_of_some_days_are_asked_for(bedside: Device, reader: Reader) -> None:
    for day in (1, 2, 3):
        memo = write_transcript(bedside, f"Day {day}.").memo
        Memo.objects.filter(pk=memo.pk).update(recorded_at=datetime(2026, 11, day, tzinfo=UTC), archive=day == 2)
    asked = {"since": "2026-11-01T01:00:00+00:00", "until": "2026-11-03T01:00:00+01:00"}
    assert [memo["words"]["text"] for memo in reader.read("memos", **asked)["memos"]] == ["Day 2."]
    assert len(reader.read("memos", archive="false")["memos"]) == 2


def test_what_is_unchanged_is_not_sent_again(bedside: Device, reader: Reader) -> None:
    transcript = write_transcript(bedside, "Anything.")
    for path in ("memos", f"memos/{transcript.memo_id}"):
        answer = reader.get(path)
        assert answer["Cache-Control"] == "private, no-cache"
        again = {"If-None-Match": answer["ETag"]}
        unchanged = reader.get(path, headers=again)
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        edit_text(transcript, f"Other than {path}.", by=bedside.user)
        assert reader.get(path, headers=again).status_code == 200


def test_head_is_answered_as_get(bedside: Device, reader: Reader) -> None:
    memo = write_transcript(bedside, "Anything.").memo
    for path in ("memos", f"memos/{memo.pk}", "sits"):
        asked, head = reader.get(path), reader.client.head(f"/api/v1/{path}")
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", asked["ETag"])
        assert head["Content-Length"] == str(len(asked.content))


def test_sound_comes_in_ranges_the_copy_or_the_original(bedside: Device, reader: Reader, home: Path) -> None:
    memo = speak(bedside, "memo-001.ogg")
    whole = (home / "audio" / memo.path).read_bytes()
    assert sound(reader.get(f"memos/{memo.pk}/audio")) == whole  # no copy is made yet
    playback_path(memo).write_bytes(b"a copy of it")
    part = reader.get(f"memos/{memo.pk}/audio", headers={"Range": "bytes=2-5"})
    assert (part.status_code, part["Content-Range"], sound(part)) == (206, "bytes 2-5/12", b"copy")
    assert part["Content-Type"] == "audio/mp4"
    assert sound(reader.get(f"memos/{memo.pk}/original", headers={"Range": "bytes=-3"})) == whole[-3:]
    assert reader.get(f"memos/{memo.pk}/audio", headers={"If-None-Match": part["ETag"]}).status_code == 304


def test_an_original_that_was_let_go_of_is_not_there(bedside: Device, reader: Reader, home: Path) -> None:
    memo = speak(bedside, "memo-001.ogg")
    Memo.objects.update(original_gone_at=timezone.now())
    assert reader.read(f"memos/{memo.pk}")["original"] is None
    assert problem(reader.get(f"memos/{memo.pk}/original"), 404, "not-found")
    (home / "audio" / memo.path).unlink()
    assert problem(reader.get(f"memos/{memo.pk}/audio"), 404, "not-found")


def test_sits_are_told_by_their_persons_clock(alice: User, reader: Reader) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Berlin")
    began = datetime(2026, 11, 24, 5, tzinfo=UTC)
    Sit.objects.create(user=alice, client_id="s-1", started_at=began, ended_at=began + timedelta(minutes=20))
    Sit.objects.create(user=alice, client_id="s-2", started_at=began + timedelta(days=1), kind="walking")
    open_one, ended = reader.read("sits")["sits"]
    assert (open_one["ended_at"], open_one["kind"]) == (None, "walking")
    assert (ended["started_at"], ended["ended_at"]) == ("2026-11-24T06:00:00+01:00", "2026-11-24T06:20:00+01:00")
    assert [sit["id"] for sit in reader.read_all("sits", "sits", limit=1)] == [open_one["id"], ended["id"]]


def test_as_many_questions_are_asked_for_one_row_as_for_many(
    bedside: Device, reader: Reader, django_assert_num_queries: object
) -> None:
    write_transcript(bedside, "Number 0.")
    Sit.objects.create(user=bedside.user, client_id="s", started_at=timezone.now())
    reader.get("memos")  # notes that the token is used
    for several in (range(1, 100), range(0)):
        with django_assert_num_queries(5):  # type: ignore[operator]  # the token, memos, sits, transcripts, edits
            reader.get("memos", limit=200)
        for number in several:
            write_transcript(bedside, f"Number {number}.")


def test_bob_reads_nothing_of_alices(bedside: Device, bob: User) -> None:
    memo = write_transcript(bedside, "Anything.").memo
    his = Reader(bob)
    assert his.read("memos")["memos"] == []
    for path in (f"memos/{memo.pk}", f"memos/{memo.pk}/audio", f"memos/{uuid4()}", "memos/nothing"):
        assert problem(his.get(path), 404, "not-found")


def test_what_cannot_be_read_is_named(reader: Reader) -> None:
    answer = reader.client.get("/api/v1/ideas?topic=nope&limit=x")
    assert answer.status_code == 400
    assert answer.json()["title"].endswith("cannot be read: limit, topic.")
