"""`manage.py evaluate_splitting FILE.jsonl`: how well memos are split whose ideas a person told apart."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.core.embedding.wordllama import default_embedder
from insights.core.segmentation.split import idea_starts
from insights.evaluation.boundaries import boundary_figures
from insights.evaluation.memos import BadLabelledMemo, read_memos


class Command(BaseCommand):
    """Split each memo as the pipeline does, by its words and their times alone."""

    help = (
        'Splits memos, one a line: {"id","text","words":[[start,end],…] for text.split(),"bounds":[index of the first '
        'word of each idea after the first],"either":[indices where both answers are right]}. Prints one JSON object: '
        "precision, recall and F1 of the boundaries (within two words), Pk, WindowDiff, and the share of memos of one "
        "idea that were split."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to split, and where to write what was found."""
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument("--language", default="en", help="what is spoken (ISO 639-1)")
        parser.add_argument("--predictions", type=Path, metavar="OUT.jsonl", help='write {"id","bounds"} a memo')

    def handle(self, *, file: Path, language: str, predictions: Path | None, **_options: Any) -> None:
        """Print the figures."""
        try:
            memos = read_memos(file)
            found = [idea_starts(memo.words, language, default_embedder()) for memo in memos]
            if predictions:
                rows = ({"id": memo.id, "bounds": bounds} for memo, bounds in zip(memos, found, strict=True))
                predictions.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        except (BadLabelledMemo, OSError) as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(json.dumps(boundary_figures(memos, found)))
