"""Ringing for a worker: best effort, out of the way of whoever rings.

The database says what is to be done; a ring only says that there is something. So rings go out from one background
thread, are dropped when the broker is slow or gone, and whoever announced something never waits for it: the sweep
rings again for what was left behind.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from celery import Task
from kombu.exceptions import KombuError

log = logging.getLogger(__name__)

UNSENT = 100
"""How many rings may wait for a slow broker; more are dropped, for the sweep makes them good."""

_ringer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="doorbell")
_places = threading.BoundedSemaphore(UNSENT)


class Stage(NamedTuple):
    """A task that does the best due piece of work, and the count of pieces that are due."""

    task: Task[Any, Any]
    waiting: Callable[[], int]
