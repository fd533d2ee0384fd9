"""One measured figure, and how figures are shown and kept."""

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """What was measured. ratio: ours to the peer's. met: whether the goal was; both where there is one."""

    name: str
    value: float
    unit: str
    peer: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None

    def line(self) -> str:
        """Return it as a line of a table."""
        beside = "" if self.ratio is None else f"{self.ratio:.2g} times {self.peer}"
        met = "" if self.met is None else f"{self.goal}: {'met' if self.met else 'MISSED'}"
        return f"{self.name:<48} {self.value:>9.2f} {self.unit:<9} {beside:<46} {met}".rstrip()

    def row(self, part: str) -> dict[str, Any]:
        """Return it as a row of bench.jsonl."""
        return {"part": part, **asdict(self), "machine": machine()}


def data_folder() -> Path:
    """Return where figures are kept, and what is made for measuring; it is there."""
    home = Path(os.environ.get("STILLNOTE_HOME") or "var")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def machine() -> str:
    """Return what it was measured on."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
