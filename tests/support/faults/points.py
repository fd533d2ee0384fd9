"""Named points in the way of a memo, and of what goes out or away, at which a service's worker is killed or stopped."""

import time
from pathlib import Path

from tests.support.service import Service

SETTINGS = {"PYTHONPATH": str(Path(__file__).parent / "at_points"), "PYTHONDONTWRITEBYTECODE": "1"}
"""Of a service whose processes stop at points."""
PERIODS = {"LEASE_SECONDS": "4", "SWEEP_SECONDS": "1"}

AFTER_CLAIM, DECODING, HEARING, BETWEEN_SLICES = "after claim", "while decoding", "while hearing", "between slices"
WHILE_ERASING, BEFORE_NOTING = "while erasing", "before noting"
BEFORE_COMMIT, BEFORE_ANNOUNCING, BEFORE_WRITING = "before commit", "before announcing", "before writing"
TAKEN_SECONDS = 30


class Points:
    """What a service's processes are told to do, and what they told."""

    def __init__(self, service: Service) -> None:
        self._folder = service.home / "points"
        self._folder.mkdir()
        self._order = self._folder / "order"

    def do(self, point: str, whom: str) -> bool:
        """Let whoever reaches a point next be killed ("child", "worker", "group"), stopped ("stop") or hang ("hang").

        Returns whether anybody reached it in good time.
        """
        self.order(point, whom)
        return self.is_taken()

    def order(self, point: str, whom: str) -> None:
        """Tell the same, and wait for nobody: what leads to the point comes then."""
        written = self._folder / "new"
        written.write_text(f"{point}/{whom}")
        written.rename(self._order)

    def is_taken(self) -> bool:
        """Return whether anybody reached it in good time; the order is taken back otherwise."""
        deadline = time.monotonic() + TAKEN_SECONDS
        while self._order.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            self._order.unlink()
        except FileNotFoundError:
            return True
        return False

    def marks(self, kind: str) -> list[tuple[str, ...]]:
        """Return what was told of one kind: "slice" and "saved" with transcript and position, "reached" with process,
        transcript and fence, "refused" with process, "begun" with transcript and time.
        """
        return [tuple(words[1:]) for words in self.all_marks() if words[0] == kind]

    def all_marks(self) -> list[list[str]]:
        """Return everything that was told, in order."""
        told = self._folder / "marks"
        return [line.split() for line in told.read_text().splitlines()] if told.exists() else []
