"""Old recordings: after everything live, at the pace of their user, by the texts that lay beside them, and how long."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from capture.core.sidecars import parse_sidecar
from capture.models import ArchivePace, Device, Import, TextBeside, User
from capture.services.archive_pace import set_archive_pace
from tests.support.old_recordings import import_old
from tests.support.recordings import playback_path, speak
from transcription.core.engines.provided_text import ProvidedText, timed_words
from transcription.core.words import joined
from transcription.error_text import sentence_of
from transcription.models import State, Transcript
from transcription.services import forecast as estimates
from transcription.services.forecast import import_left
from transcription.services.jobs import count_due_transcripts
from transcription.templatetags.worktime import worktime
from transcription.warning_text import shown_warnings
from transcription.worker import enqueue
from transcription.worker.claims import claim_next
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState

NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


@pytest.fixture
def no_model(settings: Settings) -> None:
    settings.WHISPER_MODEL = str(settings.HOME / "no-such-model")


def test_live_goes_before_imported_though_it_came_later(worker: WorkerState, alice: User, bedside: Device) -> None:
    old = [import_old(alice, name) for name in ("memo-001.ogg", "memo-002.ogg")]
    live = speak(bedside, "hard-long.ogg")
    order = [claim.memo for _ in range(3) if (claim := claim_next(worker))]
    assert order == [live, *old]


def test_live_is_let_in_before_a_thousand_old_ones(
    worker: WorkerState, alice: User, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enqueue, "ENQUEUED_MEMOS", 2)
    for number in (1, 2, 3):
        import_old(alice, f"memo-00{number}.ogg")
    live = speak(bedside, "memo-004.ogg")
    claim = claim_next(worker)
    assert claim
    assert claim.memo == live


def test_paused_nothing_old_is_written_down_and_nobody_is_rung_for(
    worker: WorkerState, alice: User, bob: User, bedside: Device
) -> None:
    import_old(alice, "memo-001.ogg")
    bobs = import_old(bob, "memo-001.ogg")
    set_archive_pace(alice, paused=True, from_hour=None, until_hour=None)
    live = speak(bedside, "memo-002.ogg")
    assert count_due_transcripts() == 2
    assert [claim.memo for _ in range(2) if (claim := claim_next(worker))] == [live, bobs]
    assert claim_next(worker) is None
    assert count_due_transcripts() == 0
    set_archive_pace(alice, paused=False, from_hour=None, until_hour=None)
    assert count_due_transcripts() == 1


def test_what_was_let_in_before_the_pause_rests_too(worker: WorkerState, alice: User) -> None:
    import_old(alice, "memo-001.ogg")
    enqueue.enqueue_all(worker)
    set_archive_pace(alice, paused=True, from_hour=None, until_hour=None)
    assert claim_next(worker) is None
    assert count_due_transcripts() == 0


@pytest.mark.parametrize(
    ("zone", "from_hour", "until_hour", "rests"),
    [
        ("UTC", 22, 6, False),
        ("UTC", 6, 22, True),
        ("UTC", 2, 3, False),
        ("UTC", 3, 4, True),
        ("UTC", 0, 2, True),
        ("UTC", 5, 5, False),
        ("Asia/Tokyo", 22, 6, True),
        ("Asia/Tokyo", 11, 12, False),
        ("Asia/Kolkata", 8, 9, False),
    ],
)
def test_hours_are_of_the_users_own_clock_and_go_over_midnight(
    zone: str, from_hour: int, until_hour: int, *, rests: bool
) -> None:
    pace = ArchivePace(user=User(time_zone=zone), from_hour=from_hour, until_hour=until_hour)
    assert pace.rests(NIGHT) is rests


SRT = b"1\n00:00:00,500 --> 00:00:01,500\nwhat was said\n\n2\n00:10:00,000 --> 00:10:02,000\nlong after\n"


def test_a_text_beside_stands_in_for_hearing_and_the_recording_is_decoded_all_the_same(
    worker: WorkerState, alice: User
) -> None:
    memo = import_old(alice, "memo-002.ogg", parse_sidecar("srt", SRT))
    assert transcribe_next(worker)
    transcript = memo.transcripts.get()
    assert (transcript.state, transcript.engine, transcript.model) == (State.READY, "imported text", "srt")
    assert (transcript.text, transcript.language) == ("what was said long after", "en")
    words = transcript.heard()
    assert joined(words) == transcript.text
    assert (words[0].start, words[2].end) == (0.5, 1.5)
    assert words[-1].end == transcript.audio_seconds
    assert playback_path(memo).exists()


FLOOD = 100_000
"""Words, for a few seconds of sound."""
FLOODS = {
    "txt": b"word " * FLOOD,
    "srt": b"1\n00:00:00,000 --> 00:00:02,000\n" + b"word " * FLOOD + b"\n",
    "json": json.dumps({"segments": [{"start": 0, "end": 1, "text": " word" * 9}] * (FLOOD // 9)}).encode(),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_text_that_nobody_says_in_that_time_is_left_aside_and_the_recording_is_heard(
    kind: str, worker: WorkerState, alice: User
) -> None:
    memo = import_old(alice, "memo-002.ogg", parse_sidecar(kind, FLOODS[kind]))
    assert transcribe_next(worker)
    transcript = memo.transcripts.get()
    assert transcript.state == State.READY
    assert transcript.engine != "imported text"
    assert "word word" not in transcript.text
    told = [found.sentence for found in shown_warnings(transcript.warnings, transcript.heard())]
    assert sentence_of("text_left_aside") in told
    assert playback_path(memo).exists()


def test_without_a_model_it_waits_to_be_heard(worker: WorkerState, alice: User, no_model: None) -> None:
    memo = import_old(alice, "memo-002.ogg", parse_sidecar("txt", FLOODS["txt"]))
    assert transcribe_next(worker)
    transcript = memo.transcripts.get()
    assert (transcript.state, transcript.error) == (State.WAITING, "text_left_aside")
    assert not transcribe_next(worker)


@pytest.mark.parametrize(("letters", "is_too_long"), [(12, False), (80, False), (81, True)])
def test_the_bound_is_that_of_what_is_heard(letters: int, is_too_long: bool) -> None:
    text = ProvidedText([("x", None, None, 1.0)] * letters, model="txt")
    assert text.is_too_long(2.0) is is_too_long
    assert not ProvidedText([("x", None, None, 1.0)] * 12, model="txt").is_too_long(0.1)


def test_a_text_without_times_is_spread_over_the_recording(worker: WorkerState, alice: User) -> None:
    memo = import_old(alice, "memo-002.ogg", parse_sidecar("txt", b"one two three"))
    transcribe_next(worker)
    transcript = memo.transcripts.get()
    words = transcript.heard()
    assert (words[0].start, words[-1].end) == (0.0, transcript.audio_seconds)


def test_without_a_model_what_has_a_text_is_done_and_the_rest_waits(
    worker: WorkerState, alice: User, no_model: None
) -> None:
    given, other = (
        import_old(alice, "memo-002.ogg", parse_sidecar("txt", b"one two")),
        import_old(alice, "memo-003.ogg"),
    )
    assert count_due_transcripts() == 1
    assert transcribe_next(worker)
    assert not transcribe_next(worker)
    assert count_due_transcripts() == 0
    assert given.transcripts.get().state == State.READY
    assert other.transcripts.get().state == State.WAITING


def test_known_bytes_keep_the_words_they_have(alice: User, bedside: Device) -> None:
    speak(bedside, "memo-002.ogg")
    import_old(alice, "memo-002.ogg", parse_sidecar("txt", b"other words"))
    assert not TextBeside.objects.exists()


times = st.none() | st.floats(0, 100)
spans = st.tuples(times, times).map(lambda span: (None, None) if None in span else tuple(sorted(span)))  # type: ignore[type-var]
rows = st.lists(st.tuples(st.text(min_size=1, max_size=5), spans, st.floats(0, 1)), max_size=12)


@given(told=rows, seconds=st.floats(0, 60))
def test_given_words_lie_in_order_inside_the_audio(
    told: list[tuple[str, tuple[float | None, float | None], float]], seconds: float
) -> None:
    words = list(timed_words([(text, *span, probability) for text, span, probability in told], seconds))
    instants = [instant for word in words for instant in (word.start, word.end)]
    assert instants == sorted(instants)
    assert all(0 <= instant <= seconds + 0.001 for instant in instants)
    assert [word.text for word in words] == [text for text, *_ in told]


def test_words_without_times_share_what_lies_between_their_neighbours() -> None:
    words = list(
        timed_words([("a", 1.0, 2.0, 1), ("bb", None, None, 1), ("cc", None, None, 1), ("d", 4.0, 5.0, 1)], 9.0)
    )
    assert [(word.start, word.end) for word in words] == [(1, 2), (2, 3), (3, 4), (4, 5)]


def test_how_long_it_takes_is_not_known_before_anything_was_heard(alice: User) -> None:
    assert estimates.archive_left(alice) == (0, timedelta(), timedelta())
    import_old(alice, "memo-001.ogg")
    assert estimates.archive_left(alice) == (1, None, None)


def test_how_long_it_takes_is_told_by_what_was_heard(
    worker: WorkerState, alice: User, bedside: Device, settings: Settings
) -> None:
    settings.WORKER_THREADS = 1
    heard = speak(bedside, "memo-001.ogg")
    transcribe_next(worker)
    old = [import_old(alice, name) for name in ("memo-002.ogg", "memo-003.ogg")]
    import_old(alice, "memo-004.ogg", parse_sidecar("txt", b"not to be heard"))
    Transcript.objects.update(audio_seconds=100.0, compute_seconds=20.0)
    left = estimates.archive_left(alice)
    expected = sum(memo.bytes for memo in old) / heard.bytes * 20.0
    assert left.recordings == 2
    assert left.takes
    assert left.takes.total_seconds() == pytest.approx(expected)


def test_the_hours_chosen_and_what_is_not_begun_count_on_the_page_of_an_import(
    worker: WorkerState, client: Client, alice: User, bedside: Device, settings: Settings
) -> None:
    settings.WORKER_THREADS = 1
    heard = speak(bedside, "memo-001.ogg")
    transcribe_next(worker)
    Transcript.objects.update(audio_seconds=100.0, compute_seconds=3600.0)
    taken = Import.objects.create(user=alice, folder="/old", time_zone="UTC", state=Import.State.LISTED)
    taken.files.create(name="a.ogg", size=heard.bytes * 4, recorded_at=NIGHT, dated_by="file")
    client.force_login(alice)
    address = f"/imports/{taken.pk}/"
    assert "To hear them all: about 4 hours of this machine" in client.get(address).content.decode()
    set_archive_pace(alice, paused=False, from_hour=23, until_hour=1)
    page = client.get(address).content.decode()
    assert "work, done in about 2 days at the hours you chose." in page
    assert estimates.archive_left(alice).recordings == 0
    Import.objects.update(state=Import.State.RUNNING)
    assert estimates.archive_left(alice) == import_left(taken)
    assert "done in about 2 days" in client.get("/archive/").content.decode()


def test_another_users_recordings_are_not_counted(alice: User, bob: User) -> None:
    import_old(bob, "memo-001.ogg")
    assert estimates.archive_left(alice).recordings == 0


@pytest.mark.parametrize(
    ("takes", "said"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_work_is_told_as_people_tell_it(takes: timedelta, said: str) -> None:
    assert worktime(takes) == said


def test_the_page_sets_the_pace_and_says_what_is_left(client: Client, alice: User) -> None:
    client.force_login(alice)
    import_old(alice, "memo-001.ogg")
    page = client.get("/archive/").content.decode()
    assert "One recording" in page
    assert "not known yet" in page
    assert client.post("/archive/pace", {"from_hour": "22", "until_hour": "6"}).status_code == 302
    pace = ArchivePace.objects.get()
    assert (pace.user, pace.paused, pace.from_hour, pace.until_hour) == (alice, False, 22, 6)
    answer = client.post("/archive/pace", {"paused": "on", "from_hour": "5", "until_hour": ""})
    assert "Give both hours, or neither." in answer.content.decode()
    client.post("/archive/pace", {"paused": "on"})
    assert ArchivePace.objects.get().paused


def test_nothing_old_is_new_today_nor_in_the_mail(worker: WorkerState, client: Client, alice: User) -> None:
    client.force_login(alice)
    import_old(alice, "hard-silence.ogg")
    import_old(alice, "memo-001.ogg", parse_sidecar("txt", b"The hippopotamus likes the river."))
    old = str(import_old(alice, "memo-002.ogg").pk)
    assert old not in client.get("/").content.decode()
    while transcribe_next(worker):
        pass
    Transcript.objects.filter(memo_id=old).update(state=State.FAILED, error="It broke.")
    page = client.get("/").content.decode()
    assert "in which nobody speaks" not in page
    assert "It broke." not in page
    assert "It broke." in client.get("/archive/").content.decode()
