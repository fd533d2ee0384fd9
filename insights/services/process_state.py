"""What a process holds in memory for insights, in one object that is made at its start."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from insights.core.embedding.catalogue import ModelFolder
from insights.core.embedding.endpoint import Endpoint
from insights.core.embedding.protocol import Embedder
from insights.services.kept_indexes import KeptIndexes
from transcription.core.turns import Turns

MAX_SENDERS = 8
"""Threads of one process that send webhooks: so many addresses may be slow at once before others wait."""


@dataclass
class InsightsState:
    """A web or worker process. Its threads share it; a test makes one of its own.

    embedders: sentence models that are loaded, by their stored names. endpoints: by address, key and model.
    loading: held while one of these is made. damaged: folders of models that could not be loaded: it does without.
    stored_names: of folders of models, by when their graph was written.
    indexes: of topics, of some users (`index_cache`, which knows their type).
    reembedding: held by the one thread that makes vectors of another model.
    indexing: held by the one thread that writes what ideas are found by.
    found_whole: users all of whose ideas had rows, and when that was seen, by time.monotonic (`search_words`).
    entry_counts: how many ideas of users had rows, and when they were counted, by time.monotonic (`search_words`).
    meanings: what ideas mean, of the users who searched last (`search_meanings`, which knows their type).
    turns: whose ideas are placed next.
    senders: as many threads as may send webhooks at once.
    in_hand: transcripts that are being placed or failed to be, and when that began, by time.monotonic.
    """

    embedders: dict[str, Embedder] = field(default_factory=dict)
    loading: threading.Lock = field(default_factory=threading.Lock)
    damaged: set[Path] = field(default_factory=set)
    endpoints: dict[tuple[str, str, str], Endpoint] = field(default_factory=dict)
    stored_names: dict[tuple[ModelFolder, int], str] = field(default_factory=dict)
    indexes: KeptIndexes[Any] = field(default_factory=KeptIndexes)
    reembedding: threading.Lock = field(default_factory=threading.Lock)
    indexing: threading.Lock = field(default_factory=threading.Lock)
    found_whole: dict[int, float] = field(default_factory=dict)
    entry_counts: dict[int, tuple[int, float]] = field(default_factory=dict)
    meanings: OrderedDict[int, Any] = field(default_factory=OrderedDict)
    turns: Turns = field(default_factory=Turns)
    senders: threading.Semaphore = field(default_factory=partial(threading.Semaphore, MAX_SENDERS))
    in_hand: dict[UUID, float] = field(default_factory=dict)


current = InsightsState()
"""Of this process. A forked one begins with what was held when it was forked: nothing."""
