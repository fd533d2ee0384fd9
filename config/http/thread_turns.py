"""Turns at the web server's threads: an address takes no more than it leaves free, so that others get theirs."""

from collections import defaultdict, deque
from typing import Generic, TypeVar

Request = TypeVar("Request")


class ThreadTurns(Generic[Request]):
    """Requests under way and waiting, by address. threads: how many may be under way in all.

    An address takes another thread only while it holds fewer than are free: alone it comes to half of them, the next
    one to half of the rest. So two greedy addresses hold up nobody: of 32 threads it takes six.
    """

    def __init__(self, threads: int) -> None:
        self._free = threads
        self._under_way: dict[str, int] = defaultdict(int)
        self._waiting: dict[str, deque[Request]] = defaultdict(deque)

    def begin(self, address: str, request: Request) -> bool:
        """Count a request as under way and return True, or keep it for later where too many of its address are."""
        if not self._may_begin(address):
            self._waiting[address].append(request)
            return False
        self._count_begun(address)
        return True

    def waiting(self, address: str) -> int:
        """Return how many requests of an address wait for their turn."""
        return len(self._waiting.get(address, ()))

    def end(self, address: str) -> list[Request]:
        """Count a request as over, and return those whose turn it is now, which are under way from now on."""
        self._free += 1
        self._under_way[address] -= 1
        if not self._under_way[address]:
            del self._under_way[address]
        begun = []
        while self._waiting and self._may_begin(following := min(self._waiting, key=self._held)):
            begun.append(self._waiting[following].popleft())
            if not self._waiting[following]:
                del self._waiting[following]
            self._count_begun(following)
        return begun

    def _may_begin(self, address: str) -> bool:
        return self._held(address) < self._free

    def _held(self, address: str) -> int:
        return self._under_way.get(address, 0)

    def _count_begun(self, address: str) -> None:
        self._free -= 1
        self._under_way[address] += 1
