"""`manage.py erase_user NAME`: the end of an account, and of all that belongs to it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from capture.models import User
from capture.services.accounts import account_name
from config.erasure.erase import LastOwner, ask_erasure, belongings_of, erase_next
from config.models import Erasure


class Command(BaseCommand):
    """Close the account, and erase it at once."""

    help = "Erases an account with all that belongs to it, for good. Backups that were made before keep it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name, and whether to ask."""
        parser.add_argument("name", help="what they log in with")
        parser.add_argument("--yes", action="store_true", help="do not ask for the name once more")

    def handle(self, *, name: str, yes: bool, **_options: Any) -> None:
        """Ask, erase, and say so."""
        user = User.objects.filter(username=account_name(name)).first()
        if user is None:
            raise CommandError(_("There is no account called %(name)s.") % {"name": name})
        if not yes:
            self._ask(user)
        account = user.pk
        try:
            ask_erasure(user)
        except LastOwner as reason:
            said = _("%(name)s looks after this machine, and others have accounts here: let one of them do so first.")
            raise CommandError(said % {"name": user.username}) from reason
        while erase_next():
            pass
        if Erasure.objects.filter(account=account).exists():
            self.stdout.write(_("The account is closed. What is left of it goes while the service runs."))
        else:
            self.stdout.write(_("The account and all that belonged to it are gone."))

    def _ask(self, user: User) -> None:
        goes = belongings_of(user)
        said = _(
            "%(recordings)d recordings, %(ideas)d ideas and %(topics)d topics of %(name)s go for good. "
            "Write the name once more to go on: "
        )
        asked = said % {**goes._asdict(), "name": user.username}
        if input(asked).strip() != user.username:
            raise CommandError(_("Nothing was done."))
