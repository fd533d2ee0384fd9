"""`manage.py read_token`: a personal token for a program of this machine."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from capture.core.errors import Refusal
from capture.services.access_tokens import create_access_token
from capture.services.accounts import account_for_command


class Command(BaseCommand):
    """Make a personal token and print it alone."""

    help = "Makes a token by which a program reads what is a user's, and prints it alone (docs/api.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the program's name, whose things it reads, and for how many days."""
        parser.add_argument("name", help="which program has it")
        parser.add_argument("--user", metavar="NAME", help="whose things it reads; the owner's unless named")
        parser.add_argument("--days", type=int, help="for how long it holds; until it is revoked unless given")

    def handle(self, *, name: str, user: str | None, days: int | None, **_options: Any) -> None:
        """Print the token."""
        until = None if days is None else timezone.now() + timedelta(days=days)
        try:
            _made, secret = create_access_token(account_for_command(user), name, until)
        except Refusal as refusal:
            raise CommandError(refusal.sentence_in(_)) from refusal
        self.stdout.write(secret)
