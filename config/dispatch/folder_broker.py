"""A broker that is a folder, for a machine without Redis: a message is a small file, put and claimed by rename.

Kombu's own filesystem transport opens a message before it is written, dies of an empty one, and orders by a clock that
starts anew with the machine. Here a message appears whole under its final name or not at all, one consumer's rename of
it succeeds, priority 0 goes first as with Redis, and what cannot be read is dropped: the sweep notifies again. There is
one queue and no exchange file, so that nothing is shared but the messages themselves.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)

URL = "folder://localhost"
POLLING_SECONDS = 0.2
LEFTOVER_SECONDS = 60

Message = dict[str, Any]


def folder_options(folder: Path) -> dict[str, Any]:
    """Return the transport options of a broker in `folder`, which need not exist yet."""
    rings = str(folder / "rings")
    return {
        "data_folder_in": rings,
        "data_folder_out": rings,
        "processed_folder": str(folder / "claimed"),
        "polling_interval": POLLING_SECONDS,
    }


def prepare_broker_folder(folder: Path) -> None:
    """Make the folders, and clear away what a killed process left half put or half claimed."""
    before = time.time() - LEFTOVER_SECONDS
    for name, leftovers in (("rings", "*.tmp"), ("claimed", "*")):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for path in (folder / name).glob(leftovers):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)


class FolderChannel(filesystem.Channel):
    """Puts and claims messages by rename."""

    supports_fanout = False
    get_table = virtual.Channel.get_table  # type: ignore[assignment]

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self._rings, self._claimed = Path(self.data_folder_in), Path(self.processed_folder)
        try:
            for folder in (self._rings, self._claimed):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ChannelError(f"cannot make {folder}") from error

    def _put(self, queue: str, payload: Message, **kwargs: Any) -> None:  # type: ignore[override]
        del kwargs
        name = f"{self._get_message_priority(payload)}_{time.time_ns():020d}_{uuid.uuid4().hex}"
        unfinished = self._rings / f"{name}.tmp"
        try:
            try:
                unfinished.write_text(dumps(payload))
                unfinished.rename(self._rings / f"{name}.{queue}.msg")
            except OSError:
                unfinished.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise ChannelError(f"cannot put a message into {self._rings}: {error.strerror}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Message:
        del timeout
        for path in self._waiting(queue):
            payload = self._claim(path)
            if payload is not None:
                return payload
        raise Empty

    def _waiting(self, queue: str) -> Iterator[Path]:
        ending = f".{queue}.msg"
        try:
            names = sorted(path.name for path in self._rings.iterdir() if path.name.endswith(ending))
        except OSError as error:
            raise ChannelError(f"cannot read {self._rings}: {error.strerror}") from error
        return (self._rings / name for name in names)

    def _claim(self, path: Path) -> Message | None:
        claimed = self._claimed / path.name
        try:
            path.rename(claimed)
        except FileNotFoundError:  # another consumer was faster
            return None
        except OSError as error:
            raise ChannelError(f"cannot claim a message in {self._claimed}: {error.strerror}") from error
        try:
            payload: Message = loads(claimed.read_bytes())
            self.Message(payload, channel=self)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("dropped a message that cannot be read (%s); the sweep notifies again", type(error).__name__)
            return None
        else:
            return payload
        finally:
            claimed.unlink(missing_ok=True)


class FolderTransport(filesystem.Transport):
    """The transport of `folder://`."""

    Channel = FolderChannel
    driver_type = driver_name = "folder"

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.state = virtual.BrokerState()  # each connection its own: a shared one holds dead queues


TRANSPORT_ALIASES["folder"] = f"{__name__}:FolderTransport"
