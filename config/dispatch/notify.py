"""Ringing for a worker: best effort, out of the way of whoever rings.

The database says what is to be done; a ring only says that there is something. So rings go out from one background
thread, are dropped when the broker is slow or gone, and whoever announced something never waits for it: the sweep
rings again for what was left behind.
"""

import inspect
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from celery import Task, signals
from django.conf import settings
from kombu.exceptions import KombuError

from config.celery import app

log = logging.getLogger(__name__)

UNSENT = 100
"""How many rings may wait for a slow broker; more are dropped, for the sweep makes them good."""

APART_SECONDS = 0.1
"""Between two rings for a task: each is as much work as an upload, and of many at once all but a few wake nobody."""

PAUSE_SECONDS = 1.0
"""How long an unreachable broker is left alone, so that what still waits is not tried one time-out after the other."""


FIRST, LAST = 0, 9


class Stage(NamedTuple):
    """A task that does the best due piece of work, the count of pieces that are due, and how soon they are done."""

    task: Task[Any, Any]
    waiting: Callable[[], int]
    priority: int = FIRST


Rung = tuple[Task[Any, Any], tuple[Any, ...]]
"""A task, and what it is given."""


class _Bell:
    """The one thread that talks to the broker, and what it knows of it."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="doorbell")
        self.unsent: Counter[Rung] = Counter()
        self.changing = threading.Lock()
        self.out_of_order = False
        self.again_at = 0.0
        self.rung_at: dict[str, float] = {}

    def take(self, rung: Rung) -> bool:
        """Return whether a ring is to be sent: as many as there are threads to wake wait for that at most."""
        with self.changing:
            is_wanted = self.unsent[rung] < settings.WORKER_THREADS and self.unsent.total() < UNSENT
            self.unsent[rung] += is_wanted
        return is_wanted

    def send(self, rung: Rung, expires: float | None) -> None:
        """Ring, unless the broker was found gone a moment ago. One outage is one line in the log."""
        task, args = rung
        time.sleep(max(0.0, self.rung_at.get(task.name, 0.0) + APART_SECONDS - time.monotonic()))
        self.rung_at[task.name] = time.monotonic()
        with self.changing:
            self.unsent[rung] -= 1
        if time.monotonic() < self.again_at:
            return
        try:
            limit: dict[str, Any] = {} if expires is None else {"expires": expires}
            task.apply_async(args, retry=False, ignore_result=True, **limit)
        except broker_errors() as error:
            self.again_at = time.monotonic() + PAUSE_SECONDS
            if not self.out_of_order:
                log.warning("the broker cannot be reached (%s); the sweep rings for what waits", type(error).__name__)
            self.out_of_order = True
        else:
            if self.out_of_order:
                log.warning("the broker is back")
            self.out_of_order = False


_bell = _Bell()


def broker_errors() -> tuple[type[BaseException], ...]:
    """Return what a broker that is gone, silent or full is met by."""
    connection = app.connection_for_write()
    return (KombuError, OSError, *connection.connection_errors, *connection.channel_errors)


def ring(task: Task[Any, Any], *args: Any, expires: float | None = None) -> None:
    """Ring for a task and return at once. `expires`: seconds after which nobody need answer.

    When the interpreter ends, what was rung is still sent; a broker that is gone delays that by one time-out.
    """
    if _bell.take((task, args)):
        _bell.thread.submit(_bell.send, (task, args), expires)


def on(task: Task[Any, Any]) -> Callable[..., None]:
    """Return a receiver that rings for the task, with the announced id where the task takes one."""
    takes_id = bool(inspect.signature(task.run).parameters)

    def receiver(**announcement: Any) -> None:
        if takes_id:
            ring(task, announcement["id"])
        else:
            ring(task)

    return receiver


@signals.task_postrun.connect
def _ring_again(task: Task[Any, Any], retval: object, **_ran: Any) -> None:
    """Ring once more for a task that answers that it found work, for where some was there may be more.

    Nobody need answer it for ever: each round of the sweep rings as well, and rings for the same work would pile up.
    """
    if retval is True:
        ring(task, expires=max(settings.SWEEP_SECONDS, 1.0))
