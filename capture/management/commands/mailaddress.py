"""`manage.py mailaddress`: a new address to which somebody mails recordings."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from capture.services.accounts import account_for_command
from capture.sources.mail.addresses import create_mail_address


class Command(BaseCommand):
    """Print a new address, once; its secret is stored hashed."""

    help = "Gives a user a new address for recordings and prints it. Mail to the old one is then left lying."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a user's name."""
        parser.add_argument("--user", metavar="NAME", help="whose; the owner's unless named")

    def handle(self, *, user: str | None, **_options: Any) -> None:
        """Print it alone, so that scripts can read it."""
        if not settings.MAILIN_ADDRESS:
            raise CommandError(_("Set MAILIN_ADDRESS first, as in memos+{secret}@example.org."))
        self.stdout.write(create_mail_address(account_for_command(user)))
