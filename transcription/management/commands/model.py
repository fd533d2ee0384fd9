"""`manage.py model`: fetch the Whisper model that the settings name."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from transcription.services import ensure_model


class Command(BaseCommand):
    """Fetch the model, showing megabytes; what was fetched before is not fetched again."""

    help = "Fetches the Whisper model that WHISPER_MODEL names, if it is not here."

    def handle(self, **_options: Any) -> None:
        """Fetch it, or say what is missing."""
        if problem := ensure_model():
            raise CommandError(problem)
        self.stdout.write("The model is here. Waiting memos are written down within seconds, if the service runs.")
