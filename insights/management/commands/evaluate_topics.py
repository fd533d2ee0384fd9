"""`manage.py evaluate_topics FILE`: how well ideas are placed and suggested, on a stream whose topics are known."""

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.core.embedding.wordllama import default_embedder
from insights.core.topics.suggest import Ranker
from insights.evaluation.placement import WriteRow, place_stream, placement_figures
from insights.evaluation.review_simulation import calibration_error, nearest_answers, review_figures, simulate_review
from insights.evaluation.streams import BadStream, StreamIdea, features_of_lines, read_stream
from insights.management.development import require_scikit_learn

KB_PER_MB = 1024 if sys.platform != "darwin" else 1024 * 1024


class Command(BaseCommand):
    """Place a stream as a fresh user's; nothing is kept."""

    help = (
        'Places a stream of ideas, one JSON object a line ({"id", "text", "label"}, and where known "memo", "at", '
        '"context"), as those of a fresh user, and prints one JSON object of figures. Labels are for scoring only.'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to place, and what to tell of it."""
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument("--assignments", type=Path, metavar="OUT.jsonl", help="a line a change of what is shown")
        parser.add_argument(
            "--review", action="store_true", help="simulate a person who sorts after every 20 ideas; print taps"
        )
        parser.add_argument(
            "--suggestions", type=Path, metavar="OUT.jsonl", help="a line an idea: what a review would suggest"
        )

    def handle(
        self, *, file: Path, assignments: Path | None, review: bool, suggestions: Path | None, **_options: Any
    ) -> None:
        """Print the figures."""
        require_scikit_learn()
        try:
            lines = read_stream(file)
            with _json_lines_to(assignments) as tell:
                figures = placement_figures(lines, place_stream(lines, default_embedder(), tell))
            if review or suggestions:
                with _json_lines_to(suggestions) as tell:
                    figures["review"] = _review_result(lines, tell)
        except (BadStream, OSError) as reason:
            raise CommandError(str(reason)) from reason
        figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_MB, 1)
        self.stdout.write(json.dumps(figures))


def _review_result(lines: list[StreamIdea], tell: WriteRow) -> dict[str, Any]:
    embedder = default_embedder()
    labels = [line.label for line in lines]
    those = features_of_lines(lines, embedder)
    answers = []
    for line, answer in zip(lines, simulate_review(those, labels, embedder.background(), Ranker()), strict=True):
        tell({"id": line.id, "labels": answer.suggested})
        answers.append(answer)
    vectors = embedder.embed([line.text for line in lines])
    return {
        **review_figures(answers),
        "calibration_error": calibration_error(answers),
        "plain": review_figures(list(nearest_answers(vectors, labels))),
    }


@contextmanager
def _json_lines_to(path: Path | None) -> Iterator[WriteRow]:
    """Give what writes one JSON object a line into a file, or nothing where there is none."""
    if path is None:
        yield lambda _change: None
        return
    with path.open("w", encoding="utf-8") as out:
        yield lambda change: print(json.dumps(change), file=out)
