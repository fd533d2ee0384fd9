"""`manage.py password`: a new password for somebody who lost theirs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from capture.services.accounts import account_for_command, remove_second_factors, set_password


class Command(BaseCommand):
    """Print a new password, once; it is stored hashed."""

    help = "Gives a user a new password and prints it. Sessions under the old one end."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a user's name."""
        parser.add_argument("--user", metavar="NAME", help="whose; the owner's unless named")
        parser.add_argument(
            "--without-second-factor",
            action="store_true",
            help="remove their passkeys, app and codes, too: for somebody who lost these",
        )

    def handle(self, *, user: str | None, without_second_factor: bool, **_options: Any) -> None:
        """Print it alone, so that scripts can read it."""
        account = account_for_command(user)
        if without_second_factor:
            remove_second_factors(account)
        self.stdout.write(set_password(account))
