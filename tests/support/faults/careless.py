"""The web server's settings, and one carelessness (`CARELESS`) that the tests must find: the positive control.

Run as a program it is manage.py, as careless.
"""

import os
import stat
import sys
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db.models import Model

from config.http.gunicorn import *  # noqa: F403
from config.http.gunicorn import when_ready as _when_ready

LATE_SECONDS = 0.5

_fsync = os.fsync


def _but(is_spared: Callable[[int], bool]) -> Any:
    def fsync(opened: int) -> None:
        if not is_spared(os.fstat(opened).st_mode):
            _fsync(opened)

    return fsync


def _without_fsync_of_files() -> None:
    os.fsync = _but(stat.S_ISREG)


def _without_fsync_of_folders() -> None:
    os.fsync = _but(stat.S_ISDIR)


def _without_fsync_of_commits() -> None:
    options: Any = settings.DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=NORMAL")


def _with_an_early_receipt() -> None:
    from capture.models import Memo  # only once Django is set up

    def save_late(memo: Memo, **how: Any) -> None:
        threading.Timer(LATE_SECONDS, Model.save, (memo,), how).start()

    Memo.save = save_late  # type: ignore[method-assign,assignment]


CARELESSNESS = {
    "files": _without_fsync_of_files,
    "folders": _without_fsync_of_folders,
    "commits": _without_fsync_of_commits,
    "early receipt": _with_an_early_receipt,
}


def when_ready(server: Any) -> None:  # type: ignore[no-redef]
    """Be careless once everything is imported, before the workers are forked."""
    _when_ready(server)
    CARELESSNESS[os.environ["CARELESS"]]()


if __name__ == "__main__":
    CARELESSNESS[os.environ["CARELESS"]]()
    execute_from_command_line(sys.argv)
