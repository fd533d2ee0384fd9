"""Arrays that grow by rows at a cost that does not grow with them, and lists that are searched without being read."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

LEAST_ROOM_ROWS = 64


class Rows:
    """An array that grows by rows. room: an array of which the first `count` rows are taken."""

    def __init__(self, room: NDArray[Any], count: int = 0) -> None:
        self._room, self._count = room, count

    @classmethod
    def of(cls, width: int | None, dtype: DTypeLike = np.float32) -> Self:
        """Return an empty one. width: columns of a row; None for one number each."""
        return cls(np.zeros((LEAST_ROOM_ROWS,) if width is None else (LEAST_ROOM_ROWS, width), dtype))

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, row: int) -> Any:
        return self.all[row]

    def append(self, row: Any) -> None:
        """Add a row."""
        self.extend(np.asarray(row)[None])

    def extend(self, rows: NDArray[Any]) -> None:
        """Add rows."""
        end = self._count + len(rows)
        if end > len(self._room):
            room = np.zeros((max(LEAST_ROOM_ROWS, end + end // 2), *self._room.shape[1:]), self._room.dtype)
            room[: self._count] = self.all
            self._room = room
        self._room[self._count : end] = rows
        self._count = end

    def replace(self, rows: NDArray[Any]) -> None:
        """Replace all rows."""
        self._room, self._count = rows.astype(self._room.dtype), len(rows)

    def cut(self, count: int) -> None:
        """Keep only the first rows."""
        self._count = count

    @property
    def all(self) -> NDArray[Any]:
        """The rows, shape (n, width), or (n,)."""
        return self._room[: self._count]


class Lists:
    """For each idea a list of (key, number) pairs, stored end to end. ends: where each list ends."""

    def __init__(self, keys: Rows, numbers: Rows, ends: Rows) -> None:
        self.keys, self.numbers, self.ends = keys, numbers, ends

    @classmethod
    def of(cls, keys: DTypeLike) -> Self:
        """Return an empty one."""
        return cls(Rows.of(None, keys), Rows.of(None), Rows.of(None, np.int64))

    def append(self, keys: NDArray[Any], numbers: NDArray[Any]) -> None:
        """Add a list."""
        self.keys.extend(keys)
        self.numbers.extend(numbers)
        self.ends.append(len(self.keys))

    def at(self, position: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the keys and the numbers of a list."""
        begin = int(self.ends[position - 1]) if position else 0
        part = slice(begin, int(self.ends[position]))
        return self.keys.all[part], self.numbers.all[part]

    def lengths(self) -> NDArray[np.int64]:
        """Return how long each list is."""
        lengths: NDArray[np.int64] = np.diff(self.ends.all, prepend=0)
        return lengths

    def cut(self, count: int) -> None:
        """Keep only the first lists."""
        end = int(self.ends[count - 1]) if count else 0
        self.ends.cut(count)
        self.keys.cut(end)
        self.numbers.cut(end)

    def only(self, kept: NDArray[np.bool_]) -> "Lists":
        """Return the lists of some ideas."""
        lengths = self.lengths()
        entries = np.repeat(kept, lengths)
        some = Lists.of(self.keys.all.dtype)
        some.keys.replace(self.keys.all[entries])
        some.numbers.replace(self.numbers.all[entries])
        some.ends.replace(np.cumsum(lengths[kept]))
        return some


class Latest(NamedTuple):
    """The latest ideas of several keys, joined. places: of each idea, which key. counts: all ideas of each key."""

    ideas: NDArray[np.int32]
    places: NDArray[np.intp]
    counts: NDArray[np.int64]


_NONE_LATER = array("i")


class Postings:
    """An inverted index: for each key, the ideas that contain it, in order. Later ones are kept beside the arrays.

    keys: sorted, each once. ends: where each key's ideas end in `ideas`.
    """

    def __init__(self, keys: NDArray[Any], ends: NDArray[np.int64], ideas: NDArray[np.int32]) -> None:
        self.keys, self.ends, self.ideas = keys, ends, ideas
        self._bounds = np.concatenate([[0], ends])
        self._later: dict[int, array[int]] = {}

    @classmethod
    def of(cls, lists: Lists) -> Self:
        """Return the postings of all lists."""
        keys = lists.keys.all
        order = np.argsort(keys, kind="stable")
        ideas = np.repeat(np.arange(len(lists.ends), dtype=np.int32), lists.lengths())[order]
        found, counts = np.unique(keys, return_counts=True)
        return cls(found, np.cumsum(counts, dtype=np.int64), ideas)

    def append(self, keys: Iterable[int], idea: int) -> None:
        """Add an idea, which comes after all others."""
        for key in keys:
            if (later := self._later.get(key)) is None:
                later = self._later[key] = array("i")
            later.append(idea)

    def drop(self, keys: Iterable[int]) -> None:
        """Remove the idea added last, by its keys."""
        for key in keys:
            self._later[key].pop()

    def latest(self, keys: NDArray[Any], most: int) -> "Latest":
        """Return the latest ideas of each key."""
        begins, ends = self._found(keys)
        later = [self._later.get(key, _NONE_LATER) for key in keys.tolist()]
        new = np.fromiter(map(len, later), np.int64, len(keys))
        firsts = np.maximum(begins, ends - np.maximum(0, most - new))
        # A view of the memory is cut and joined faster than an array.
        ideas, parts = self.ideas.data, list[Any]()
        for first, end, others in zip(firsts.tolist(), ends.tolist(), later, strict=True):
            parts.append(ideas[first:end])
            if others:
                parts.append(others[-most:])
        places = np.repeat(np.arange(len(keys)), ends - firsts + np.minimum(new, most))
        return Latest(np.frombuffer(b"".join(parts), dtype=np.int32), places, ends - begins + new)

    def _found(self, keys: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the ideas of each key begin and end in what was known at first."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=np.int64)
        after = self.keys.searchsorted(keys, side="right")
        begins = self._bounds[after - 1]
        return begins, np.where(self.keys[after - 1] == keys, self._bounds[after], begins)


def split_by(rows: NDArray[np.int32], count: int) -> Sequence[list[int]]:
    """Return, for each number below `count`, where it stands in `rows`, in order."""
    order = np.argsort(rows, kind="stable")
    bounds = np.searchsorted(rows[order], np.arange(count + 1))
    return [order[begin:end].tolist() for begin, end in pairwise(bounds.tolist())]
