"""Another machine that gives vectors, by OpenAI's API: `POST …/embeddings`."""

import json
import threading
import time
from collections.abc import Collection, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.background import background, cosine_spread
from insights.core.embedding.protocol import Background, Unavailable, Vectors, unit
from insights.core.embedding.wordllama import default_embedder

SUBJECT = "The machine at EMBEDDING_URL"
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 60.0
"""How long a connection may take, and how long any silence after that."""
BATCH = 64
"""Texts that are sent at once."""
MOST_BYTES = 64 * 1024**2
"""The largest answer that is read: 64 vectors of 4,000 numbers take six."""
FIRST, MOST = 15.0, 600.0
"""Seconds for which it is left alone after a failure: at first, each time twice as long, and at most."""
DEFAULT_MODEL = "text-embedding-3-small"

REFUSALS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "does not accept EMBEDDING_KEY",
    HTTPStatus.FORBIDDEN: "does not accept EMBEDDING_KEY",
    HTTPStatus.NOT_FOUND: "knows no model of the name in EMBEDDING_MODEL, or its API is elsewhere: the address mostly "
    "ends in /v1",
    HTTPStatus.TOO_MANY_REQUESTS: "asks for patience",
}


class Endpoint:
    """An endpoint and a model there. Neither its key nor what it is sent is ever logged or told."""

    languages: Collection[str] | None = None

    def __init__(self, url: str, *, key: str = "", model: str = DEFAULT_MODEL) -> None:
        self.host = urlsplit(url).netloc.rpartition("@")[2]
        self.model = f"{model[:60]} at {self.host}"[:100]
        self._asked_for = model
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0
        self._why = ""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text (see Embedder). After a failure it is left alone for a while, for all."""
        if not texts:
            return np.zeros((0, len(self.background().common)), dtype=np.float32)
        with self._lock:
            if time.monotonic() < self._rests_until:
                raise Unavailable(self._why)
        try:
            batches = [self._vectors(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
            found = unit(np.concatenate(batches))
        except (Unavailable, ValueError) as error:
            why = str(error) if isinstance(error, Unavailable) else "answered with vectors of different lengths"
            raise self._failed(why) from error
        with self._lock:
            self._failures, self._rests_until = 0, 0.0
        return found

    @cache  # noqa: B019 - one embedder a process
    def background(self) -> Background:
        """Return what unrelated sentences are alike by (see Embedder)."""
        return background(self.embed, cosine_spread(default_embedder().embed))

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Return how much each word says by itself, as the static vectors tell."""
        return default_embedder().rarity(words)

    def _failed(self, why: str) -> Unavailable:
        with self._lock:
            self._rests_until = time.monotonic() + min(FIRST * 2.0 ** min(self._failures, 20), MOST)
            self._failures += 1
            self._why = f"{SUBJECT} {why}. Ideas wait for their topics; it is asked again from time to time."
            return Unavailable(self._why)

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # A text of nothing is an error to OpenAI's own.
        asked = {"model": self._asked_for, "input": [text or " " for text in texts], "encoding_format": "float"}
        try:
            status, body = self._answer(asked)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unavailable("cannot be reached") from error
        except httpx.TimeoutException as error:
            raise Unavailable("did not answer in time") from error
        except httpx.HTTPError as error:
            raise Unavailable("broke off before it had answered") from error
        if status != HTTPStatus.OK:
            raise Unavailable(f"{REFUSALS.get(status, 'failed')} ({status})")
        try:
            return _read(json.loads(body), len(texts))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Unavailable("answered with what are no vectors") from error

    def _answer(self, asked: dict[str, Any]) -> tuple[int, bytes]:
        """Ask. Our settings alone say where words go: no proxy and no .netrc is looked for, no redirect followed."""
        timeout, body = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS), bytearray()
        with (
            httpx.Client(headers=self._headers, timeout=timeout, trust_env=False) as client,
            client.stream("POST", f"{self._url}/embeddings", json=asked) as answer,
        ):
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise httpx.DecodingError("it does not end")
            return answer.status_code, bytes(body)


def _read(answer: Any, count: int) -> NDArray[np.float32]:
    """Return the vectors of an answer in the order of what was asked, shape (count, d). Raises ValueError, KeyError."""
    rows = sorted(answer["data"], key=lambda row: int(row["index"]))
    vectors = np.array([row["embedding"] for row in rows], dtype=np.float32)
    is_whole = [int(row["index"]) for row in rows] == list(range(count))
    if not is_whole or vectors.ndim != 2 or not vectors.shape[1] or not np.isfinite(vectors).all():  # noqa: PLR2004
        raise ValueError
    return vectors
