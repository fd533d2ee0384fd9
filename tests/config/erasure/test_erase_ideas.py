"""One idea of a recording is erased: no table, file or sound has it any more, and the other two are whole."""

import io
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from av.container import InputContainer
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from numpy.typing import NDArray

from capture.models import Device, ErasedSpan, Memo, TextBeside, UnseenOriginal, User
from capture.services import erased_sound
from capture.services.deletion import delete_memo
from capture.services.recordings import find_playback, peaks_of, save_peaks, save_playback
from capture.storage import stores
from config.erasure import erase_ideas
from config.erasure.erase_ideas import erase_due_ideas
from config.models import Export
from config.takeout.exports import export_path, request_export
from config.takeout.taking_in import take_in_here
from insights import tasks
from insights.core.review.choices import Decision
from insights.models import Correction, ErasedIdea, Idea, Topic
from insights.services.changes import changes_since
from insights.services.erased_ideas import StillHeard, erase_idea, restore_idea
from insights.services.idea_edges import join_ideas, part_idea
from insights.services.ideas import move_idea
from insights.services.review import decide_heard
from insights.services.topics import create_topic
from insights.services.undo import last_corrections, undo_batch
from tests.support.api_phone import Phone
from tests.support.canaries import canary_words, files_with, tables_with
from tests.support.recordings import audio_path, made, playback_path, send
from tests.support.sorted_ideas import undo_last
from tests.support.takeouts import export_bytes, export_files
from tests.support.transcripts import write_words
from transcription.core.decoding.decode import Decoded, decode
from transcription.models import Edit, Transcript, Vocabulary
from transcription.services.edits import edit_text
from transcription.services.retranscribe import request_retranscription

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND, THIRD, EDITED = canary_words(4)
CANARIES = [SECOND, EDITED]
SAID = (
    f"The {FIRST} needs water in the garden every evening. "
    f"Oh, and another idea: the {SECOND} sends an invoice to the tax office today. "
    f"Oh, and another idea: a novel about the {THIRD} and its keeper at the sea."
)
SOUND = made(30, "pcm_s16le", "wav", swells=True)
RATE = 24_000


@cache
def decoded_sound() -> Decoded:
    with tempfile.TemporaryFile() as file:
        file.write(SOUND)
        file.seek(0)
        return decode(file, "wav", max_seconds=60)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A data folder of the test's own; the database lies where it always does."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def memo(home: Path, bedside: Device) -> Memo:
    """A recording of three ideas, with its copy and its peaks."""
    del home
    sent = send(bedside, SOUND, client_id="three")
    decoded = decoded_sound()
    save_playback(sent, [decoded.playback])
    save_peaks(sent, decoded.peaks)
    write_words(sent, SAID)
    assert len(ideas_of(sent)) == 3
    return sent


def ideas_of(memo: Memo) -> list[Idea]:
    return list(Idea.objects.of(memo.user).filter(transcript__memo=memo).with_memo().in_order())


def said_in(memo: Memo) -> list[str]:
    return [idea.said for idea in ideas_of(memo)]


def long_after() -> int:
    """Let the time to bring ideas back be over."""
    return erase_due_ideas(timezone.now() + timedelta(days=1))


def played(memo: Memo) -> bytes:
    memo.refresh_from_db()
    copy = find_playback(memo)
    return b"".join(copy.part(range(copy.size)))


def samples(copy: bytes) -> NDArray[np.float32]:
    with cast("InputContainer", av.open(io.BytesIO(copy))) as file:
        return np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])


def level(sound: NDArray[np.float32], start: float, end: float) -> float:
    return float(np.abs(sound[int(start * RATE) : int(end * RATE)]).max())


def everywhere(home: Path) -> dict[str, set[str]]:
    found = tables_with(CANARIES) | files_with(CANARIES, home)
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        found |= {name: held for name, held in files_with(CANARIES, database.parent).items() if database.name in name}
    return found


def live(memo: Memo) -> Idea:
    """Do with the middle one of three ideas all that leaves words somewhere. Returns it."""
    user, (one, idea, other) = memo.user, ideas_of(memo)
    edit_text(idea.transcript, SAID.replace("invoice", EDITED).replace("garden", "meadow"), by=user)
    move_idea(one, create_topic(user, "Garden"))
    named = Topic.objects.create(user=user, name=f"{SECOND} invoice")
    Idea.objects.filter(pk__in=[idea.pk, other.pk]).update(topic=named)
    move_idea(Idea.objects.get(pk=other.pk), named)
    decide_heard(idea, Decision.ACT, idea.pk)
    TextBeside.objects.create(memo=memo, kind="txt", words=[[SECOND, 0, 1, 1]])
    export_path(request_export(user, Export.Kind.JSON).pk).write_text(SECOND)
    tasks.index_search()
    tasks.prepare_index_file(user.pk)
    return Idea.objects.get(pk=idea.pk)


def test_nothing_of_it_is_left_and_the_two_others_are_whole(memo: Memo, home: Path) -> None:
    idea = live(memo)
    assert set.union(*everywhere(home).values()) == set(CANARIES)  # or it would show nothing
    erase_idea(idea)
    shown = said_in(memo)
    assert [FIRST in shown[0], "meadow" in shown[0], THIRD in shown[1], len(shown)] == [True, True, True, 2]
    assert long_after() == 1
    assert everywhere(home) == {}
    assert said_in(memo) == shown
    for left in ideas_of(memo):
        assert left.transcript.text[left.text_start : left.text_end] == left.text
    assert not ErasedSpan.objects.exists()
    assert long_after() == 0


def test_its_stretch_is_silent_and_no_other_byte_of_the_copy_changes(memo: Memo) -> None:
    before, levels = played(memo), peaks_of(memo)
    one, idea, other = ideas_of(memo)
    erase_idea(idea)
    span = ErasedSpan.objects.get()
    at_once = played(memo)
    assert playback_path(memo).read_bytes() == before
    with find_playback(memo).opened() as file:
        assert file.read() == at_once
    long_after()
    after = playback_path(memo).read_bytes()
    assert after == played(memo) == at_once
    was, now = samples(before), samples(after)
    assert level(was, idea.audio_start, idea.audio_end) > 0.1
    assert level(now, idea.audio_start, idea.audio_end) < 0.001
    for kept in (one, other):
        start, end = kept.audio_start + 0.1, kept.audio_end - 0.1
        there = slice(int(start * RATE), int(end * RATE))
        assert np.corrcoef(was[there], now[there])[0, 1] > 0.99
    changed = [place for place, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    packets = [range(offset, offset + size) for offset, size in span.packets or ()]
    assert packets[0].start <= changed[0]
    assert changed[-1] < packets[-1].stop
    quiet = peaks_of(memo)
    first, last = round(idea.audio_start * 50), round(idea.audio_end * 50)
    assert not any(quiet[first:last])
    assert quiet[: first - 30] == levels[: first - 30]


def test_the_recording_as_it_came_is_gone_and_its_phone_brings_nothing_back(memo: Memo, alice: User) -> None:
    phone = Phone(alice)
    erase_idea(ideas_of(memo)[1])
    for _ in range(2):
        for name in ("three", "another-name"):
            answer = phone.put(name, SOUND)
            assert answer.status_code == 200
            assert answer.json()["sha256"] == memo.sha256
        assert len(said_in(memo)) == 2
        assert Memo.objects.count() == 1
        long_after()
        assert not audio_path(memo).exists()
    assert not request_retranscription(memo, "")


def test_it_is_brought_back_as_it_was(memo: Memo) -> None:
    live(memo)
    said, sound, rows = said_in(memo), played(memo), list(Edit.objects.order_by("pk").values())
    words = Transcript.objects.values().get()
    vocabulary = list(Vocabulary.objects.values("word", "corrections"))
    erase_idea(ideas_of(memo)[1])
    assert said_in(memo) != said
    assert played(memo) != sound
    restore_idea(ErasedIdea.objects.get())
    assert said_in(memo) == said
    assert played(memo) == sound
    assert list(Edit.objects.order_by("pk").values()) == rows
    assert Transcript.objects.values().get() | {"erased_at": None} == words
    assert list(Vocabulary.objects.values("word", "corrections")) == vocabulary
    memo.refresh_from_db()
    assert memo.original_gone_at is None
    assert audio_path(memo).read_bytes() == SOUND
    assert long_after() == 0
    assert said_in(memo) == said


def test_of_a_recording_that_came_as_a_copy_its_phone_is_told_that_it_is_known(memo: Memo, alice: User) -> None:
    stores.remove_original(memo.path)
    Memo.objects.filter(pk=memo.pk).update(original_gone_at=timezone.now())
    UnseenOriginal.objects.create(memo=memo)
    erase_idea(Idea.objects.get(pk=ideas_of(memo)[1].pk))
    restore_idea(ErasedIdea.objects.get())
    assert UnseenOriginal.objects.filter(memo=memo).exists()
    erase_idea(ideas_of(memo)[1])
    for _ in range(2):
        assert Phone(alice).put("three", SOUND).status_code == 200
        assert not audio_path(memo).exists()
        long_after()


@pytest.mark.parametrize("first", [0, 1, 2])
@pytest.mark.parametrize("second", [0, 1, 2])
def test_of_two_that_are_erased_either_comes_back_by_itself(first: int, second: int, memo: Memo) -> None:
    if first == second:
        return
    ideas, said = ideas_of(memo), said_in(memo)
    erase_idea(ideas[first])
    erase_idea(ideas[second])
    assert said_in(memo) == [said[3 - first - second]]
    restore_idea(ErasedIdea.objects.get(pk=ideas[first].pk))
    assert said_in(memo) == [text for number, text in enumerate(said) if number != second]
    restore_idea(ErasedIdea.objects.get(pk=ideas[second].pk))
    assert said_in(memo) == said
    assert Transcript.objects.get().text == SAID


def test_what_is_changed_meanwhile_stays_when_it_comes_back(memo: Memo) -> None:
    one, idea, other = ideas_of(memo)
    erase_idea(idea)
    transcript = Transcript.objects.get()
    edit_text(transcript, transcript.text.replace("keeper", "warden"), by=memo.user)
    part_idea(Idea.objects.with_memo().get(pk=one.pk), 3)
    restore_idea(ErasedIdea.objects.get())
    shown = said_in(memo)
    assert [len(shown), shown[2], "warden" in shown[3]] == [4, idea.text, True]
    assert " ".join(shown[:2]) == one.text
    assert other.text.replace("keeper", "warden") == shown[3]


def test_edges_of_before_bring_no_word_back(memo: Memo, home: Path) -> None:
    one, two, _three = ideas_of(memo)
    joined = join_ideas(one, two)
    part_idea(joined, 5)
    erase_idea(ideas_of(memo)[1])
    assert not last_corrections(memo.user)
    long_after()
    assert everywhere(home) == {}


def test_undoing_an_earlier_click_does_not_show_it(memo: Memo, alice: User) -> None:
    idea = ideas_of(memo)[1]
    move_idea(idea, create_topic(alice, "Taxes"))
    erase_idea(idea)
    batch = Correction.objects.filter(idea=idea).latest("pk").batch
    assert undo_batch(alice, batch)
    assert len(said_in(memo)) == 2
    undo_last(alice)
    assert len(said_in(memo)) == 2


def test_words_that_were_heard_before_go_with_those_that_are_shown(memo: Memo, home: Path) -> None:
    write_words(memo, SAID.replace("invoice", "letter"), generation=2)
    idea = next(idea for idea in ideas_of(memo) if SECOND in idea.text and idea.transcript.current)
    erase_idea(idea)
    long_after()
    assert everywhere(home) == {}
    assert all(FIRST in one.text and THIRD in one.text for one in Transcript.objects.all())


def test_where_there_is_no_copy_to_be_silenced_no_sound_is_left(memo: Memo, alices: Client) -> None:
    playback_path(memo).unlink()
    erase_idea(ideas_of(memo)[1])
    assert alices.get(f"/memos/{memo.pk}/audio").status_code == 404
    long_after()
    assert not audio_path(memo).exists()
    assert len(said_in(memo)) == 2


def test_while_its_recording_is_heard_again_nothing_is_erased(memo: Memo) -> None:
    assert request_retranscription(memo, "")
    with pytest.raises(StillHeard):
        erase_idea(ideas_of(memo)[1])
    assert len(said_in(memo)) == 3


def test_words_are_rewritten_by_nothing_else(memo: Memo) -> None:
    erase_idea(ideas_of(memo)[1])
    with pytest.raises(DatabaseError), transaction.atomic():
        Transcript.objects.filter(memo=memo).update(text="another")


def test_a_recording_deleted_meanwhile_goes_whole(memo: Memo) -> None:
    erase_idea(ideas_of(memo)[1])
    delete_memo(memo)
    assert not ErasedIdea.objects.of(memo.user).exists()
    long_after()
    assert not ErasedSpan.objects.exists()


def test_programs_are_told_that_it_is_gone_and_that_it_is_back(memo: Memo) -> None:
    _rows, cursor, _more = changes_since(memo.user, None, 200)
    idea = ideas_of(memo)[1]
    erase_idea(idea)
    rows, cursor, _more = changes_since(memo.user, cursor, 200)
    told = {(row["kind"], row["id"]): row for row in rows}
    assert told["idea", idea.pk]["content"] is None
    assert SECOND not in str(rows)
    assert told["memo", memo.pk]["content"]["original"] is None
    restore_idea(ErasedIdea.objects.get())
    rows, cursor, _more = changes_since(memo.user, cursor, 200)
    assert SECOND in str(rows)
    erase_idea(ideas_of(memo)[1])
    changes_since(memo.user, cursor, 200)
    long_after()
    assert SECOND not in str(changes_since(memo.user, None, 200)[0])


def test_no_export_has_it_and_an_older_one_does_not_bring_it_back(memo: Memo, alice: User, tmp_path: Path) -> None:
    older = tmp_path / "older.zip"
    older.write_bytes(export_bytes(alice))
    erase_idea(ideas_of(memo)[1])
    for _ in range(2):
        files = export_files(export_bytes(alice))
        assert SECOND.encode() not in b"".join(files.values())
        assert SOUND not in files.values()
        take_in_here(alice, older, lambda _size: None)
        assert len(said_in(memo)) == 2
        long_after()
    assert not tables_with(CANARIES)


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (erase_ideas, "delete_exports_of"),
        (erase_ideas, "renew_index_file"),
        (erase_ideas, "purge_erased_ideas"),
        (erase_ideas, "delete_forgettable_topics"),
        (erase_ideas, "empty_write_ahead_log"),
        (erase_ideas, "erase_final_spans"),
        (stores, "replace_playback"),
        (stores, "remove_original"),
        (erased_sound, "_has_original"),
    ],
)
def test_whoever_is_killed_at_it_leaves_the_rest_to_the_next(
    module: Any, step: str, memo: Memo, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea = live(memo)
    erase_idea(idea)
    silent = played(memo)

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, step, die)
        with pytest.raises(KeyboardInterrupt):
            long_after()
    assert played(memo) == silent
    assert len(said_in(memo)) == 2
    long_after()
    assert everywhere(home) == {}
    assert playback_path(memo).read_bytes() == silent
    assert not audio_path(memo).exists()
    assert not ErasedSpan.objects.exists()


def test_it_is_tried_again_while_the_place_of_recordings_is_away(memo: Memo, monkeypatch: pytest.MonkeyPatch) -> None:
    erase_idea(ideas_of(memo)[1])
    monkeypatch.setattr(stores, "remove_original", lambda _path: None)
    long_after()
    assert ErasedSpan.objects.final().exists()
    monkeypatch.undo()
    long_after()
    assert not audio_path(memo).exists()
