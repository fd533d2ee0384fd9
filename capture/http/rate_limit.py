"""How often somebody may ask, counted in memory that all processes of the web server share.

The server makes this memory before it forks. Nothing is written to a disk for it: a row in the database would cost
each upload one more fsync. What is kept of a sender is one moment, by the generic cell rate algorithm (ITU-T I.371,
annex A): so many requests at once, and after that one for each that has been waited for.
"""

import fcntl
import hashlib
import math
import mmap
import os
import secrets
import struct
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.http import HttpRequest

from capture.core.errors import Refusal
from capture.http.client_ip import client_site

PAIRINGS_A_MINUTE = 120
"""From one address: of 31^8 codes, which live for ten minutes, nobody finds one so."""

LOGINS_A_MINUTE = 20
"""From one address, or one /48 of IPv6."""

ACCOUNT_TRIES_AN_HOUR = 20
"""Of passwords that are not the account's, from wherever they come."""

MINUTE_NANOSECONDS = 60 * 10**9
HOUR_NANOSECONDS = 60 * MINUTE_NANOSECONDS
SECOND_NANOSECONDS = 10**9
SLOT_SETS = 1024
SLOTS_PER_SET = 8
_SLOT = struct.Struct("=Qq")


class RateLimit:
    """The next free moment of each sender, in slots of 16 bytes. Times are in nanoseconds.

    A keyed hash finds a sender's slot. Where a set of slots is full, the sender who would be free first is forgotten:
    many strangers can win a few more requests, but neither memory nor the slot of a busy sender.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, SLOT_SETS * SLOTS_PER_SET * _SLOT.size)
        self._key = secrets.token_bytes(16)
        # Locks on this file end with their process, however that ends; threads of one process need another.
        self._between_processes, name = tempfile.mkstemp(prefix="stillnote-rate-")
        Path(name).unlink()
        self._between_threads = threading.Lock()

    def count_request(self, door: str, who: object, a_minute: int) -> None:
        """Count a request at a door. Raises Refusal (429) where there were too many, which says when to come again."""
        _refuse_where(self.count(f"{door} {who}", a_minute, time.monotonic_ns()))

    def count_login(self, request: HttpRequest) -> None:
        """Count an attempt to log in. Raises Refusal (429) where too many came from its address."""
        self.count_request("login", client_site(request), LOGINS_A_MINUTE)

    def count_account_try(self, door: str, name: str) -> None:
        """Count an attempt to know an account's password. Raises Refusal (429) where there were too many of late."""
        wait = self.count(f"{door} {_same_name(name)}", ACCOUNT_TRIES_AN_HOUR, time.monotonic_ns(), HOUR_NANOSECONDS)
        _refuse_where(wait)

    def forget_account_tries(self, door: str, name: str) -> None:
        """Forget the attempts at an account: somebody knew its password."""
        who = self._hashed(f"{door} {_same_name(name)}")
        with self._locked(who[0]):
            slot, free_at = self._slot(*who)
            if free_at:
                _SLOT.pack_into(self._memory, slot, who[1], 0)

    def count_pairing(self, request: HttpRequest) -> None:
        """Count an attempt to pair. Raises Refusal (429) where too many came from its address."""
        self.count_request("pairing", client_site(request), PAIRINGS_A_MINUTE)

    def count(self, who: str, most: int, now: int, within: int = MINUTE_NANOSECONDS) -> int:
        """Count a request and return 0; or how long it must wait to be counted. now: of a clock all processes share.

        most: how many at once, and how many in a time of `within`.
        """
        which, tag = self._hashed(who)
        interval = within // most
        with self._locked(which):
            slot, free_at = self._slot(which, tag)
            begins = max(free_at, now)
            too_early = begins - now - interval * (most - 1)
            if too_early > 0:
                return too_early
            _SLOT.pack_into(self._memory, slot, tag, begins + interval)
        return 0

    def _hashed(self, who: str) -> tuple[int, int]:
        """Return in which set of slots somebody is, and their mark there."""
        hashed = hashlib.blake2b(who.encode(), key=self._key, digest_size=16).digest()
        return int.from_bytes(hashed[:8], "big") % SLOT_SETS, int.from_bytes(hashed[8:], "big")

    def close(self) -> None:
        """Release the memory and the lock file in this process."""
        self._memory.close()
        os.close(self._between_processes)

    def _slot(self, which: int, tag: int) -> tuple[int, int]:
        """Return the offset of a sender's slot, or of the one to take, and its moment."""
        first = which * SLOTS_PER_SET * _SLOT.size
        free_at = {}
        for place in range(first, first + SLOTS_PER_SET * _SLOT.size, _SLOT.size):
            its_tag, free_at[place] = _SLOT.unpack_from(self._memory, place)
            if its_tag == tag:
                return place, free_at[place]
        return min(free_at, key=free_at.__getitem__), 0

    @contextmanager
    def _locked(self, which: int) -> Iterator[None]:
        with self._between_threads:
            fcntl.lockf(self._between_processes, fcntl.LOCK_EX, 1, which)
            try:
                yield
            finally:
                fcntl.lockf(self._between_processes, fcntl.LOCK_UN, 1, which)


def _refuse_where(wait: int) -> None:
    """Raise Refusal (429) where somebody has to wait. wait: in nanoseconds."""
    if wait:
        seconds = math.ceil(wait / SECOND_NANOSECONDS)
        raise Refusal("too-many-requests", retry_after=seconds, seconds=seconds)


def _same_name(name: str) -> str:
    """Return what all ways to write an account's name have in common."""
    return unicodedata.normalize("NFKC", name).strip().casefold()
