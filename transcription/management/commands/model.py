"""`manage.py model`: fetch the Whisper model that the settings name, or another."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from transcription.core.download_lines import DownloadLines
from transcription.core.messages import Message
from transcription.error_text import sentence_of
from transcription.model_choice.registry import engine_finding, engine_problem, fetch_whisper_model, measure_machine


class Command(BaseCommand):
    """Fetch a model, showing megabytes; what was fetched before is not fetched again."""

    help = "Fetches the Whisper model that WHISPER_MODEL names, or another, if it is not here."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name of another model, and whether the machine is to be timed anew."""
        parser.add_argument("name", nargs="?", default="", help="another model, by which recordings can be heard again")
        parser.add_argument(
            "--time", action="store_true", help="take this machine's speed anew, for WHISPER_MODEL=auto"
        )

    def handle(self, *, name: str, time: bool, **_options: Any) -> None:
        """Fetch it, or say what is missing."""
        if chosen := measure_machine(again=time):
            self.stdout.write(sentence_of(chosen))
        lines = DownloadLines("model")
        problem = fetch_whisper_model(name, lambda download: self._print_lines(lines.next_lines(download)))
        if problem and engine_problem(name):
            raise CommandError(sentence_of(problem))
        if problem:
            said = _("Recordings are written down meanwhile: %(how)s.")
            self.stdout.write(said % {"how": sentence_of(engine_finding()[1])})
        else:
            self.stdout.write(
                _("The model is here. Waiting recordings are written down within seconds, if the service runs.")
            )

    def _print_lines(self, lines: Iterable[Message]) -> None:
        for line in lines:
            self.stdout.write(sentence_of(line))
