"""`manage.py sentence_model`: fetch the model by which ideas are compared."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from insights.error_text import describe_problem
from insights.services.embedders import fetch_sentence_model
from transcription.core.download_lines import DownloadLines
from transcription.core.messages import Message


class Command(BaseCommand):
    """Fetch the model, showing megabytes; what was fetched before is not fetched again."""

    help = "Fetches the sentence model that EMBEDDING_MODEL names, if it is not here."

    def handle(self, **_options: Any) -> None:
        """Fetch it, or say what is missing."""
        lines = DownloadLines("sentence_model")
        if problem := fetch_sentence_model(lambda download: self._print_lines(lines.next_lines(download))):
            raise CommandError(describe_problem(problem))
        self.stdout.write(_("The model is here. Ideas are compared by it within minutes, if the service runs."))

    def _print_lines(self, lines: Iterable[Message]) -> None:
        for line in lines:
            self.stdout.write(describe_problem(line))
