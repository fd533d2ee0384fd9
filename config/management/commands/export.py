"""`manage.py export FILE`: what is one person's in one zip, made by this very process."""

from pathlib import Path
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from capture.core.errors import Refusal
from capture.services.accounts import account_for_command
from config.models import Export
from config.takeout.compose import expected_bytes, write_export
from config.takeout.core.manifest import TakeoutKind
from config.takeout.files import write_whole_file


class Command(BaseCommand):
    """Write an export beside a running service."""

    help = "Writes what is one person's into a zip, which nobody else can read. The service may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, whose account it is, and what is wanted of it."""
        parser.add_argument("file", type=Path, help="the zip to be made, as in alice-2026-11-30.zip")
        parser.add_argument("--user", metavar="NAME", help="whose account; the owner's unless named")
        parser.add_argument(
            "--kind", choices=Export.Kind.values, default="account", help="what of it; everything unless named"
        )

    def handle(self, *, file: Path, user: str | None, kind: str, **_options: Any) -> None:
        """Make it, or say why not."""
        person, chosen = account_for_command(user), cast("TakeoutKind", kind)
        target = file.absolute()
        if target.exists():
            raise CommandError(_("%(file)s exists already. Name another file, or remove it first.") % {"file": target})
        said = tqdm(desc=_("Writing"), total=expected_bytes(person, chosen), unit="B", unit_scale=True, disable=None)
        try:
            with said as bar, write_whole_file(target) as opened:
                write_export(person, chosen, opened, timezone.now(), lambda size: bool(bar.update(size)))
        except Refusal as refusal:
            raise CommandError(refusal.sentence_in(_)) from refusal
        except OSError as error:
            raise CommandError(f"{target}: {error.strerror}") from error
        told = _("%(file)s: %(size)s MB. It holds what was said: keep it where only you look.")
        self.stdout.write(told % {"file": target, "size": f"{target.stat().st_size / 1e6:.1f}"})
