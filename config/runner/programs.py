"""The processes of a running service, as the process manager is told of them."""

import shlex
import sys

PYTHON = f"{shlex.quote(sys.executable)} -u"
THREADS = "{threads}"
LATER = f"nice -n 10 {PYTHON}"
"""Who waits for a page or an upload goes before what is done in the background."""

WEB_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}
"""With a heap for each of its threads, glibc holds on to what pages once needed: 13 MB of 170 at 12,000 ideas."""
_WEB_SETTINGS = " ".join(f"{name}={value}" for name, value in WEB_ENVIRONMENT.items())

PROGRAMS = {
    "web": f"env {_WEB_SETTINGS} {PYTHON} -m gunicorn -c python:config.http.gunicorn config.wsgi",
    # `python -m`, not the script: the decoding children would import that again.
    "worker": f"{LATER} -m celery -A config.celery --quiet worker --pool threads --concurrency {THREADS}"
    " --without-mingle --without-gossip --without-heartbeat --loglevel WARNING",
    "sweep": f"{LATER} manage.py sweep",
    "beat": f"{LATER} -m celery -A config.celery --quiet beat --loglevel WARNING",
}
"""What is started, by name."""

STOP_SECONDS = 6
"""What a worker may take to end by itself; then it is killed, and its claims run out."""

MANAGER_PID = "supervisord.pid"

_MANAGER = """\
[supervisord]
nodaemon = true
silent = true
logfile = logs/processes.log
logfile_maxbytes = 1MB
logfile_backups = 2
pidfile = {pid}
minfds = 256
umask = 077

; One group, so that all are told to end at once and not one after the other.
[group:stillnote]
programs = {names}
"""

_PROGRAM = """
[program:{name}]
command = {command}
autorestart = true
startsecs = 1
startretries = 1000000
stopsignal = TERM
stopwaitsecs = {stop}
stopasgroup = true
killasgroup = true
redirect_stderr = true
stdout_logfile = logs/{name}.log
stdout_logfile_maxbytes = 5MB
stdout_logfile_backups = 3
"""


def supervisor_configuration(threads: int) -> str:
    """Return what supervisor is to run, from the data folder. threads: of the worker.

    A program that ends is started again; one that keeps ending, after a second more each time.
    """
    programs = (
        _PROGRAM.format(name=name, command=command.replace(THREADS, str(threads)), stop=STOP_SECONDS)
        for name, command in PROGRAMS.items()
    )
    return _MANAGER.format(pid=MANAGER_PID, names=",".join(PROGRAMS)) + "".join(programs)
