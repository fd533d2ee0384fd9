"""Fetching a model from the hub of Hugging Face, with a deadline for every step, and taken up where it broke off.

The hub's own library waits without end for a listing, and throws away what it has of a file when it is ended. So its
two public addresses, of the listing and of a file, are asked here by httpx.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import httpx

from transcription.core.download_record import DownloadRecord, hidden_folder
from transcription.core.messages import Message, Parameter

HUB_URL = "https://huggingface.co"
CONNECT_SECONDS, SILENCE_SECONDS = 5.0, 10.0
"""How long a connection may take, and how long a server may be silent."""
LISTING_SECONDS = 20.0
"""How long the whole listing may take, redirects included."""
EXTRA_SECONDS, MIN_BYTES_A_SECOND = 300.0, 25_000
"""How long a model may take as a whole: so many seconds, and its size at so slow a line. What is here then is kept."""
MAX_BREAKS, PAUSE_SECONDS = 4, 1.0
"""So many times in a row a file may break off without a new byte; a pause comes before each next try."""
MAX_LISTING_BYTES = 10_000_000
WORTH_A_RETRY = {408, 425, 429, 500, 502, 503, 504}
"""Answers after which a file is asked for once more."""
COPY_BYTES = 1 << 20


class DownloadFailed(Exception):
    """A model could not be fetched; message says why, with the host that was asked."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class HubFile(NamedTuple):
    """A file of a repository. size: in bytes, or None where the hub does not say. hashed: how and to what, or None."""

    name: str
    size: int | None
    hashed: tuple[str, str] | None

    def is_sound(self, path: Path) -> bool:
        """Return whether a file has the size and the hash that the hub says."""
        if self.size is not None and path.stat().st_size != self.size:
            return False
        if self.hashed is None:
            return True
        kind, expected = self.hashed
        # Git hashes a file behind a header of its own.
        digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size) if kind == "git" else hashlib.sha256()  # noqa: S324
        return file_digest(path, digest) == expected


def file_digest(path: Path, digest: Any) -> str:
    """Return the digest of a file in hexadecimal. digest: of hashlib, begun."""
    with path.open("rb") as file:
        while piece := file.read(COPY_BYTES):
            digest.update(piece)
    return str(digest.hexdigest())


def hub_host() -> str:
    """Return the host of the hub, as people are told it: HF_ENDPOINT names another one."""
    return urlsplit(_hub_url()).netloc.rpartition("@")[2]


def _hub_url() -> str:
    return (os.environ.get("HF_ENDPOINT") or HUB_URL).rstrip("/")


def record_outcome(record: DownloadRecord, download: Callable[[], None]) -> bool:
    """Download, write into the record how that ended, and return whether it succeeded."""
    try:
        download()
    except DownloadFailed as failure:
        record.fail(failure.message)
        return False
    record.finish()
    return True


def download_snapshot(repository: str, folder: Path, patterns: Iterable[str], record: DownloadRecord) -> None:
    """Fetch files of a repository into a folder, which appears when all are here. Raises DownloadFailed.

    patterns: of the names of files. Writes the record: first whom it asks, then the size, then what is here.
    """
    record.begin(hub_host())
    part = hidden_folder(folder) / folder.name
    with failures_of(hub_host()):
        asyncio.run(_download(repository, part, list(patterns), record))
        for leftover in part.rglob("*.incomplete"):
            leftover.unlink()
        place_folder(part, folder)


@contextmanager
def failures_of(host: str) -> Iterator[None]:
    """Raise what goes wrong inside as DownloadFailed."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise DownloadFailed(Message("unreachable", {"host": host})) from error
    except (httpx.TimeoutException, TimeoutError) as error:
        raise DownloadFailed(Message("late", {"host": host})) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DownloadFailed(Message("broken_off", {"host": host})) from error
    except OSError as error:
        raise DownloadFailed(Message("unwritable", {"host": host, "kind": error.strerror or "OSError"})) from error


def place_folder(part: Path, folder: Path) -> None:
    """Move a whole model to its place at once. What lay there was none: the rest of an older download, say."""
    for path in [*(path for path in part.rglob("*") if path.is_file()), part]:
        _flush(path)
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)
    _flush(folder.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _download(repository: str, part: Path, patterns: list[str], record: DownloadRecord) -> None:
    timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
    async with httpx.AsyncClient(timeout=timeout, follow_redirects=True, headers=_headers()) as client:
        async with asyncio.timeout(LISTING_SECONDS):
            commit, files = await _list_files(client, repository)
        wanted = [file for file in files if any(fnmatch(file.name, pattern) for pattern in patterns)]
        total = sum(file.size or 0 for file in wanted)
        record.begin(hub_host(), total, _bytes_in(part))
        async with asyncio.timeout(EXTRA_SECONDS + total / MIN_BYTES_A_SECOND):
            done = 0
            for file in wanted:
                address = f"{_hub_url()}/{repository}/resolve/{commit}/{quote(file.name)}"
                await _fetch_file(client, address, file, part / file.name, partial(_advance, record, done))
                done += (part / file.name).stat().st_size


def _advance(record: DownloadRecord, done: int, more: int) -> None:
    record.advance(done + more)


def _headers() -> dict[str, str]:
    """Return what is sent with each request: the person's token too, which httpx keeps from other hosts."""
    from huggingface_hub import get_token

    token = get_token()
    return {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {token}"} if token else {})


def _bytes_in(part: Path) -> int:
    return sum(path.stat().st_size for path in part.rglob("*") if path.is_file())


async def _list_files(client: httpx.AsyncClient, repository: str) -> tuple[str, list[HubFile]]:
    """Return the commit that is current, and its files."""
    body = bytearray()
    address = f"{_hub_url()}/api/models/{repository}/revision/main"
    async with client.stream("GET", address, params={"blobs": "true"}) as answer:
        _check_answer(answer)
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > MAX_LISTING_BYTES:
                raise httpx.DecodingError("it does not end")
    try:
        listing = httpx.Response(200, content=bytes(body)).json()
        return str(listing["sha"]), [_hub_file(told) for told in listing["siblings"] if _is_inside(told["rfilename"])]
    except (ValueError, TypeError, KeyError) as error:
        raise DownloadFailed(Message("portal", {"host": hub_host()})) from error


def _hub_file(told: dict[str, Any]) -> HubFile:
    large, size = told.get("lfs") or {}, told.get("size")
    if sha256 := large.get("sha256"):
        return HubFile(told["rfilename"], int(large["size"]), ("sha256", str(sha256)))
    hashed = ("git", str(told["blobId"])) if told.get("blobId") else None
    return HubFile(told["rfilename"], None if size is None else int(size), hashed)


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and ".." not in name.split("/")


def _check_answer(answer: httpx.Response) -> None:
    """Raise DownloadFailed where a server answers no, or with a web page, as networks do before a log-in."""
    where: dict[str, Parameter] = {"host": hub_host(), "status": answer.status_code}
    if answer.is_success and not answer.headers.get("Content-Type", "").startswith("text/html"):
        return
    if answer.is_success:
        raise DownloadFailed(Message("portal", where))
    unknown = {httpx.codes.NOT_FOUND, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}
    raise DownloadFailed(Message("no_repository" if answer.status_code in unknown else "failed", where))


async def _fetch_file(
    client: httpx.AsyncClient, address: str, file: HubFile, path: Path, advance: Callable[[int], None]
) -> None:
    """Fetch a file to its place from where an earlier try broke off. advance: is told how many bytes are here."""
    if path.is_file() and file.is_sound(path):
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    version = file.hashed[1][:16] if file.hashed else "unknown"
    incomplete = path.with_name(f"{path.name}.{version}.incomplete")
    incomplete.touch()
    breaks = 0
    while file.size is None or incomplete.stat().st_size < file.size:
        had = incomplete.stat().st_size
        try:
            await _fetch_rest(client, address, incomplete, advance)
        except httpx.TransportError:
            breaks = 0 if incomplete.stat().st_size > had else breaks + 1
            if breaks >= MAX_BREAKS:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            break
    if not file.is_sound(incomplete):
        incomplete.unlink()
        raise DownloadFailed(Message("damaged", {"host": hub_host()}))
    incomplete.rename(path)


async def _fetch_rest(
    client: httpx.AsyncClient, address: str, incomplete: Path, advance: Callable[[int], None]
) -> None:
    """Append what is missing of a file; from its beginning where the server knows no ranges."""
    had = incomplete.stat().st_size
    ranges = {"Range": f"bytes={had}-"} if had else {}
    async with client.stream("GET", address, headers=ranges) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            incomplete.write_bytes(b"")
            raise httpx.ReadError("another file lies there by now")
        if answer.status_code in WORTH_A_RETRY:
            raise httpx.ReadError("it is busy")
        _check_answer(answer)
        is_rest = answer.status_code == httpx.codes.PARTIAL_CONTENT
        with incomplete.open("ab" if is_rest else "wb") as written:
            async for piece in answer.aiter_bytes():
                written.write(piece)
                advance(written.tell())
