"""How well ideas are placed and suggested, by each model at hand, and what that costs by the service's own path.

The peer of quality is average linkage, all at once, with the same vectors. That of cost is BERTopic, which places by
finding all topics anew: one refit for 1,000 new ideas, on vectors like these.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from insights.core.embedding.catalogue import ENGLISH, resolve_model
from insights.core.embedding.protocol import Embedder
from insights.core.embedding.sentence_model import SentenceModelEmbedder
from insights.core.embedding.wordllama import default_embedder
from insights.core.topics.idea_traits import IdeaFeatures
from tests.bench.figures import Figure, data_folder
from tests.bench.refits import NoPeer, refit_seconds
from tests.bench.topic_quality import NARROW, PEOPLE, SETS, SetFigures, files_of, set_figures

SIZES = (1_000, 10_000, 100_000)
DECISIONS = (0, 20, 500)
"""Of the most, all topics are a person's."""
NEW, TIMES_LESS = 1_000, 250
DIMENSIONS = 256
IDEAS_A_TOPIC = 50
MOST_TOPICS = 400
"""People have some hundred topics, however many ideas."""
WORDS = 4_000
HELD_UP_MS = 200.0


class Goal(NamedTuple):
    """What 99 of 100 are to take at most, in milliseconds, with the most decisions."""

    placing: float
    next_suggestion: float


GOALS = {10_000: Goal(2, 20), 100_000: Goal(5, 60)}
FORTNIGHTS = {"nothing named": 0.25, "five named": 0.12}
"""How much of a person's first fortnight may stay unsorted, and what may be placed wrongly."""
WRONG = 0.10
STREAMS = Path(__file__).parent.parent / "assets" / "topics"
WARM = {
    "placing": "finding the topic of a new idea",
    "memo": "a memo split, placed, named, written",
    "suggestion": "a suggestion",
    "next_suggestion": "the suggestion after a correction",
}


def figures() -> Iterator[Figure]:
    """Yield how well it is done by each model, and what it takes at each size: at work, at first, beside a refit."""
    yield from _quality()
    for size in SIZES:
        cpu = 0.0
        for decisions in DECISIONS:
            with tempfile.TemporaryDirectory(prefix="stillnote-bench-") as home:
                _person(home, "make", size, decisions)
                name = f"{size:,} ideas, {decisions} decisions"
                built, mapped = (_person(home, "cold", size, decisions) for _ in range(2))
                yield from _cold(name, size, built, mapped)
                warm = _person(home, "warm", size, decisions)
                yield from _warm(name, size, decisions, warm)
                if decisions == 0:
                    cpu = warm["placing"]["cpu_mean"] * NEW / 1000
        yield from _beside_refit(size, cpu)


def _quality() -> Iterator[Figure]:
    """Yield AMI, suggestions and first fortnights of each set of streams, WordLlama's and MiniLM's side by side."""
    models: dict[str, Embedder] = {"WordLlama": default_embedder()}
    asked = os.environ.get("EMBEDDING_MODEL") or ENGLISH
    folder = resolve_model(asked, data_folder() / "models", {"en"})
    if folder.is_here:
        models["MiniLM" if folder.name == ENGLISH else folder.name] = SentenceModelEmbedder(folder, threads=1)
    else:
        print(f"There is no sentence model {folder.name} in {folder.folder}, so WordLlama is measured alone.")
    for name in SETS:
        for model, embedder in models.items():
            if files := files_of(STREAMS, name):
                yield from _of_set(f"{name}, {model}", name, set_figures(files, embedder))


def _of_set(title: str, name: str, found: SetFigures) -> Iterator[Figure]:
    ami, linked = found.placed["ami"], found.linked_ami
    held = name in NARROW
    yield Figure(f"{title}: AMI", ami, "", "average link", ami / max(linked, 1e-9),
                 goal="average link" if held else "", met=ami >= linked if held else None)  # fmt: skip
    yield Figure(f"{title}: first suggestion right", found.review["hit1"], "")
    yield Figure(f"{title}: one of three right", found.review["hit3"], "")
    for (said, unsorted_goal), one in zip(FORTNIGHTS.items(), found.fortnights, strict=True):
        is_goal = name in PEOPLE
        for part, value, most in (("unsorted", one.unsorted, unsorted_goal), ("wrong", one.wrongly_placed, WRONG)):
            yield Figure(f"{title}: fortnight, {said}, {part}", value, "",
                         goal=f"at most {most}" if is_goal else "", met=value <= most if is_goal else None)  # fmt: skip


def _person(home: str, *asked: Any) -> dict[str, Any]:
    """Return what a process of its own found (`tests.bench.person`)."""
    command = [sys.executable, "-m", "tests.bench.person", *map(str, asked)]
    done = subprocess.run(
        command, env=os.environ | {"STILLNOTE_HOME": home}, check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _cold(name: str, size: int, built: dict[str, Any], mapped: dict[str, Any]) -> Iterator[Figure]:
    yield Figure(f"{name}: page without a file", built["page_ms"], "ms", goal=f"{HELD_UP_MS} ms",
                 met=built["page_ms"] <= HELD_UP_MS)  # fmt: skip
    yield Figure(f"{name}: suggestions without a file", built["ms"], "ms")
    goal, met = ("", None) if size > 10_000 else (f"{HELD_UP_MS} ms", mapped["page_ms"] <= HELD_UP_MS)
    yield Figure(f"{name}: first page of a process", mapped["page_ms"], "ms", goal=goal, met=met)
    yield Figure(f"{name}: its CPU", mapped["cpu_ms"], "ms")
    yield Figure(f"{name}: memory of its own", mapped["own_mb"], "MB")
    yield Figure(f"{name}: memory with what is shared", mapped["mb"], "MB")


def _warm(name: str, size: int, decisions: int, warm: dict[str, Any]) -> Iterator[Figure]:
    goals = GOALS[size]._asdict() if size in GOALS and decisions == max(DECISIONS) else {}
    for part, said in WARM.items():
        found = warm[part]
        yield Figure(f"{name}: {said}, p50", found["p50"], "ms")
        most, goal = found["p99"], goals.get(part)
        met = None if goal is None else most <= goal
        yield Figure(f"{name}: {said}, p99", most, "ms", goal=f"{goal} ms" if goal else "", met=met)


def _beside_refit(size: int, cpu: float) -> Iterator[Figure]:
    """Yield what new ideas cost us, beside a refit. cpu: seconds for NEW of them, their topics found, nothing else."""
    name = f"CPU for {NEW:,} new ones at {size:,} ideas"
    try:
        theirs = refit_seconds(list(_ideas(size)))
    except NoPeer as reason:
        print(f"BERTopic cannot be run here, so there is nothing to compare to: {reason}")
        yield Figure(name, cpu, "s")
        return
    goal = f"{TIMES_LESS} times less"
    met = bool(cpu * TIMES_LESS <= theirs)
    yield Figure(f"CPU for a refit of BERTopic at {size:,} ideas", theirs, "s")
    yield Figure(name, cpu, "s", "the refit", cpu / theirs, goal, met)


def _ideas(size: int) -> Iterator[IdeaFeatures]:
    """Yield ideas about a user's topics, one after the other: near the topic's middle, with some of its words."""
    chance = np.random.default_rng(1)
    middles = chance.normal(size=(max(1, min(size // IDEAS_A_TOPIC, MOST_TOPICS)), DIMENSIONS))
    for key in range(size):
        topic = key % len(middles)
        vector = middles[topic] + chance.normal(scale=1.5, size=DIMENSIONS)
        words = {f"{(topic * 40 + int(word)) % WORDS:04}word": 1.0 for word in chance.integers(0, 40, 8)}
        yield IdeaFeatures(key, (vector / np.linalg.norm(vector)).astype(np.float32), words)
