"""`manage.py adduser`: an account for another person."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from capture.models import User
from capture.services.accounts import account_name, create_user


class Command(BaseCommand):
    """Make an account and print its password, once; it is stored hashed."""

    help = "Makes an account for another person and prints its password. Nobody sees another's recordings."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a name and, for the morning e-mail, an address."""
        parser.add_argument("name", help="what they log in with")
        parser.add_argument("--email", default="", help="where the morning e-mail goes, should it be turned on")

    def handle(self, *, name: str, email: str, **_options: Any) -> None:
        """Make it, or say what is wrong with the name or the address."""
        try:
            User(username=name, email=email).full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if account_name(name) != name:
            said = _("There is an account %(name)s already: choose another name.")
            raise CommandError(said % {"name": account_name(name)})
        _user, password = create_user(name, email)
        self.stdout.write(password)
