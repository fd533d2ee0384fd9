"""The file of a person's index is a copy: it is never believed where it is not theirs, not whole or not up to date."""

import fcntl
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house_settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from capture.models import Device, Memo, User
from capture.services.deletion import delete_memo, restore_memo
from insights import tasks
from insights.core.embedding.wordllama import default_embedder
from insights.core.topics import index_file
from insights.models import Arrangement, Idea
from insights.services import index_storage, process_state
from insights.services.ideas import bar_idea, move_idea
from insights.services.index_cache import store_index, take_index
from insights.services.index_rows import UserRows
from insights.services.index_storage import index_path, read_index_file
from insights.services.suggestions import suggestions
from insights.services.topics import create_topic, delete_topic, merge_topics
from insights.services.undo import last_corrections, undo_batch
from tests.support.insights_process import begin_new_process, open_prepared, suggest_prepared
from tests.support.sorted_ideas import House
from tests.support.transcripts import place_texts

EMBEDDER = default_embedder()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def told(user: User) -> Any:
    """Return all that suggestions are made of, and what is suggested for each idea, as another process has it."""
    begin_new_process()
    with open_prepared(user, EMBEDDER.model) as state:
        index = state.index
        stands = dict(zip(index.keys, index.homes(), strict=True))
        bound = index.barred, index.apart, index.whole, [topic.members for topic in index.deleted_topics]
    suggested = [
        [(one.topic, one.probability) for one in suggest_prepared(idea)] for idea in Idea.objects.of(user).in_order()
    ]
    return stands, bound, suggested


def written(user: User) -> Path:
    process_state.current.indexes.keep(user, store_index(user, take_index(user, EMBEDDER)))
    return index_path(user.pk)


def test_only_its_owner_may_read_it(house: House) -> None:
    path = written(house.user)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_another_process_maps_it_and_reads_no_idea(house: House) -> None:
    written(house.user)
    begin_new_process()
    with CaptureQueriesContext(connection) as asked:
        suggestions(house.ideas[0])
    assert not [query for query in asked if '"vector"' in query["sql"].partition("FROM")[0]]


WORDS: list[Callable[[House], object]] = [
    lambda house: move_idea(house.ideas[1], house.office),
    lambda house: bar_idea(house.ideas[2]),
    lambda house: merge_topics(house.garden, house.office),
    lambda house: delete_topic(house.garden),
    lambda house: create_topic(house.user, "Boat", "all that floats"),
    lambda house: undo_batch(house.user, last_corrections(house.user)[-1].batch),
    lambda house: house.ideas[0].memo.delete(),
    lambda house: delete_memo(house.ideas[1].memo),
]


@pytest.mark.parametrize("number", range(len(WORDS)))
def test_what_happened_since_it_was_written_is_carried_out(house: House, number: int) -> None:
    path = written(house.user)
    WORDS[number](house)
    stands, bound, suggested = told(house.user)
    path.unlink()
    anew_stands, anew_bound, anew_suggested = told(house.user)
    assert (stands, bound) == (anew_stands, anew_bound)
    assert [[topic for topic, _ in one] for one in suggested] == [[topic for topic, _ in one] for one in anew_suggested]


def test_a_new_idea_is_taken_in(house: House, bedside: Device) -> None:
    written(house.user)
    state = process_state.current.indexes.take(house.user, EMBEDDER.model)
    (fresh,) = place_texts(bedside, "Plant the tomatoes in the garden.")
    begin_new_process()
    with open_prepared(house.user, EMBEDDER.model) as other:
        assert fresh.ideas.get().pk in other.index.keys
    assert state is not None
    assert fresh.ideas.get().pk not in state.index.keys


def broken(path: Path, at: int, mark: bytes = b"\xff\xff\xff\xff") -> None:
    content = bytearray(path.read_bytes())
    content[at : at + len(mark)] = mark
    path.write_bytes(bytes(content))


DAMAGES: list[Callable[[Path], object]] = [
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    lambda path: path.write_bytes(b"\0" * path.stat().st_size),
    lambda path: broken(path, 0),
    lambda path: broken(path, 60),
    lambda path: broken(path, path.stat().st_size - 4000),
    lambda path: path.write_text("{}"),
]


@pytest.mark.parametrize("number", range(len(DAMAGES)))
def test_one_that_is_damaged_is_not_believed(house: House, number: int) -> None:
    path = written(house.user)
    stands, bound, suggested = told(house.user)
    DAMAGES[number](path)
    assert told(house.user)[:2] == (stands, bound)
    for before, now in zip(suggested, told(house.user)[2], strict=True):
        assert [topic for topic, _ in now] == [topic for topic, _ in before]
        assert [one for _, one in now] == pytest.approx([one for _, one in before], abs=1e-3)
    begin_new_process()
    rows = UserRows(house.user, EMBEDDER.model)
    assert read_index_file(rows, rows.ensure_basis()), "it is not written anew"


def test_another_persons_is_not_read(house: House, bob: User) -> None:
    content = written(house.user).read_bytes()
    index_path(bob.pk).write_bytes(content)
    with open_prepared(bob, EMBEDDER.model) as state:
        assert not len(state.index)


def test_one_of_another_database_is_not_read(house: House) -> None:
    path = written(house.user)
    Arrangement.objects.update(version=1)
    begin_new_process()
    rows = UserRows(house.user, EMBEDDER.model)
    assert path.exists()
    assert read_index_file(rows, rows.ensure_basis()) is None


def test_one_of_another_version_of_the_code_is_not_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    written(house.user)
    monkeypatch.setattr(index_file, "FORMAT", b"stillnote index 0".ljust(24))
    rows = UserRows(house.user, EMBEDDER.model)
    assert read_index_file(rows, rows.ensure_basis()) is None


def test_a_deleted_memo_leaves_no_trace(house: House) -> None:
    gone = house.ideas[0]
    key, vector = gone.pk.bytes, bytes(gone.vector)
    path = written(house.user)
    content = path.read_bytes()
    assert key in content
    assert vector in content
    Memo.objects.filter(pk=gone.memo.pk).delete()
    tasks.forget(house.user.pk)
    content = path.read_bytes()
    assert key not in content
    assert vector not in content
    assert str(gone.pk).encode() not in content
    assert not index_file.unfinished_file(path).exists()


def test_where_nothing_can_be_compared_it_is_removed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(house.user)
    begin_new_process()
    Memo.objects.filter(pk=house.ideas[0].memo.pk).delete()
    monkeypatch.setattr(index_storage, "write_index", lambda *_told: False)
    tasks.forget(house.user.pk)
    assert not path.exists()


def test_a_memo_that_is_back_is_known_again(house: House) -> None:
    before = told(house.user)
    delete_memo(house.ideas[0].memo)
    assert house.ideas[0].pk not in told(house.user)[0]
    restore_memo(house.ideas[0].memo)
    assert told(house.user)[0] == before[0]


@pytest.mark.django_db(transaction=True)
def test_it_goes_with_the_person(house: House) -> None:
    path = written(house.user)
    house.user.delete()
    assert not path.exists()


@pytest.mark.django_db(transaction=True)
def test_it_stays_where_the_deletion_of_the_person_is_not_committed(house: House) -> None:
    path = written(house.user)
    with transaction.atomic():
        house.user.delete()
        transaction.set_rollback(True)
    assert path.exists()


READER = """
import sys
from pathlib import Path
from insights.core.topics.index_file import read_index
index = read_index(Path(sys.argv[1]), object, lambda about: True).index
print(len(index), sum(len(topic.members) for topic in index.topics.values()))
print("mapped" if any(sys.argv[1] in line for line in open("/proc/self/maps")) else "read")
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells what is mapped")
def test_a_second_process_shares_the_same_pages(house: House) -> None:
    path = written(house.user)
    with open_prepared(house.user, EMBEDDER.model) as state:
        count = len(state.index), sum(len(topic.members) for topic in state.index.topics.values())
    command = [sys.executable, "-c", READER, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=house_settings.BASE_DIR)
    assert done.stdout.split() == [*map(str, count), "mapped"]


def test_whoever_writes_while_another_writes_leaves_it_to_them(house: House) -> None:
    path = written(house.user)
    before = path.stat().st_ino
    with index_file.unfinished_file(path).open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        state = take_index(house.user, EMBEDDER)
        assert not index_file.write_index(path, state.index, state.ranker, {})
    assert path.stat().st_ino == before
