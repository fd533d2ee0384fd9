"""`manage.py run`: the whole service, by one command."""

import sys
import time
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.running import lock, preparing
from config.running.launcher import Launcher
from config.running.processes import configuration

START_SECONDS = 30


class Command(BaseCommand):
    """Put everything in order, start the processes, keep them running, and end them on Ctrl-C."""

    help = "Runs the whole service: web server, worker, sweep and clock."
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        """Run until Ctrl-C. What stands in the way is one sentence."""
        try:
            held = lock.hold(settings.HOME)
            preparing.check_port()
            preparing.prepare_database()
        except (lock.Occupied, preparing.NotReady) as reason:
            raise CommandError(str(reason)) from reason
        preparing.prepare_folders()
        self._tell(*preparing.fetch_model())
        self.check()
        path = settings.HOME / "supervisord.conf"
        path.write_text(configuration(settings.BASE_DIR, settings.HOME, settings.WORKER_THREADS))
        if not Launcher(path, held).run(self._greet):
            raise CommandError(
                f"The service does not stay up. The reason is at the end of {settings.HOME}/logs/web.log"
            )
        self._tell("Stillnote has ended.")

    def _greet(self) -> None:
        lines = list(preparing.greeting())
        if not _answers():
            self._tell(f"The website does not answer yet. If that stays so, see {settings.HOME}/logs/web.log")
        self._tell(*lines, f"Stillnote is running at {settings.STILLNOTE_URL}   (Ctrl-C ends it)")

    def _tell(self, *lines: str) -> None:
        for line in lines:
            self.stdout.write(line)
        sys.stdout.flush()


def _answers() -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://{preparing.HOST}:{settings.PORT}/healthz", timeout=2).is_success:
                return True
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    return False
