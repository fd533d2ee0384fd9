# ruff: noqa: N999 - it is called so
"""`manage.py import FILE`: an export of everything, taken into one person's account by this very process."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from capture.services.accounts import account_for_command
from config.models import TakeIn
from config.takeout.jobs import LostJob
from config.takeout.taking_in import take_in_here


class Command(BaseCommand):
    """Take an export in wholly, or not at all."""

    help = "Takes in what `manage.py export` or the page made of a whole account. What is here stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and into whose account it comes."""
        parser.add_argument("file", type=Path, help="the zip")
        parser.add_argument("--user", metavar="NAME", help="whose it becomes; the owner's unless named")

    def handle(self, *, file: Path, user: str | None, **_options: Any) -> None:
        """Take it in, or say why not."""
        person, path = account_for_command(user), file.absolute()
        try:
            with tqdm(desc=_("Taking in"), total=path.stat().st_size, unit="B", unit_scale=True, disable=None) as bar:
                done = take_in_here(person, path, lambda size: bool(bar.update(size)))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except LostJob as lost:
            raise CommandError(
                _(
                    "This stopped here: the service went on with it after nothing was heard of it for long, or the "
                    "account is gone. Settings → Take it along says what became of it."
                )
            ) from lost
        if done.state == TakeIn.State.FAILED:
            raise CommandError(done.problem_sentence)
        told = _("Recordings that were not here: %(memos)s. Ideas: %(ideas)s. Topics: %(topics)s.")
        self.stdout.write(told % {name: done.counts[name] for name in ("memos", "ideas", "topics")})
