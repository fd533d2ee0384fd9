"""An index in a file: written whole, and mapped into memory, so that all processes share what they read of it."""

import fcntl
import json
import mmap
import os
import struct
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Background
from insights.core.search.meanings import Meanings
from insights.core.topics import VERSION
from insights.core.topics.arrays import Lists, Postings, Rows
from insights.core.topics.idea_keys import IdeaKeys, Key
from insights.core.topics.index import TopicIndex
from insights.core.topics.ranker import Lesson, prior
from insights.core.topics.suggest import Ranker
from insights.core.topics.topic import NOWHERE

FORMAT = f"stillnote index 1.{VERSION}".encode().ljust(24)
"""Another one is not read: what it holds may mean something else."""
HEAD = struct.Struct("<24sQI")
"""The format, how many bytes of description follow, and their checksum."""
PAGE_BYTES = 4096
KEY_BYTES = 16
CHUNK_BYTES = 256 * 1024
ROOM_ROWS = 1024
"""Rows, and an eighth of those that are there, for which there is room in the file: it takes none of the disk."""
LARGE = ("vectors", "points")
"""What is too much to be read through whenever a file is opened: of these there is no checksum."""


class Damaged(Exception):
    """A file that is not there, of another format, or not as it was written."""


@dataclass(frozen=True)
class Stored:
    """What a file holds. about: what whoever wrote it said of it, such as whose it is."""

    index: TopicIndex
    ranker: Ranker
    about: dict[str, Any]


def write_index(path: Path, index: TopicIndex, ranker: Ranker, about: dict[str, Any]) -> bool:
    """Write an index whose keys are UUIDs, in the place of the file before. Returns False where another is writing.

    What a person said that binds is not written: whoever reads it adds that. Only this user of the machine may read
    the file (0600).
    """
    arrays, growing = _arrays(index, ranker)
    description = {"about": about, **_names(index, ranker), "arrays": {}}
    end = 0
    for name, array in arrays.items():
        room = len(array) + (len(array) // 8 + ROOM_ROWS if name in growing else 0)
        checksum = None if name in LARGE else zlib.crc32(np.ascontiguousarray(array).data)
        description["arrays"][name] = (end, array.dtype.str, array.shape, room, checksum)
        end = _page_after(end + room * array.dtype.itemsize * int(np.prod(array.shape[1:], dtype=np.int64)))
    said = json.dumps(description).encode()
    begin = _page_after(HEAD.size + len(said))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = unfinished_file(path)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        if not new.exists() or new.stat().st_ino != os.fstat(file.fileno()).st_ino:
            return False  # it took its place a moment ago, and others read it
        file.truncate(0)
        file.write(HEAD.pack(FORMAT, len(said), zlib.crc32(said)) + said)
        for name, array in arrays.items():
            file.seek(begin + description["arrays"][name][0])
            file.write(np.ascontiguousarray(array).data)
        file.truncate(begin + end)
        file.flush()
        os.fsync(file.fileno())
        new.replace(path)
    return True


def unfinished_file(path: Path) -> Path:
    """Return where a file is written before it takes its place."""
    return path.with_suffix(".new")


def _page_after(end: int) -> int:
    return -(-end // PAGE_BYTES) * PAGE_BYTES


def _arrays(index: TopicIndex, ranker: Ranker) -> tuple[dict[str, NDArray[Any]], set[str]]:
    """Return all arrays of an index by name, and the names of those that grow with it."""
    space, traits = index.space, index.traits
    within = space.background.within
    live = [topic.row for topic in index.topics.values()]
    to = np.full(len(index.by_row) + 1, NOWHERE, dtype=np.int32)
    to[live] = np.arange(len(live))
    growing = {
        "vectors": space.vectors.all, "points": space.points.all, "lengths": space.lengths.all,
        "pieces": space.pieces.keys.all, "heft": space.pieces.numbers.all, "piece ends": space.pieces.ends.all,
        "stems": traits.stems.keys.all, "rarity": traits.stems.numbers.all, "stem ends": traits.stems.ends.all,
        "memos": traits.memos.all, "contexts": traits.contexts.all,
        "rows": to[index.rows.all], "settled": index.settled.all,
    }  # fmt: skip
    having, said_in = Postings.of(space.pieces), Postings.of(traits.stems)
    evidence = [lesson.evidence for lesson in ranker.lessons.values()]
    fixed = {
        "keys": np.frombuffer(index.keys.stored(), np.uint8),
        "total": space.total, "ideas with": space.ideas_with, "common": space.background.common,
        "within": np.zeros((0, len(space.background.common)), np.float32) if within is None else within,
        "totals": index.totals.all[live], "sizes": index.sizes.all[live],
        "having keys": having.keys, "having ends": having.ends, "having": having.ideas,
        "said keys": said_in.keys, "said ends": said_in.ends, "said": said_in.ideas,
        "evidence": np.concatenate([np.zeros((0, len(ranker.weights))), *evidence]),
        "chosen": np.array([(len(one.evidence), one.chosen) for one in ranker.lessons.values()]).reshape(-1, 2),
        "fitted": ranker.fitted,
    }  # fmt: skip
    return growing | fixed, set(growing)


def _names(index: TopicIndex, ranker: Ranker) -> dict[str, Any]:
    topics = [(str(topic.key), index.is_touched(topic), topic.cohesion) for topic in index.topics.values()]
    return {
        "background": index.space.background[1:-1],
        "own share": index.space.own_share,
        "stretch": index.space.stretch,
        "laid with": index.space.projected_count,
        "topics": topics,
        "lessons": [str(key) for key in ranker.lessons],
    }


def read_index(path: Path, new_key: Callable[[], Key], is_wanted: Callable[[dict[str, Any]], bool]) -> Stored:
    """Map an index into memory. is_wanted: asked of what was said of it. Raises Damaged, where it is not wanted too."""
    try:
        description, rows = _read_arrays(path, is_wanted)
        return _assembled(description, rows, new_key)
    except (OSError, struct.error, ValueError, KeyError, IndexError, TypeError) as error:
        raise Damaged(path.name) from error


def read_meanings(path: Path, is_wanted: Callable[[dict[str, Any]], bool]) -> tuple[dict[str, Any], Meanings]:
    """Map of an index what its ideas mean alone, and return what was said of it too. Raises Damaged."""
    try:
        description, rows = _read_arrays(path, is_wanted, ("keys", "vectors"))
        return description["about"], Meanings(rows["keys"].all.reshape(-1, KEY_BYTES), rows["vectors"].all)
    except (OSError, struct.error, ValueError, KeyError, IndexError, TypeError) as error:
        raise Damaged(path.name) from error


def _read_arrays(
    path: Path, is_wanted: Callable[[dict[str, Any]], bool], names: Collection[str] | None = None
) -> tuple[dict[str, Any], dict[str, Rows]]:
    """Map the arrays of a file, or those of these names, and return its description too."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        form, length, checksum = HEAD.unpack(file.read(HEAD.size))
        said = file.read(length) if form == FORMAT and length < size else b""
        if zlib.crc32(said) != checksum or not said:
            raise Damaged(path.name)
        description = json.loads(said)
        if not is_wanted(description["about"]):
            raise Damaged(path.name)
        begin = _page_after(HEAD.size + length)
        arrays = {name: facts for name, facts in description["arrays"].items() if names is None or name in names}
        for facts in arrays.values():
            _ensure_as_written(file, begin, facts)
        held = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)
    return description, {name: _mapped(held, begin, facts) for name, facts in arrays.items()}


def _ensure_as_written(file: BinaryIO, begin: int, facts: list[Any]) -> None:
    """Raise ValueError where an array is another than was written. Read, not mapped, it takes no memory."""
    offset, kind, shape, _, checksum = facts
    if checksum is None:
        return
    file.seek(begin + offset)
    found, left = 0, np.dtype(kind).itemsize * int(np.prod(shape, dtype=np.int64))
    while left and (chunk := file.read(min(left, CHUNK_BYTES))):
        found, left = zlib.crc32(chunk, found), left - len(chunk)
    if left or found != checksum:
        raise ValueError("it is not what was written")


def _mapped(held: mmap.mmap, begin: int, facts: list[Any]) -> Rows:
    offset, kind, (count, *width), room, _ = facts
    array = np.frombuffer(held, kind, room * int(np.prod(width, dtype=np.int64)), begin + offset).reshape(room, *width)
    return Rows(array, count)


def _assembled(description: dict[str, Any], rows: dict[str, Rows], new_key: Callable[[], Key]) -> Stored:
    all_of = {name: array.all for name, array in rows.items()}
    within = all_of["within"] if len(all_of["within"]) else None
    known = Background(all_of["common"], *description["background"])
    index = TopicIndex(known._replace(within=within), new_key)
    space, traits = index.space, index.traits
    space.projected_count = description["laid with"]
    space.own_share, space.stretch = description["own share"], description["stretch"]
    space.vectors, space.points, space.lengths = rows["vectors"], rows["points"], rows["lengths"]
    space.pieces = Lists(rows["pieces"], rows["heft"], rows["piece ends"])
    space.having = Postings(all_of["having keys"], all_of["having ends"], all_of["having"])
    space.total, space.ideas_with = all_of["total"], all_of["ideas with"]
    traits.stems = Lists(rows["stems"], rows["rarity"], rows["stem ends"])
    traits.said_in = Postings(all_of["said keys"], all_of["said ends"], all_of["said"])
    traits.memos, traits.contexts = rows["memos"], rows["contexts"]
    traits.count_contexts()
    index.keys = IdeaKeys(all_of["keys"].view("V16").tolist())
    index.built_count = len(index)
    for key, touched, cohesion in description["topics"]:
        index.add_topic(UUID(key), touched=touched).cohesion = cohesion
    index.rows, index.settled = rows["rows"], rows["settled"]
    index.arrange(index.rows.all, index.settled.all)
    index.totals.replace(all_of["totals"])
    index.sizes.replace(all_of["sizes"])
    return Stored(index, _ranker(index.space.background.kind, description["lessons"], all_of), description["about"])


def _ranker(kind: str, keys: list[str], arrays: dict[str, NDArray[Any]]) -> Ranker:
    ranker, end = Ranker(prior(kind)), 0
    for key, (count, chosen) in zip(keys, arrays["chosen"].tolist(), strict=True):
        ranker.lessons[UUID(key)] = Lesson(arrays["evidence"][end : end + count], chosen)
        end += count
    ranker.set_fitted(arrays["fitted"].copy())
    return ranker
