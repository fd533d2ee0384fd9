"""The web server's settings, read by gunicorn.

It listens on loopback, and a reverse proxy opens it to others; with LAN=1 on the home network as well, by HTTPS, and by
plain HTTP for the page that says how to trust that.
"""

import os
import resource
import socket
import struct
from pathlib import Path
from typing import Any

from django.conf import settings

from config.http.gunicorn_worker import SILENCE_SECONDS
from config.lan.interfaces import everywhere
from config.runner import parent_watch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

bind = [f"127.0.0.1:{settings.PORT}"]
if settings.LAN:
    bind += [f"{everywhere()}:{port}" for port in (settings.HTTPS_PORT, settings.HELP_PORT)]
sendfile = not settings.LAN  # the kernel would write past the encryption
worker_class = "config.http.gunicorn_worker.ProblemWorker"
workers = 2  # one may be killed while the other answers
threads = 32  # each waits for one phone; they are made when they are needed
preload_app = True  # imported once, then forked: starts sooner, and the workers share their memory
worker_connections = 1500  # most of them wait for their next request, without a thread
keepalive = 30

OPEN_FILES = 4096

# The heartbeat is the worker's main loop, not its requests: an upload may take hours, a worker that hangs may not.
timeout = 60
graceful_timeout = 4

# X-Forwarded-Proto is believed from these alone: of this machine, where no proxy is named.
forwarded_allow_ips = ",".join(settings.TRUSTED_PROXIES or ("127.0.0.1", "::1"))

accesslog = None  # paths may hold tokens
errorlog = "-"
loglevel = "warning"
logger_class = "config.http.gunicorn_log.GunicornLog"
forwarder_headers = ""  # where the service lives is said by STILLNOTE_URL alone
control_socket_disable = True
# Only heartbeats go there; on a disk each of them would be written.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else str(settings.HOME)  # noqa: S108


def on_starting(_server: Any) -> None:
    """End with the process manager: a server nobody watches would hold the port."""
    parent_watch.end_with_manager()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(OPEN_FILES, hard)), hard))


def when_ready(server: Any) -> None:
    """Let connections time out; they inherit it from the socket on which they arrive."""
    for listener in server.LISTENERS:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", SILENCE_SECONDS, 0))


def post_fork(_server: Any, worker: Any) -> None:
    """End with the server: an orphan would hold the port as well."""
    parent_watch.end_with_parent(worker.ppid)
