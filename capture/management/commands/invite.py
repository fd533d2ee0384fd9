"""`manage.py invite`: a link by which somebody makes an account of their own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from capture.services.accounts import account_for_command
from capture.services.invitations import (
    INVITATION_DAYS,
    MAX_INVITATION_DAYS,
    create_invitation,
    invitation_link,
    may_invite,
)


class Command(BaseCommand):
    """Print an invitation's link, once; its code is stored hashed."""

    help = "Prints a link by which one person makes an account of their own. Nobody sees another's recordings."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take for whom it is, for how long, and who invites."""
        parser.add_argument("note", nargs="?", default="", metavar="FOR", help="whom it is for, to know it again")
        parser.add_argument("--days", type=int, default=INVITATION_DAYS, help=f"how long it holds; {INVITATION_DAYS}")
        parser.add_argument("--user", metavar="NAME", help="who invites; the owner unless named")

    def handle(self, *, note: str, days: int, user: str | None, **_options: Any) -> None:
        """Print it alone, so that scripts can read it."""
        if not 1 <= days <= MAX_INVITATION_DAYS:
            raise CommandError(_("An invitation holds for 1 to %(days)d days.") % {"days": MAX_INVITATION_DAYS})
        by = account_for_command(user)
        if not may_invite(by):
            said = _("%(name)s does not look after accounts, and so invites nobody.")
            raise CommandError(said % {"name": by.get_username()})
        _made, code = create_invitation(by, note, days)
        self.stdout.write(invitation_link(code))
