"""Users take turns: start-time fair queueing (Goyal, Vin and Cheng, 1996), whose unit is a second of work.

Each user's clock says when they are served next, and runs by the seconds that their work takes. Who had nothing to do
meanwhile comes next, but has no time in store: their clock is set to that of the work that was begun last.
"""

import threading
from collections.abc import Hashable

EXPECTED_SECONDS = 1.0
"""What a piece of work counts before it is known: others go first meanwhile."""


class Turns:
    """The clocks of a worker process. Its threads share them; a process that starts begins with none."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._next: dict[Hashable, float] = {}
        self._now = 0.0

    def clock_of(self, user: Hashable) -> float:
        """Return when a user is served next, in seconds of work: who has the least is served first."""
        return max(self._next.get(user, 0.0), self._now)

    def begin(self, user: Hashable) -> None:
        """Count a piece of a user's work that begins."""
        with self._changing:
            self._now = self.clock_of(user)
            self._next = {other: clock for other, clock in self._next.items() if clock > self._now}
            self._next[user] = self._now + EXPECTED_SECONDS

    def charge(self, user: Hashable, seconds: float) -> None:
        """Count what a piece of work took that was begun before."""
        with self._changing:
            self._next[user] = self.clock_of(user) + max(seconds - EXPECTED_SECONDS, 0.0)
