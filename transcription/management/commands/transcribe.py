"""`manage.py transcribe FILE…`: what is said in files, without keeping any of it."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from transcription.core.engines.protocol import Options
from transcription.core.messages import Message
from transcription.core.words import joined
from transcription.error_text import sentence_of
from transcription.model_choice.registry import EnginePool, engine_problem
from transcription.services.transcribe_file import FileOutcome, transcribe_file


class Command(BaseCommand):
    """Print one JSON object a file, each as soon as it is known; whatever the files hold, the exit code is 0."""

    help = "Prints what is said in files, one JSON object a line, the way recordings go, and keeps nothing."
    requires_system_checks = []  # they ask the database, of which nothing is needed

    def add_arguments(self, parser: CommandParser) -> None:
        """Files, and how to listen to them."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument(
            "--language", default="", help="What is spoken, as en or en,de; one is taken as given, else it is detected."
        )
        parser.add_argument("--no-vad", action="store_true", help="Listen to silence too.")
        parser.add_argument(
            "--window",
            choices=["auto", "full"],
            default=settings.WHISPER_WINDOW,
            help="Listen to no more than there is to hear, or always to Whisper's 30 s.",
        )

    def handle(self, *, files: list[str], language: str, no_vad: bool, window: str, **_options: Any) -> None:
        """Listen to each in turn."""
        if problem := engine_problem():
            raise CommandError(sentence_of(problem))
        languages = tuple(code for code in language.replace(" ", "").split(",") if code)
        options = Options(languages=languages, vad=not no_vad, window=window)
        try:
            listener = EnginePool().load()
        except (RuntimeError, ValueError, OSError) as error:
            raise CommandError(sentence_of(Message("model_unloadable"))) from error
        for file in files:
            outcome = transcribe_file(Path(file), listener, options, max_seconds=settings.MAX_AUDIO_SECONDS)
            self.stdout.write(json.dumps(printed_outcome(file, outcome)))
            self.stdout.flush()


def printed_outcome(file: str, outcome: FileOutcome) -> dict[str, Any]:
    """Return what is printed of a file. seconds: as the container says; readable: as decoded.

    perhaps: what is written where nobody speaks, which is no text.
    """
    decoded = outcome.decoded
    heard, unsaid = (None, outcome.heard) if outcome.state == "no_speech" else (outcome.heard, None)
    damage = map(sentence_of, (*decoded.damage, *decoded.notes)) if decoded else ()
    return {
        "file": file,
        "state": outcome.state,
        "reason": sentence_of(outcome.reason) if outcome.reason else "",
        "format": outcome.kind,
        "text": joined(heard.words) if heard else "",
        "perhaps": joined(unsaid.words) if unsaid else "",
        "words": [list(word) for word in heard.words] if heard else [],
        "warnings": [*(heard.warnings if heard else ()), *damage],
        "language": heard.language if heard else "",
        "seconds": round(decoded.container_seconds, 3) if decoded and decoded.container_seconds else None,
        "readable": round(decoded.readable_seconds, 3) if decoded else 0.0,
        "compute_seconds": round(outcome.compute_seconds, 3),
        "window": outcome.heard.window if outcome.heard else "",
    }
