"""`manage.py bench_asr PATH…`: the padded window beside the short one, on one's own recordings and model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from transcription.core.triage import FAILURES, triage
from transcription.core.word_error_rate import word_error_rate
from transcription.error_text import sentence_of
from transcription.model_choice.registry import EnginePool, engine_problem
from transcription.services.compare_windows import Compared, WindowRun, compare_windows, recording_paths

SIDES: tuple[Callable[[Compared], WindowRun], ...] = (lambda one: one.padded, lambda one: one.short)
LINE = "{:<28} {:>7} {:>16} {:>16} {:>7} {:>7} {:>13}"
HEADINGS = LINE.format("recording", "seconds", "padded (rt)", "short (rt)", "faster", "differ", "WER % p / s")


class TableRow(NamedTuple):
    """What is told of a recording, or of all. spent: seconds in the padded and in the short window."""

    name: str
    seconds: float
    spent: list[float]
    differences: int
    rates: list[float | None]

    def line(self) -> str:
        """Return it as a line of the table. rt: of the recording's own length."""
        costs = (f"{spent:.2f} ({spent / max(self.seconds, 0.01):.3f})" for spent in self.spent)
        errors = " / ".join("-" if rate is None else f"{100 * rate:.1f}" for rate in self.rates)
        faster = self.spent[0] / max(self.spent[1], 1e-6)
        return LINE.format(self.name[:28], f"{self.seconds:.1f}", *costs, f"{faster:.1f}", self.differences, errors)


class Command(BaseCommand):
    """Hear each recording both ways; nothing is kept."""

    help = (
        "Hears recordings in Whisper's padded window and in the short one, and prints what each takes (seconds, and as "
        "a share of the recording's length), where their words differ, and word error rates where a .txt lies beside."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to hear, and how to tell of it."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="recordings, or folders of them")
        parser.add_argument("--language", default="en", help="what may be spoken, as in en,de; one is not detected")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object a recording")

    def handle(self, *, paths: list[Path], language: str, as_json: bool, **_options: Any) -> None:
        """Print a row a recording, then all together."""
        if problem := engine_problem():
            raise CommandError(sentence_of(problem))
        listener = EnginePool().load()
        languages = tuple(code for code in language.replace(" ", "").split(",") if code)
        tell = self._as_json if as_json else self._as_row
        if not as_json:
            self.stdout.write(f"{listener.model}\n{HEADINGS}")
        done = []
        for path in recording_paths(paths):
            try:
                one = compare_windows(path, listener, languages, max_seconds=settings.MAX_AUDIO_SECONDS)
            except FAILURES as failure:
                self.stderr.write(f"{path.name}: {sentence_of(triage(failure, last_try=1).message)}")
                continue
            except (OSError, ValueError) as reason:
                self.stderr.write(f"{path.name}: {reason}")
                continue
            tell(one)
            done.append(one)
        if done and not as_json:
            self.stdout.write(_totals(done).line())

    def _as_row(self, one: Compared) -> None:
        differences = one.differences()
        spent, rates = [side(one).seconds for side in SIDES], [one.error_rate(side(one)) for side in SIDES]
        line = TableRow(one.name, one.seconds, spent, len(differences), rates).line()
        self.stdout.write(line + ("  heard in the padded window" if one.short.window == "full" else ""))
        for padded, short in differences:
            self.stdout.write(f"    padded: “{padded}”  short: “{short}”")

    def _as_json(self, one: Compared) -> None:
        padded, short = ({**side(one)._asdict(), "wer": one.error_rate(side(one))} for side in SIDES)
        about = {"file": one.name, "seconds": round(one.seconds, 3), "differences": one.differences()}
        self.stdout.write(json.dumps({**about, "padded": padded, "short": short}))


def _totals(done: list[Compared]) -> TableRow:
    known = [one for one in done if one.error_rate(one.padded) is not None]
    return TableRow(
        "together",
        sum(one.seconds for one in done),
        [sum(side(one).seconds for one in done) for side in SIDES],
        sum(len(one.differences()) for one in done),
        [word_error_rate((one.truth or "", side(one).text) for one in known) if known else None for side in SIDES],
    )
