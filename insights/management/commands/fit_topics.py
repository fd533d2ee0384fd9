"""`manage.py fit_topics FILE…`: fit how much each kind of evidence weighs, on people whose ideas are sorted."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.core.embedding.protocol import Embedder
from insights.core.topics.features import KINDS
from insights.core.topics.ranker import WEIGHTS_FILE, Lesson, Prior, fitted, prior, spread_of
from insights.core.topics.suggest import Ranker
from insights.evaluation.review_simulation import ReviewAnswer, review_figures, simulate_review
from insights.evaluation.streams import BadStream, StreamIdea, features_of_lines, read_stream
from insights.management.development import add_model_argument, embedder_for_command

RIDGE_DECISIONS = 5.0
"""How many decisions count for the weights being 0; three people are few."""


class Command(BaseCommand):
    """Simulate each person's review, and fit the weights that would have suggested their topics best."""

    help = (
        "Fits the weights with which suggestions begin, writes them into the source, and prints, for each file, how "
        "well the weights that were fitted on the others do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom to fit on."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
        add_model_argument(parser)
        parser.add_argument("--dry-run", action="store_true", help="only print; leave the weights as they are")

    def handle(self, *, files: list[Path], model: str, dry_run: bool, **_options: Any) -> None:
        """Print what leaving out each person gives, then write what all give together."""
        embedder = embedder_for_command(model)
        try:
            people = {file.stem: read_stream(file) for file in files}
        except (BadStream, OSError) as reason:
            raise CommandError(str(reason)) from reason
        nothing = Prior(np.zeros(len(KINDS)), np.ones(len(KINDS)))
        lessons = {name: _decisions_of(lines, nothing, embedder)[1] for name, lines in people.items()}
        for name, lines in people.items():
            others = _fit_prior([lesson for other in lessons if other != name for lesson in lessons[other]])
            answers, _ = _decisions_of(lines, others, embedder)
            self.stdout.write(json.dumps({"left_out": name, **review_figures(answers)}))
        if not dry_run:
            self._write(_fit_prior([lesson for decided in lessons.values() for lesson in decided]), list(people))

    def _write(self, found: Prior, people: list[str]) -> None:
        parts = {
            part: {kind: round(float(value), 4) for kind, value in zip(KINDS, values, strict=True)}
            for part, values in (("weights", found.weights), ("spread", found.spread))
        }
        WEIGHTS_FILE.write_text(json.dumps({"fitted_on": people, **parts}, indent=1) + "\n")
        prior.cache_clear()


def _fit_prior(lessons: list[Lesson]) -> Prior:
    spread = spread_of(lessons)
    return Prior(fitted(lessons, Prior(np.zeros(len(KINDS)), spread), RIDGE_DECISIONS), spread)


def _decisions_of(lines: list[StreamIdea], start: Prior, embedder: Embedder) -> tuple[list[ReviewAnswer], list[Lesson]]:
    ranker = Ranker(start)
    labels = [line.label for line in lines]
    answers = list(simulate_review(features_of_lines(lines, embedder), labels, embedder.background(), ranker))
    return answers, list(ranker.lessons.values())
