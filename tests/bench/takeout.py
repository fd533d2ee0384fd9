"""Exporting and taking in an account of 10,000 recordings: seconds, and how much more memory it takes."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from os import environ
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure

MEMOS = 10_000
MOST_MB = 100.0


def figures() -> Iterator[Figure]:
    """Yield what processes of their own found (`tests.bench.takeout_times`), in new data folders, on SQLite."""
    with tempfile.TemporaryDirectory(prefix="stillnote-bench-") as folder:
        home, other, zipped = Path(folder) / "from", Path(folder) / "to", str(Path(folder) / "all.zip")
        _ran(home, "make", str(MEMOS))
        named = f"{MEMOS:,} recordings"
        for kind in ("markdown", "json", "account"):
            found = _ran(home, "export", kind, zipped)
            yield Figure(f"export, {kind}, {named}", found["seconds"], "s")
            yield _memory(f"export, {kind}: more memory", found["mb"])
        yield Figure("export, account: the zip", found["zip_mb"], "MB")
        found = _ran(other, "import", zipped)
        yield Figure(f"import, {named}", found["seconds"], "s")
        yield Figure("import: others wait to write", found["locked_seconds"], "s")
        yield _memory("import: more memory", found["mb"])


def _memory(name: str, mb: float) -> Figure:
    return Figure(name, mb, "MB", goal=f"under {MOST_MB:g}", met=mb < MOST_MB)


def _ran(home: Path, *asked: str) -> dict[str, Any]:
    home.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.bench.takeout_times", *asked]
    told = {"STILLNOTE_HOME": str(home), "DATABASE_URL": "", "STILLNOTE_OFFLINE": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environ | told)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
