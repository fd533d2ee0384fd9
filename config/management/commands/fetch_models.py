"""`manage.py fetch_models`: the program by which the sweep has models fetched."""

import os
from typing import Any

from django.core.management.base import BaseCommand

from config.runner import parent_watch
from config.runner.model_fetch import fetch_missing_models


class Command(BaseCommand):
    """Fetch what is missing, and end with whoever started it; how far it is stands in files beside the models."""

    help = "Fetches the models that are to be here and are not; `manage.py run` does so by itself."
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        """Fetch them."""
        parent_watch.end_with_parent(os.getppid())
        fetch_missing_models()
