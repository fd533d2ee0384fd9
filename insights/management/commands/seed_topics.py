"""`manage.py seed_topics FOLDER`: topics from a folder of Markdown notes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from capture.core.visible_text import printable
from capture.services.accounts import account_for_command
from insights.error_text import describe_problem
from insights.services.onboarding import BadFolder, seed_topics


class Command(BaseCommand):
    """Make topics of notes; the notes stay as they are."""

    help = (
        "Makes a topic of each Markdown note (.md) below a folder, or of each of its headings of the first level, with "
        "its first paragraph as what it is about. Topics of that name that are there already stay as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a folder, and whose topics they become."""
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="where the notes lie; no link is followed")
        parser.add_argument("--user", metavar="NAME", help="whose topics they become; the owner's unless named")

    def handle(self, *, folder: Path, user: str | None, **_options: Any) -> None:
        """Make them, or say in a sentence why not."""
        try:
            made = seed_topics(account_for_command(user), folder.expanduser().absolute())
        except BadFolder as reason:
            raise CommandError(describe_problem(reason.message)) from reason
        for problem in made.problems:
            self.stderr.write(printable(describe_problem(problem)))
        said = _("Topics made: %(made)s. There already, and left as they are: %(known)s.")
        self.stdout.write(said % {"made": made.number, "known": made.known})
