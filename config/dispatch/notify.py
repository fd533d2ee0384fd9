"""Tells workers that there is something to do: best effort, out of the way of whoever tells them.

The database says what is to be done; a notification only says that there is something. So notifications go out from
one background thread, are dropped when the broker is slow or gone, and whoever announced something never waits for it:
the sweep notifies again for what was left behind.
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

MAX_UNSENT = 100
"""How many notifications may wait for a slow broker; more are dropped, for the sweep makes them good."""

INTERVAL_SECONDS = 0.1
"""Between two notifications of a task: each is as much work as an upload, and of many all but a few wake nobody."""

OUTAGE_SECONDS = 1.0
"""How long an unreachable broker is left alone, so that what still waits is not tried one time-out after the other."""


HIGHEST_PRIORITY, LOWEST_PRIORITY = 0, 9


class Stage(NamedTuple):
    """A task that does the best due piece of work, the count of pieces that are due, and how soon they are done."""

    task: Task[Any, Any]
    waiting: Callable[[], int]
    priority: int = HIGHEST_PRIORITY


Notification = tuple[Task[Any, Any], tuple[Any, ...]]
"""A task, and what it is given."""


class Notifier:
    """The one thread that talks to the broker, and what it knows of it."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="notify")
        self.unsent: Counter[Notification] = Counter()
        self.changing = threading.Lock()
        self.out_of_order = False
        self.again_at = 0.0
        self.sent_at: dict[str, float] = {}

    def reserve(self, notification: Notification) -> bool:
        """Count a notification as unsent, unless as many wait as there are threads to wake; return whether it was."""
        with self.changing:
            is_wanted = self.unsent[notification] < settings.WORKER_THREADS and self.unsent.total() < MAX_UNSENT
            self.unsent[notification] += is_wanted
        return is_wanted

    def send(self, notification: Notification, expires: float | None) -> None:
        """Send it, unless the broker was found gone a moment ago. One outage is one line in the log."""
        task, args = notification
        time.sleep(max(0.0, self.sent_at.get(task.name, 0.0) + INTERVAL_SECONDS - time.monotonic()))
        self.sent_at[task.name] = time.monotonic()
        with self.changing:
            self.unsent[notification] -= 1
        if time.monotonic() < self.again_at:
            return
        try:
            limit: dict[str, Any] = {} if expires is None else {"expires": expires}
            task.apply_async(args, retry=False, ignore_result=True, **limit)
        except broker_errors() as error:
            self.again_at = time.monotonic() + OUTAGE_SECONDS
            if not self.out_of_order:
                log.warning(
                    "the broker cannot be reached (%s); the sweep notifies for what waits", type(error).__name__
                )
            self.out_of_order = True
        else:
            if self.out_of_order:
                log.warning("the broker is back")
            self.out_of_order = False


current = Notifier()
"""Of this process; a test puts one of its own here."""


def broker_errors() -> tuple[type[BaseException], ...]:
    """Return the exceptions of a broker that is gone, silent or full."""
    connection = app.connection_for_write()
    return (KombuError, OSError, *connection.connection_errors, *connection.channel_errors)


def notify(task: Task[Any, Any], *args: Any, expires: float | None = None) -> None:
    """Notify the workers of a task and return at once. expires: seconds after which nobody need answer.

    When the interpreter ends, what was asked for is still sent; a broker that is gone delays that by one time-out.
    """
    if current.reserve((task, args)):
        current.thread.submit(current.send, (task, args), expires)


def notifier_of(task: Task[Any, Any]) -> Callable[..., None]:
    """Return a signal's receiver that notifies of the task, with the announced id where the task takes one."""
    takes_id = bool(inspect.signature(task.run).parameters)

    def receiver(**announcement: Any) -> None:
        if takes_id:
            notify(task, announcement["id"])
        else:
            notify(task)

    return receiver


@signals.task_postrun.connect
def _notify_again(task: Task[Any, Any], retval: object, **_ran: Any) -> None:
    """Notify once more of a task that answers that it found work, for where some was there may be more.

    Nobody need answer it for ever: each round of the sweep notifies as well, and those of the same work would pile up.
    """
    if retval is True:
        notify(task, expires=max(settings.SWEEP_SECONDS, 1.0))
