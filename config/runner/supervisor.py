"""The process manager: supervisor, whose programs end with it.

It outlives its launcher, should somebody kill that: what is spoken tonight matters more than who started it.
"""

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.poller import Poller
from supervisor.supervisord import Supervisor

from config.runner import parent_watch

LOOK_SECONDS = 0.1
"""Supervisor looks once a second at what is to be started or has ended: too seldom for a start that is waited for."""

MAX_BACKOFF_SECONDS = 3
"""Seconds that a program which keeps dying waits at most; supervisor would add one each time, for ever."""


class _FrequentPoller(Poller):  # type: ignore[misc]
    """Lets supervisor look more often, and never lose its patience."""

    manager: Supervisor

    def poll(self, timeout: float) -> Any:
        for group in self.manager.process_groups.values():
            for program in group.processes.values():
                program.backoff = min(program.backoff, MAX_BACKOFF_SECONDS)
        return super().poll(min(timeout, LOOK_SECONDS))


def run_supervisor(configuration: Path) -> None:
    """Run what the configuration names until SIGTERM."""
    os.environ[parent_watch.MANAGER_VARIABLE] = str(os.getpid())
    options = ServerOptions()
    # Read in the data folder: its paths are relative, for in a path written out "%" and "#" would mean something.
    with contextlib.chdir(configuration.parent):
        options.realize(["-c", configuration.name])
    for program in (program for group in options.process_group_configs for program in group.process_configs):
        program.stdout_logfile = str(configuration.parent / program.stdout_logfile)
    options.first, options.test = True, False  # as supervisor's own main function does
    options.poller = _FrequentPoller(options)
    options.poller.manager = Supervisor(options)
    with contextlib.suppress(ExitNow):
        options.poller.manager.main()


if __name__ == "__main__":
    run_supervisor(Path(sys.argv[1]))
