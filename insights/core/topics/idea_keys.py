"""The keys of ideas and topics, and the position of each idea in an index."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import compress
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Key = Hashable
"""The key of an idea or a topic, given by the caller. A topic's never changes."""


class IdeaKeys(Sequence[Key]):
    """The keys of ideas, in order, and the position of each. A UUID is kept as its 16 bytes, to save memory."""

    def __init__(self, stored: Iterable[bytes] = ()) -> None:
        self._names: list[Any] = list(stored)
        self._positions: dict[Any, int] = dict(zip(self._names, range(len(self._names)), strict=True))

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, position: Any) -> Any:
        if isinstance(position, slice):
            return [self[one] for one in range(*position.indices(len(self)))]
        name = self._names[position]
        return UUID(bytes=name) if isinstance(name, bytes) else name

    def __iter__(self) -> Iterator[Key]:
        return (self[position] for position in range(len(self)))

    def __contains__(self, key: object) -> bool:
        return self.find(key) is not None

    def find(self, key: Key) -> int | None:
        """Return the position of an idea, or None."""
        return self._positions.get(key.bytes if isinstance(key, UUID) else key)

    def append(self, key: Key) -> None:
        """Add an idea."""
        name = key.bytes if isinstance(key, UUID) else key
        self._positions[name] = len(self._names)
        self._names.append(name)

    def drop_last(self) -> None:
        """Remove the last one."""
        del self._positions[self._names.pop()]

    def only(self, kept: NDArray[np.bool_]) -> "IdeaKeys":
        """Return the keys of some ideas."""
        return IdeaKeys(compress(self._names, kept.tolist()))

    def stored(self) -> bytes:
        """Return the bytes of all keys, which are UUIDs."""
        return b"".join(self._names)
