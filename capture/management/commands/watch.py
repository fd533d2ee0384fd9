"""`manage.py watch`: folders of this machine whose recordings become memos."""

from argparse import BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from capture.core.errors import Refusal
from capture.models import WatchedFolder
from capture.services.accounts import account_for_command
from capture.sources.watched.folders import set_moves_done, stop_watching, watch_folder


class Command(BaseCommand):
    """Watch a folder for a user, stop watching it, or list those that are watched."""

    help = (
        "Lets recordings that come into a folder become a user's recordings. Files stay there, unless --done is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a folder and a user, and what is to be done."""
        parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="the folder")
        parser.add_argument("--user", metavar="NAME", help="whose recordings they become; the owner's unless named")
        parser.add_argument(
            "--done", action=BooleanOptionalAction, help="move what is kept into the folder `done` within"
        )
        parser.add_argument(
            "--removable",
            action="store_true",
            help="it is on a recorder or stick: read whenever that very one is plugged in, wherever it is mounted",
        )
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument(
            "--stop", action="store_true", help="watch it no more; its files stay, and so do recordings"
        )
        instead.add_argument("--list", action="store_true", help="list the folders that are watched")

    def handle(self, *, folder: Path | None, **options: Any) -> None:
        """Do it, or say in a sentence why not."""
        if options["list"]:
            for watched in WatchedFolder.objects.select_related("user").order_by("path"):
                self.stdout.write(f"{watched.path}  {watched.user.username}  {watched.problem_sentence}".rstrip())
        elif folder is None:
            raise CommandError(_("Name a folder, or give --list."))
        elif options["stop"]:
            self._stop(folder)
        else:
            self._watch(folder, options["user"], moves_done=options["done"], is_removable=options["removable"])

    def _stop(self, folder: Path) -> None:
        # One that is gone can still be named as it was listed.
        watched = WatchedFolder.objects.filter(path__in={str(folder), str(folder.resolve())})
        if not watched:
            raise CommandError(_("This folder is not watched. `manage.py watch --list` shows those that are."))
        for one in watched:
            stop_watching(one)
            said = _("%(path)s is not watched any more. Its files stay, and so do the recordings.")
            self.stdout.write(said % {"path": one.path})

    def _watch(self, folder: Path, name: str | None, *, moves_done: bool | None, is_removable: bool) -> None:
        try:
            watched = watch_folder(account_for_command(name), folder.absolute(), is_removable=is_removable)
        except Refusal as refusal:
            raise CommandError(refusal.sentence_in(_)) from refusal
        if moves_done is not None:
            set_moves_done(watched, moves_done=moves_done)
        said = _("Recordings that come into %(path)s are kept for %(name)s.")
        self.stdout.write(said % {"path": watched.path, "name": watched.user.username})
