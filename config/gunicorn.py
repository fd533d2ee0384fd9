"""The web server's settings. Read by gunicorn; the doors are on loopback, a reverse proxy opens them to others."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings

from config import parenthood

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

bind = f"127.0.0.1:{settings.PORT}"
worker_class = "gthread"
workers = 2  # one may be killed while the other answers
threads = 8
preload_app = True  # imported once, then forked: starts sooner, and the workers share their memory
keepalive = 30

# The heartbeat is the worker's main loop, not its requests: an upload may take hours, a worker that hangs may not.
timeout = 60
graceful_timeout = 4

# X-Forwarded-Proto is believed from these alone.
forwarded_allow_ips = ",".join(settings.TRUSTED_PROXIES)

accesslog = None  # paths may hold tokens
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
# Only heartbeats go there; on a disk each of them would be written.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else str(settings.HOME)  # noqa: S108


def on_starting(_server: Any) -> None:
    """End with the process manager: a server nobody watches would hold the port."""
    parenthood.watch_manager()


def post_fork(_server: Any, worker: Any) -> None:
    """End with the server: an orphan would hold the port as well."""
    parenthood.watch(worker.ppid)
