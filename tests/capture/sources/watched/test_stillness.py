"""A file is taken when its writer has let go of it; where nobody tells of writers, when it has kept still for long."""

from pathlib import Path

import pytest

from capture.models import Context, Memo, WatchedFolder
from capture.sources.watched import stillness
from capture.sources.watched.folders import set_moves_done
from tests.support.recordings import audio_path
from tests.support.sealing import seal, service_key
from tests.support.stalled_writers import writing
from tests.support.watched_folders import OTHER, RECORDING, look, put

HALF = len(RECORDING) // 2


@pytest.mark.parametrize("moves_done", [False, True])
def test_a_writer_that_stalls_is_waited_for(moves_done: bool, watched: WatchedFolder, shared: Path) -> None:
    set_moves_done(watched, moves_done=moves_done)
    recording = put(shared / "memo.ogg", RECORDING[:HALF])
    with writing(recording):
        assert look(5, later=3600) == 0
        assert recording.exists()
    put(recording)
    assert look(3) == 1
    assert audio_path(Memo.objects.get()).read_bytes() == RECORDING
    assert recording.exists() != moves_done


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system not tell of writers, as of a file of somebody else's or on a share."""
    monkeypatch.setattr(stillness, "has_open_writer", lambda _descriptor: None)


@pytest.mark.usefixtures("untold")
@pytest.mark.parametrize(
    ("content", "seconds"),
    [(RECORDING[:HALF], 600), (b"ID3\3" + bytes(2000), 120), (b"RIFF\xff\xff\xff\xffWAVE", 600)],
)
def test_where_nobody_tells_it_is_by_the_end_of_the_container_or_by_time(
    content: bytes, seconds: int, watched: WatchedFolder, shared: Path
) -> None:
    put(shared / "memo", content, age=seconds - 4)
    assert look(2, later=5) == 0
    put(shared / "memo", content, age=seconds + 1)
    assert look(2, later=5) == 1
    put(shared / "whole", RECORDING, age=10)
    assert look(2, later=5) == 1


@pytest.mark.usefixtures("untold")
def test_what_is_moved_keeps_still_for_longer(watched: WatchedFolder, shared: Path) -> None:
    set_moves_done(watched, moves_done=True)
    put(shared / "memo.mp3", b"ID3\3" + bytes(2000), age=500)
    assert look(2) == 0
    put(shared / "memo.mp3", b"ID3\3" + bytes(2000), age=700)
    assert look(2) == 1


def test_what_grew_after_it_was_taken_is_one_memo_of_all_of_it(watched: WatchedFolder, shared: Path) -> None:
    put(shared / "other.ogg", OTHER)
    put(shared / "memo.ogg", RECORDING[:HALF])
    assert look(2) == 2
    half = Memo.objects.get(bytes=HALF)
    Memo.objects.filter(pk=half.pk).update(context_by_hand=Context.WALK)
    put(shared / "memo.ogg", RECORDING[: HALF + 1000])
    assert look(2) == 1
    put(shared / "memo.ogg")
    assert look(2) == 1
    left = {memo.bytes: memo for memo in Memo.objects.filter(deleted_at=None)}
    assert set(left) == {len(OTHER), len(RECORDING)}
    assert left[len(RECORDING)].context_by_hand == Context.WALK
    assert audio_path(left[len(RECORDING)]).read_bytes() == RECORDING


def test_what_grew_and_is_sealed_is_one_memo_as_well(watched: WatchedFolder, shared: Path) -> None:
    sealed = seal(service_key(), [RECORDING[:HALF], RECORDING[HALF:]])
    put(shared / "memo.sealed", sealed[: HALF + 1000])
    assert look(2) == 1
    assert Memo.objects.get().bytes == HALF
    put(shared / "memo.sealed", sealed)
    assert look(2) == 1
    assert audio_path(Memo.objects.get(deleted_at=None)).read_bytes() == RECORDING


@pytest.mark.parametrize(
    ("left", "still_seconds", "taken"), [(0, 130, True), (1, 130, False), (50, 130, False), (1, 700, True)]
)
@pytest.mark.usefixtures("untold")
def test_a_sealed_recording_is_whole_with_its_last_slice(
    watched: WatchedFolder, shared: Path, left: int, still_seconds: float, *, taken: bool
) -> None:
    sealed = seal(service_key(), [RECORDING])
    put(shared / "memo.sealed", sealed[: len(sealed) - left], age=still_seconds)
    assert look(2) == taken
