"""The process manager: supervisor, whose programs end with it.

It outlives its launcher, should somebody kill that: what is spoken tonight matters more than who started it.
"""

import os
import sys
from typing import Any

from supervisor.options import ServerOptions
from supervisor.poller import Poller
from supervisor.supervisord import go

from config import parenthood

LOOK_SECONDS = 0.1
"""Supervisor looks once a second at what is to be started or has ended: too seldom for a start that is waited for."""


class _WatchfulPoller(Poller):  # type: ignore[misc]
    def poll(self, timeout: float) -> Any:
        return super().poll(min(timeout, LOOK_SECONDS))


def main(configuration: str) -> None:
    """Run what the configuration names until SIGTERM."""
    os.environ[parenthood.MANAGER] = str(os.getpid())
    options = ServerOptions()
    options.realize(["-c", configuration])
    options.first, options.test = True, False  # as supervisor's own main function does
    options.poller = _WatchfulPoller(options)
    go(options)


if __name__ == "__main__":
    main(sys.argv[1])
