"""`manage.py stop`: the end of a service that runs in the background, or lost its terminal."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.runner import lock
from config.runner.stop import stop_service


class Command(BaseCommand):
    """End it as Ctrl-C does where it was started."""

    help = "Ends the service that runs on this data folder."
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        """End it, or say that nothing runs."""
        if not lock.is_held(settings.HOME):
            self.stdout.write(_("Stillnote does not run."))
        elif stop_service(settings.HOME):
            self.stdout.write(_("Stillnote has ended."))
        else:
            said = _("Stillnote does not end. What it does stands in %(folder)s.")
            raise CommandError(said % {"folder": settings.HOME / "logs"})
