"""`manage.py index_search`: by which words ideas are found, written anew."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from insights.services.search_entries import rebuild_index


class Command(BaseCommand):
    """Rebuild what the search reads, beside a running service."""

    help = (
        "Writes anew by which words everybody's ideas are found. The service does so by itself where that is missing."
    )

    def handle(self, **_options: Any) -> None:
        """Say how many ideas were written."""
        written = rebuild_index()
        said = ngettext("%(n)d idea can be found by its words.", "%(n)d ideas can be found by their words.", written)
        self.stdout.write(said % {"n": written})
