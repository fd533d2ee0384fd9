"""Turns at the web server's threads: requests of one address hold at most some of them, so that others get theirs."""

from collections import defaultdict, deque
from typing import Generic, TypeVar

Request = TypeVar("Request")


class ThreadTurns(Generic[Request]):
    """Requests under way and waiting, by address. at_once: how many of one address may be under way."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._under_way: dict[str, int] = defaultdict(int)
        self._waiting: dict[str, deque[Request]] = defaultdict(deque)

    def begin(self, address: str, request: Request) -> bool:
        """Count a request as under way and return True, or keep it for later where too many of its address are."""
        if self._under_way[address] >= self._at_once:
            self._waiting[address].append(request)
            return False
        self._under_way[address] += 1
        return True

    def waiting(self, address: str) -> int:
        """Return how many requests of an address wait for their turn."""
        return len(self._waiting.get(address, ()))

    def end(self, address: str) -> Request | None:
        """Count a request as over, and return the next one of its address, which is under way from now on."""
        if waiting := self._waiting.get(address):
            request = waiting.popleft()
            if not waiting:
                del self._waiting[address]
            return request
        self._under_way[address] -= 1
        if not self._under_way[address]:
            del self._under_way[address]
        return None
