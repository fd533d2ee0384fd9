"""`manage.py demo`: sample memos from sound to e-mail, through the real service."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from capture.models import User
from capture.services.accounts import create_user
from config.demo import client
from config.demo.report import DemoReport
from config.demo.sample_memos import MICRO_WHISPER, SPOKEN_LANGUAGE, Samples
from config.demo.service import MARK_FILE, ServiceStartError, demo_environment, mark_as_demo, running_service
from transcription.model_choice.registry import model_folder


class Command(BaseCommand):
    """Upload the sample memos to a throw-away service, watch them become ideas, and read the e-mail."""

    help = "Runs sample recordings the whole way, in a data folder that is thrown away."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--once`."""
        parser.add_argument("--once", action="store_true", help="end by itself, with one JSON object as the last line")

    def handle(self, *, once: bool, **_options: Any) -> None:
        """Run in a fresh data folder of its own; the settings of that are another process's."""
        if (settings.HOME / MARK_FILE).exists():
            self._demo(once=once)
            return
        with tempfile.TemporaryDirectory(prefix="stillnote-demo-") as home:
            try:
                environment = demo_environment(Path(home), os.environ, model_folder() or MICRO_WHISPER)
                mark_as_demo(Path(home))
            except ServiceStartError as problem:
                raise CommandError(str(problem)) from problem
            command = [sys.executable, "manage.py", "demo", *(["--once"] if once else [])]
            inner = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
            # Ctrl-C reaches the inner process by itself; this one must outlive it, to remove the folder.
            signal.signal(signal.SIGINT, lambda *_: None)
            signal.signal(signal.SIGTERM, lambda *_: inner.terminate())
            code = inner.wait()
        if code:
            sys.exit(code)

    def _demo(self, *, once: bool) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        call_command("migrate", verbosity=0)
        if User.objects.exists():
            raise CommandError(
                _("DATABASE_URL names a database that somebody uses. The demo needs an empty one, or none.")
            )
        try:
            with running_service(settings.HOME, settings.STILLNOTE_URL):
                self._use_the_service(once=once)
        except (ServiceStartError, client.DemoTimeout) as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            self.stdout.write("\n" + _("The demo is over; its data folder is gone."))

    def _use_the_service(self, *, once: bool) -> None:
        model = Path(settings.WHISPER_MODEL)
        is_real = model != MICRO_WHISPER
        clips = Path(settings.SPEECH_CLIPS)
        samples = Samples(clips if is_real and (clips / "manifest.jsonl").is_file() else None)
        micro = _("the micro Whisper, which knows these synthetic voices alone")
        heard_by = f"Whisper {model.name}" if is_real else micro
        user, password = create_user("demo", "demo@example.org")
        user.languages = SPOKEN_LANGUAGE
        user.is_staff = user.is_superuser = True  # whoever looks around sees the pages of an owner as well
        user.save(update_fields=["languages", "is_staff", "is_superuser"])
        token, begun = client.pair_phone(settings.STILLNOTE_URL, user), time.monotonic()
        self.stdout.write(
            _("Uploading sample recordings to %(address)s: %(all)d, of which real people spoke %(people)d.")
            % {"address": settings.STILLNOTE_URL, "all": len(samples.all), "people": len(samples.people)}
        )
        self.stdout.write(_("They are heard by %(model)s.") % {"model": heard_by})
        uploads = client.upload_samples(settings.STILLNOTE_URL, token, samples.all)
        for _upload in tqdm(uploads, total=len(samples.all), desc=_("uploaded")):
            pass
        with tqdm(total=len(samples.all), desc=_("written down and placed")) as bar:
            for done in client.wait_for_ideas(user):
                bar.update(done - bar.n)
        digest = client.request_digest(user)
        report = DemoReport(user, samples)
        self.stdout.write("\n".join(report.table()))
        figures = report.figures(model=model.name, digest=digest.state, seconds=time.monotonic() - begun)
        if once:
            self.stdout.write(json.dumps(figures))
        else:
            if mails := getattr(settings, "EMAIL_FILE_PATH", None):
                self.stdout.write("\n" + _("The morning e-mail lies in %(folder)s") % {"folder": mails})
            said = _("The site is open: %(address)s (user: demo, password: %(password)s)")
            self.stdout.write("\n" + said % {"address": settings.STILLNOTE_URL, "password": password})
            self.stdout.write(_("Ctrl-C ends the demo and removes its data folder.") + "\n")
        self.stdout.flush()
        if not report.ended_right():
            raise CommandError(_("some recordings did not come to their right end; see the table above"))
        while not once:
            time.sleep(1)
