"""`manage.py fit_topics FILE…`: fit how much each kind of evidence weighs, on people whose ideas are sorted."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.core.embedding.background import CALIBRATION, common_vector
from insights.core.embedding.protocol import Embedder
from insights.core.embedding.within_topic import fit_within, write_within
from insights.core.topics.features import KINDS
from insights.core.topics.ranker import WEIGHTS_FILE, Prior, prior
from insights.evaluation.ranker_fit import fit_prior, lessons_of, people_left_out
from insights.evaluation.review_simulation import review_figures
from insights.evaluation.streams import BadStream, StreamIdea, read_stream
from insights.management.development import add_model_argument, embedder_for_command


class Command(BaseCommand):
    """Simulate each person's review, and fit the weights that would have suggested their topics best."""

    help = (
        "Fits the weights with which suggestions by models of this kind begin, writes them into the source, and prints "
        "for each file how well the weights that were fitted on the others do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom to fit on."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
        add_model_argument(parser)
        parser.add_argument(
            "--requests",
            type=Path,
            metavar="STREAM.jsonl",
            help="fit first, on these, in which directions ideas of one topic differ in this model; without, it stays",
        )
        parser.add_argument("--dry-run", action="store_true", help="only print; leave the weights as they are")

    def handle(self, *, files: list[Path], model: str, requests: Path | None, dry_run: bool, **_options: Any) -> None:
        """Print what leaving out each person gives, then write what all give together."""
        embedder = embedder_for_command(model)
        try:
            people = {file.stem: read_stream(file) for file in files}
            asked = [] if requests is None else read_stream(requests)
        except (BadStream, OSError) as reason:
            raise CommandError(str(reason)) from reason
        if asked and not dry_run:
            self._write_directions(asked, embedder)
        lessons = lessons_of(people, embedder)
        for name, answers in people_left_out(people, lessons, embedder):
            self.stdout.write(json.dumps({"left_out": name, **review_figures(answers)}))
        if not dry_run:
            self._write(embedder.background().kind, fit_prior(lessons), list(people))

    def _write_directions(self, asked: list[StreamIdea], embedder: Embedder) -> None:
        """Before the embedder is calibrated, which looks at what is written here."""
        said: dict[str, dict[str, None]] = {}
        for line in asked:
            said.setdefault(line.label, {})[line.text] = None
        common = common_vector(embedder.embed(CALIBRATION))
        topics = {label: embedder.embed(list(texts)) for label, texts in said.items()}
        write_within(common, fit_within(topics, common))

    def _write(self, kind: str, found: Prior, people: list[str]) -> None:
        parts = {
            part: {kind: round(float(value), 4) for kind, value in zip(KINDS, values, strict=True)}
            for part, values in (("weights", found.weights), ("spread", found.spread))
        }
        others = json.loads(WEIGHTS_FILE.read_text())
        WEIGHTS_FILE.write_text(json.dumps({**others, kind: {"fitted_on": people, **parts}}, indent=1) + "\n")
        prior.cache_clear()
