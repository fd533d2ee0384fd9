"""How long the server takes for each page, and how many queries it asks, at several sizes of one person's account."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from os import environ
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.support.servers import running_postgres

SIZES = (100, 10_000, 100_000)
GOAL_MS, GOAL_KB = 50.0, 250.0


def figures() -> Iterator[Figure]:
    """Yield for each page and database: how long it takes at each size, by the clock and of CPU, and what differs.

    On PostgreSQL the database's own CPU is not in it.
    """
    for store in ("SQLite", "PostgreSQL"):
        found = {size: _measured(store, size) for size in SIZES}
        for page, largest in found[SIZES[-1]].items():
            name, queries = f"{page}, {store}", [found[size][page]["queries"] for size in SIZES]
            for size in SIZES:
                one = found[size][page]
                yield Figure(f"{name}, {size:,} ideas: p50", one["p50"], "ms")
                yield _limited(f"{name}, {size:,} ideas: p95", one["p95"], "ms", GOAL_MS)
                yield Figure(f"{name}, {size:,} ideas: CPU, p50", one["cpu50"], "ms")
                yield Figure(f"{name}, {size:,} ideas: CPU, p95", one["cpu95"], "ms")
            more = max(queries) - min(queries)
            yield Figure(f"{name}: queries", queries[-1], "queries", goal="the same at each size", met=more == 0)
            yield _limited(f"{name}: HTML or JSON", largest["kb"], "KB", GOAL_KB)


def _limited(name: str, value: float, unit: str, most: float) -> Figure:
    return Figure(name, value, unit, goal=f"at most {most:g}", met=value <= most)


def _measured(store: str, size: int) -> dict[str, dict[str, Any]]:
    """Return what a process of its own found (`tests.bench.page_times`), in a new data folder and database."""
    with ExitStack() as kept:
        home = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="stillnote-bench-")))
        address = kept.enter_context(running_postgres() if store == "PostgreSQL" else nullcontext(""))
        database = f"{address}/postgres" if address else ""
        command = [sys.executable, "-m", "tests.bench.page_times", str(size)]
        told = {"STILLNOTE_HOME": str(home), "DATABASE_URL": database}
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environ | told)
        found: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
        return found
