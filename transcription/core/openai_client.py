"""Asking a machine that speaks OpenAI's API. Neither its key nor its address is ever logged or told."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

CONNECT_SECONDS = 5.0
"""How long a connection may take."""
LOOK_SECONDS = 1.0
"""How often it is told that the answer is still waited for."""


class EndpointAnswer(NamedTuple):
    """What an endpoint answers, whatever its status."""

    status: int
    headers: httpx.Headers
    body: bytes


class NoAnswer(Exception):
    """An endpoint did not answer. why: "unreachable", "late", or "broken_off"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class OpenAIClient:
    """An endpoint and the key to it.

    Our settings alone say where content goes: no proxy and no .netrc is looked for, no redirect followed.
    """

    def __init__(self, url: str, *, key: str = "") -> None:
        self.host = urlsplit(url).netloc.rpartition("@")[2]
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, path: str) -> httpx.Response:
        """Return what it answers to a short question. Raises httpx.HTTPError or httpx.InvalidURL."""
        return httpx.get(f"{self._url}/{path}", **self._settings(CONNECT_SECONDS))

    def post(
        self,
        path: str,
        *,
        silence_seconds: float,
        whole_seconds: float | None = None,
        most_bytes: int,
        progress: Callable[[], None] = lambda: None,
        **content: Any,
    ) -> EndpointAnswer:
        """Send content, as httpx takes it, and return the answer. Raises NoAnswer.

        silence_seconds: that may pass without a byte. whole_seconds: until the answer is whole, if that is limited.
        most_bytes: of the answer. progress: called while the answer is waited for, outside of the event loop, for it
        may write rows; whatever it raises, the request is given up with it.
        """
        try:
            with asyncio.Runner() as runner:
                asked = runner.get_loop().create_task(
                    self._post(path, silence_seconds, whole_seconds, most_bytes, content)
                )
                while not asked.done():
                    runner.run(_look_after(asked))
                    progress()
                return asked.result()
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NoAnswer("unreachable") from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise NoAnswer("late") from error
        except httpx.HTTPError as error:
            raise NoAnswer("broken_off") from error

    async def _post(
        self, path: str, silence_seconds: float, whole_seconds: float | None, most_bytes: int, content: dict[str, Any]
    ) -> EndpointAnswer:
        body = bytearray()
        async with (
            asyncio.timeout(whole_seconds),
            httpx.AsyncClient(**self._settings(silence_seconds)) as client,
            client.stream("POST", f"{self._url}/{path}", **content) as answer,
        ):
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > most_bytes:
                    raise httpx.DecodingError("it does not end")
            return EndpointAnswer(answer.status_code, answer.headers, bytes(body))

    def _settings(self, silence_seconds: float) -> dict[str, Any]:
        timeout = httpx.Timeout(silence_seconds, connect=CONNECT_SECONDS)
        return {"headers": self._headers, "timeout": timeout, "trust_env": False}


async def _look_after(asked: "asyncio.Task[Any]") -> None:
    await asyncio.wait({asked}, timeout=LOOK_SECONDS)
