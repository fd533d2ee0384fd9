"""`manage.py doors`: what a restored copy does not do yet, and letting it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from capture.services.doors import Door, is_open, open_door


class Command(BaseCommand):
    """List the doors of this installation, or open some."""

    help = "Says by which doors this installation acts outside of its data folder. A restored copy starts with none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the doors to open."""
        parser.add_argument("--open", nargs="+", choices=[*Door.values, "all"], default=[], help="open these")

    def handle(self, *, open: list[str], **_options: Any) -> None:  # noqa: A002 - as it is typed
        """Open what is named, then say of each whether it is open."""
        for door in Door:
            if door in open or "all" in open:
                open_door(door)
            self.stdout.write(f"{'open  ' if is_open(door) else 'closed'} {door.value:<8} {door.label}")
