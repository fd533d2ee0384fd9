"""What a search takes in an account: `python -m tests.bench.search_times IDEAS`, the data folder being STILLNOTE_HOME.

Prints one JSON object. sqlite-vec is measured beside it, on the same vectors: by apsw, for Python's sqlite3 may be
built without extensions.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import numpy as np
import psutil

from tests.bench.page_times import write_account  # sets Django up
from tests.bench.quoting import QuotingSpeaker

from capture.models import User  # isort: skip
from django.core.management import call_command  # isort: skip
from insights.core.embedding.protocol import Vector  # isort: skip
from insights.core.embedding.wordllama import default_embedder  # isort: skip
from insights.models import Idea  # isort: skip
from insights.services.search import search_ideas  # isort: skip
from insights.services.search_meanings import known_meanings  # isort: skip

ROUNDS, COMPARED, NEAREST = 100, 40, 10


def main() -> None:
    """Make the account, search it, and print what was found."""
    call_command("migrate", verbosity=0)
    user = User.objects.first() or write_account(int(sys.argv[1]), QuotingSpeaker)
    asked = _queries(user)
    before = psutil.Process().memory_full_info().uss
    spent, worked = [], []
    for number in range(ROUNDS):
        begun, busy = time.perf_counter(), time.process_time()
        search_ideas(user, asked[number % len(asked)])
        spent.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (time.process_time() - busy))
    grown = psutil.Process().memory_full_info().uss - before
    middle, most = np.percentile(spent[3:], [50, 95])
    times = {"p50": middle, "p95": most, "work": np.percentile(worked[3:], 95), "first": spent[0]}
    print(json.dumps({**times, "mb": grown / 1e6, **_compared(user)}))


def _queries(user: User) -> list[str]:
    """Return what is typed: a word, its beginning, two words, a phrase, and half of what was said once."""
    texts = Idea.objects.of(user).order_by("pk").values_list("text", flat=True)[:COMPARED]
    words = [text.split() for text in texts]
    return [
        asked
        for said in words
        for asked in (said[4], said[5][:4], f"{said[4]} {said[5]}", f'"{said[4]} {said[5]}"', " ".join(said[3:12]))
    ]


def _compared(user: User) -> dict[str, Any]:
    """Return how much CPU it takes to find the nearest, how many of them are found, and what sqlite-vec takes."""
    meanings = known_meanings(user, default_embedder().model)
    texts = list(Idea.objects.of(user).order_by("-pk").values_list("text", flat=True)[:COMPARED])
    vectors = default_embedder().embed([text[: len(text) // 2] for text in texts])
    found = [{one.key for one in meanings.near(vector, NEAREST)} for vector in vectors]
    exact = [
        {
            UUID(bytes=meanings.keys[row].tobytes())
            for row in np.argsort(-(meanings.vectors @ vector))[:NEAREST].tolist()
        }
        for vector in vectors
    ]
    recall = float(np.mean([len(one & other) / NEAREST for one, other in zip(found, exact, strict=True)]))
    ours = _cpu_ms(lambda vector: meanings.near(vector, NEAREST), vectors)
    return {"recall": recall, "cpu": ours, "peer_cpu": _peer_cpu(meanings.vectors, vectors)}


def _cpu_ms(find: Callable[[Vector], object], vectors: Any) -> float:
    find(vectors[0])
    begun = time.process_time()
    for vector in vectors:
        find(vector)
    return 1000 * (time.process_time() - begun) / len(vectors)


def _peer_cpu(rows: Any, vectors: Any) -> float:
    apsw, sqlite_vec = importlib.import_module("apsw"), importlib.import_module("sqlite_vec")  # neither has types
    database = apsw.Connection(":memory:")
    database.enable_load_extension(True)
    database.load_extension(sqlite_vec.loadable_path())
    database.execute(f"CREATE VIRTUAL TABLE peer USING vec0(vector float[{rows.shape[1]}])")
    with database:
        every = ((number, row.tobytes()) for number, row in enumerate(rows))
        database.executemany("INSERT INTO peer(rowid, vector) VALUES (?, ?)", every)
    nearest = f"SELECT rowid FROM peer WHERE vector MATCH ? AND k = {NEAREST} ORDER BY distance"
    return _cpu_ms(lambda vector: list(database.execute(nearest, (vector.tobytes(),))), vectors)


if __name__ == "__main__":
    main()
