"""`manage.py adduser`: an account for another person."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from capture.models import User
from capture.services.accounts import account_name, create_user


class Command(BaseCommand):
    """Make an account and print its password, once; it is stored hashed."""

    help = "Makes an account for another person and prints its password. Nobody sees another's memos."

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
            raise CommandError(f"There is an account {account_name(name)} already: choose another name.")
        _user, password = create_user(name, email)
        self.stdout.write(password)
