"""`manage.py evaluate_topics FILE`: how well ideas are placed and suggested, on a stream whose topics are known."""

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.core.embedding.protocol import Embedder
from insights.core.topics.ranker import prior
from insights.core.topics.suggest import Ranker
from insights.evaluation.average_link import linked_topics
from insights.evaluation.first_fortnight import NAMED_TOPICS, fortnight_figures
from insights.evaluation.name_recall import label_meanings, name_figures
from insights.evaluation.placement import WriteRow, place_stream, placement_figures
from insights.evaluation.review_simulation import calibration_error, nearest_answers, review_figures, simulate_review
from insights.evaluation.scoring import agreement
from insights.evaluation.streams import BadStream, StreamIdea, features_of_lines, read_stream
from insights.management.development import add_model_argument, embedder_for_command, require_scikit_learn

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
        add_model_argument(parser)
        parser.add_argument(
            "--average-link", action="store_true", help="print beside it what average linkage finds, all at once"
        )
        parser.add_argument(
            "--fortnight",
            action="store_true",
            help="print what the first 50 ideas leave to do, with none and five named",
        )
        parser.add_argument(
            "--names",
            metavar="NAME",
            help="name each label by its ideas, and print how many names find it first by this model (see --model)",
        )
        parser.add_argument("--assignments", type=Path, metavar="OUT.jsonl", help="a line a change of what is shown")
        parser.add_argument(
            "--review", action="store_true", help="simulate a person who sorts after every 20 ideas; print taps"
        )
        parser.add_argument(
            "--suggestions", type=Path, metavar="OUT.jsonl", help="a line an idea: what a review would suggest"
        )

    def handle(
        self,
        *,
        file: Path,
        model: str,
        average_link: bool,
        fortnight: bool,
        names: str | None,
        assignments: Path | None,
        review: bool,
        suggestions: Path | None,
        **_options: Any,
    ) -> None:
        """Print the figures."""
        require_scikit_learn()
        embedder = embedder_for_command(model)
        try:
            lines = read_stream(file)
            with _json_lines_to(assignments) as tell:
                figures = placement_figures(lines, place_stream(lines, embedder, tell))
            if average_link:
                figures["average_link"] = _linked_result(lines, embedder)
            if fortnight:
                figures["fortnight"] = _fortnight_result(lines, embedder)
            if names is not None:
                figures["names"] = name_figures(lines, embedder, embedder_for_command(names))
            if review or suggestions:
                with _json_lines_to(suggestions) as tell:
                    figures["review"] = _review_result(lines, embedder, tell)
        except (BadStream, OSError) as reason:
            raise CommandError(str(reason)) from reason
        figures["model"] = embedder.model
        figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_MB, 1)
        self.stdout.write(json.dumps(figures))


def _linked_result(lines: list[StreamIdea], embedder: Embedder) -> dict[str, Any]:
    found = agreement([line.label for line in lines], linked_topics(features_of_lines(lines, embedder)))
    return {name: round(value, 4) for name, value in found._asdict().items()}


def _fortnight_result(lines: list[StreamIdea], embedder: Embedder) -> dict[str, Any]:
    kinds = (("nothing_named", 0), ("five_named", NAMED_TOPICS))
    return {
        kind: {name: round(value, 4) for name, value in fortnight_figures(lines, embedder, named)._asdict().items()}
        for kind, named in kinds
    }


def _review_result(lines: list[StreamIdea], embedder: Embedder, tell: WriteRow) -> dict[str, Any]:
    labels = [line.label for line in lines]
    those = features_of_lines(lines, embedder)
    answers, background = [], embedder.background()
    review = simulate_review(
        those, labels, background, Ranker(prior(background.kind)), label_meanings(labels, embedder)
    )
    for line, answer in zip(lines, review, strict=True):
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
