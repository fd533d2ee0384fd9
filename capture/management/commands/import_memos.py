"""`manage.py import_memos`: old recordings from a folder, which stays as it is."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from tqdm import tqdm

from capture.core.errors import Refusal
from capture.core.visible_text import printable
from capture.models import Import, ImportedFile, User
from capture.services.accounts import account_for_command
from capture.services.page_links import page_url
from capture.sources.imports import service
from capture.sources.imports.scan import scan_folder
from capture.sources.imports.terminal_listing import listing_lines

BROKEN_DATABASE = gettext_noop(
    "The database could not be read or written. Nothing is lost: once its disk is well, or `make run` has made it, "
    "run it again."
)

State = ImportedFile.State


class Command(BaseCommand):
    """List a folder, ask, and take it in. Broken off, however that was, it goes on when it is run again."""

    help = "Takes in a folder of old recordings. Nothing in it is moved, changed or deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a folder, whose it is, and how it is to be read."""
        parser.add_argument("directory", metavar="DIR", help="the folder in which the recordings lie")
        parser.add_argument("--user", metavar="NAME", help="whose recordings they are; the owner's unless named")
        parser.add_argument("--zone", help="of names and times that do not say theirs; the user's own unless named")
        parser.add_argument("--with-texts", action="store_true", help="use transcripts beside (.txt, .srt, .json)")
        parser.add_argument("--yes", action="store_true", help="do not ask before it starts")
        parser.add_argument("--dry-run", action="store_true", help="list the folder, and no more")

    def handle(self, *, directory: str, user: str | None, zone: str | None, **options: Any) -> None:
        """List, ask, take in."""
        try:
            person = account_for_command(user)
            folder, time_zone = str(Path(directory).expanduser().absolute()), zone or person.time_zone
            if options["dry_run"]:
                self._dry_run(person, folder, time_zone)
            else:
                taken = service.hold_import_here(person, folder, time_zone)
                self._import(taken, uses_texts=options["with_texts"], asks=not options["yes"])
        except Refusal as refusal:
            raise CommandError(refusal.sentence_in(_)) from refusal
        except Error as error:
            raise CommandError(_(BROKEN_DATABASE)) from error

    def _dry_run(self, user: User, folder: str, time_zone: str) -> None:
        taken = service.unsaved_import(user, folder, time_zone)
        for line in listing_lines(
            taken, list(tqdm(scan_folder(taken), desc=_("Listing"), unit=_(" files"), disable=None))
        ):
            self.stdout.write(line)

    def _import(self, taken: Import, *, uses_texts: bool, asks: bool) -> None:
        with tqdm(desc=_("Listing"), unit=_(" files"), disable=None) as bar:
            for number in service.record_listing(taken):
                bar.update(number)
        self._end_badly(taken)
        files = list(taken.files.order_by("recorded_at", "pk"))
        for line in listing_lines(taken, files):
            self.stdout.write(line)
        size = sum(file.size for file in files if file.state == State.WAITING)
        if size and asks and not self._agreed():
            return
        service.start_import_here(taken, uses_texts=uses_texts)
        try:
            self._take(taken, size)
        except KeyboardInterrupt:
            service.pause_import(taken)
            self.stderr.write(_("Broken off. Nothing is lost: run it again, or go on with it on the page."))
            sys.exit(130)

    def _agreed(self) -> bool:
        try:
            return input(_("Take them in? [y/N] ")).strip().lower() in {"y", "yes", _("yes")[:1], _("yes")}
        except EOFError:
            return False

    def _take(self, taken: Import, size: int) -> None:
        with tqdm(desc=_("Taking in"), total=size, unit="B", unit_scale=True, disable=None) as bar:
            for file in service.ingest_files(taken):
                bar.update(file.size)
                if file.problem:
                    bar.write(f"{printable(file.name)}: {file.problem_sentence}", file=self.stderr)
        self._end_badly(taken)
        kept = taken.files.filter(state=State.KEPT).count()
        said = _(
            "Recordings kept: %(kept)s. They are written down whenever nothing newer waits;\n"
            "the page of old recordings (%(page)s) says how long that takes."
        )
        self.stdout.write(said % {"kept": f"{kept:,}", "page": page_url("archive")})

    def _end_badly(self, taken: Import) -> None:
        """Say why it does not go on, if it does not."""
        taken.refresh_from_db()
        if taken.problem or taken.state == Import.State.PAUSED:
            raise CommandError(taken.problem_sentence or _("It was paused. Run it again to go on."))
