"""`manage.py run`: the whole service, by one command."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any

import psutil
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.ops.checks import SETTINGS_TAG
from config.ops.database_version import NotReady
from config.runner import lock, prepare
from config.runner.launcher import Launcher
from config.runner.model_fetch import FetchReport
from config.runner.programs import supervisor_configuration

START_SECONDS = 30


class Command(BaseCommand):
    """Put everything in order, start the processes, keep them running, and end them on Ctrl-C."""

    help = "Runs the whole service: web server, worker, sweep and clock."
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        """Run until Ctrl-C. What stands in the way is one sentence."""
        try:
            held = lock.acquire(settings.HOME)
            prepare.check_ports()
            prepare.prepare_database()
            prepare.prepare_certificate()
        except (lock.AlreadyRunning, NotReady) as reason:
            raise CommandError(str(reason)) from reason
        lock.write_settings(settings.HOME, settings.FROM_ENVIRONMENT)
        prepare.free_last_claims()
        prepare.clear_last_run()
        prepare.prepare_folders()
        self._print(*prepare.missing_model())
        self.check(tags=[SETTINGS_TAG])
        path = settings.HOME / "supervisord.conf"
        path.write_text(supervisor_configuration(settings.WORKER_THREADS))
        report = _StartReport(list(prepare.welcome_owner()), self._print, FetchReport(self._print).look)
        is_well = Launcher(path, held).run(report.look)
        os.close(held)
        lock.delete_settings(settings.HOME)
        if not is_well:
            said = _("The service does not stay up. The reason stands above, or at the end of %(log)s")
            raise CommandError(said % {"log": settings.HOME / "logs/web.log"})
        self._print(_("Stillnote has ended."))

    def _print(self, *lines: str) -> None:
        for line in lines:
            self.stdout.write(line)
        sys.stdout.flush()


class _StartReport:
    """What is told once the website answers: the account, the pairing link, the address; from then on, of models.

    look_at_models: called again and again, to print what is new of them.
    """

    def __init__(self, lines: list[str], print_lines: Callable[..., None], look_at_models: Callable[[], None]) -> None:
        self._lines = lines
        self._print = print_lines
        self._look_at_models = look_at_models
        self._late_at = time.monotonic() + START_SECONDS
        self._is_over = self._has_excused = False

    def look(self) -> None:
        """Print it if the website answers by now; excuse it if it takes too long."""
        if self._is_over:
            self._look_at_models()
            return
        if _website_answers():
            seconds = time.time() - psutil.Process().create_time()
            self._print(*self._lines)
            said = _("Stillnote is running at %(address)s   (up in %(seconds)s s; Ctrl-C ends it)")
            self._print(said % {"address": settings.STILLNOTE_URL, "seconds": f"{seconds:.1f}"})
            if settings.LAN:
                said = _("On this machine itself: %(address)s")
                self._print(said % {"address": f"http://{prepare.HOST}:{settings.PORT}"})
            self._is_over = True
        elif time.monotonic() > self._late_at and not self._has_excused:
            said = _("The website does not answer yet. If that stays so, see %(log)s")
            self._print(said % {"log": settings.HOME / "logs/web.log"})
            self._has_excused = True


def _website_answers() -> bool:
    with closing(HTTPConnection(prepare.HOST, settings.PORT, timeout=2)) as website:
        try:
            website.request("GET", "/healthz")
            return website.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
