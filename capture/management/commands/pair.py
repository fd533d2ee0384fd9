"""`manage.py pair`: how a phone, or a script, comes to be known."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from capture.services.accounts import account_for_command
from capture.services.devices import create_device, create_pairing_code, pairing_link, qr_terminal


class Command(BaseCommand):
    """Print a pairing link, its code and its QR code; or a device's token at once."""

    help = "Prints a link, a code and a QR code that pair one phone within ten minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a user's name, the name of a device that needs no pairing, and whether a phone seals."""
        parser.add_argument("--user", metavar="NAME", help="whose phone it is; the owner's unless named")
        parser.add_argument("--token", metavar="NAME", help="make a device of that name and print its token alone")

        parser.add_argument("--sealed", action="store_true", help="the phone seals what it records (docs/phone.md)")

    def handle(self, *, user: str | None, token: str | None, sealed: bool, **_options: Any) -> None:
        """Print what pairs."""
        owner = account_for_command(user)
        if token is not None:
            self.stdout.write(create_device(owner, token)[1])
            return
        code = create_pairing_code(owner, seals=sealed)
        link = pairing_link(code)
        said = _("Open %(link)s\nor type the code %(code)s. It pairs one phone in ten minutes.")
        self.stdout.write(f"{qr_terminal(link)}\n{said % {'link': link, 'code': code}}")
