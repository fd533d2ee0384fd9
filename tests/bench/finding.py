"""How long a search takes in accounts of several sizes, and how well the fast comparing finds the nearest."""

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

SIZES = tuple(int(size) for size in environ.get("BENCH_IDEAS", "10000,100000").split(","))
GOAL_MS, GOAL_RECALL, GOAL_RATIO = 50.0, 0.95, 0.1


def figures() -> Iterator[Figure]:
    """Yield for each database and size: times, memory, recall; and the CPU beside sqlite-vec's."""
    for store in ("SQLite", "PostgreSQL"):
        for size in SIZES:
            one, name = _searched(store, size), f"search, {store}, {size:,} ideas"
            yield Figure(f"{name}: p50", one["p50"], "ms")
            yield Figure(f"{name}: p95", one["p95"], "ms", goal=f"at most {GOAL_MS:g}", met=one["p95"] <= GOAL_MS)
            if store == "SQLite":  # which is all within the process: on a busy machine this tells more
                yield Figure(f"{name}: p95 of the CPU", one["work"], "ms")
            yield Figure(f"{name}: more memory", one["mb"], "MB")
            recall = one["recall"]
            yield Figure(f"{name}: recall@10", recall, "", goal=f"{GOAL_RECALL:g}", met=recall >= GOAL_RECALL)
            ratio = one["cpu"] / one["peer_cpu"]
            goal = f"{GOAL_RATIO:g} times, at {SIZES[-1]:,}"
            met = ratio <= GOAL_RATIO if size == SIZES[-1] else None
            yield Figure(f"{name}: meaning, CPU", one["cpu"], "ms", "sqlite-vec's", ratio, goal, met)


def _searched(store: str, size: int) -> dict[str, Any]:
    """Return what a process of its own found (`tests.bench.search_times`), in a new data folder and database."""
    with ExitStack() as kept:
        home = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="stillnote-bench-")))
        address = kept.enter_context(running_postgres() if store == "PostgreSQL" else nullcontext(""))
        told = {"STILLNOTE_HOME": str(home), "DATABASE_URL": f"{address}/postgres" if address else ""}
        command = [sys.executable, "-m", "tests.bench.search_times", str(size)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environ | told)
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found
