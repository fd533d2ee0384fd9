"""The indexes of topics that a process keeps in memory, of a few users."""

import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from capture.models import User

KEPT_INDEXES = 4
"""Of the users that were asked for last."""
KEPT_IDEAS = 20_000
"""So many ideas may be in more than one kept index: 10,000 take some 40 MB, and to map a file again is quick."""


class Keepable(Protocol):
    """An index by one model's vectors, named as it is stored."""

    @property
    def model(self) -> str:
        """The model's name."""
        ...

    @property
    def size(self) -> int:
        """How many ideas are in it."""
        ...


Kept = TypeVar("Kept", bound=Keepable)


@dataclass
class KeptIndexes(Generic[Kept]):
    """The indexes that this process keeps, and a lock for each user: one thread at a time brings theirs up to date."""

    _kept: OrderedDict[tuple[int, str], Kept] = field(default_factory=OrderedDict)
    _locks: defaultdict[int, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def lock_of(self, user: User) -> threading.Lock:
        """Return the lock of a user."""
        with self._lock:
            return self._locks[user.pk]

    def take(self, user: User, model: str) -> Kept | None:
        """Return the index that is kept, for the caller alone."""
        with self._lock:
            return self._kept.pop((user.pk, model), None)

    def keep(self, user: User, state: Kept) -> None:
        """Keep an index, and no more than KEPT_INDEXES, nor others beside it than have KEPT_IDEAS with it."""
        with self._lock:
            self._kept[user.pk, state.model] = state
            while len(self._kept) > KEPT_INDEXES or (len(self._kept) > 1 and self._ideas() > KEPT_IDEAS):
                self._kept.popitem(last=False)

    def _ideas(self) -> int:
        return sum(state.size for state in self._kept.values())
