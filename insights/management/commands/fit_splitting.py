"""`manage.py fit_splitting FILE…`: fit the weights by which memos are split, and tell how well that does."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.core.embedding.wordllama import default_embedder
from insights.core.segmentation import boundary_model
from insights.evaluation import streams
from insights.evaluation.boundaries import boundary_figures
from insights.evaluation.boundary_fit import BoundaryExample, SplittingFit, boundary_example
from insights.evaluation.memos import BadLabelledMemo, read_memos
from insights.management.development import require_scikit_learn

COLUMNS = ("precision", "recall", "f1", "pk", "windowdiff", "one_idea_memos_split")
HEADINGS = f"| set | weights fitted on | {' | '.join(COLUMNS).replace('_', ' ')} |\n|---|---|{'---|' * len(COLUMNS)}"


class Command(BaseCommand):
    """Fit on all files; judge each memo by weights fitted on other people, or on other fifths of what is nobody's."""

    help = (
        "Fits the weights of splitting on files of memos (see evaluate_splitting), writes them into the source, and "
        "prints a table: how well each file is split by weights fitted on other people's memos, and by those written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to fit on."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
        parser.add_argument(
            "--requests",
            nargs="+",
            type=Path,
            metavar="STREAM.jsonl",
            default=[],
            help='fit what tells requests apart as well, on {"id","text","label"} a line; without, it stays',
        )
        parser.add_argument(
            "--plain",
            nargs="+",
            type=Path,
            metavar="FILE.jsonl",
            default=[],
            help="fit on these memos without capitals and punctuation as well",
        )
        parser.add_argument("--dry-run", action="store_true", help="only print; leave the weights as they are")

    def handle(
        self, *, files: list[Path], requests: list[Path], plain: list[Path], dry_run: bool, **_options: Any
    ) -> None:
        """Print the table, and write the weights."""
        require_scikit_learn()
        try:
            memos = {file.stem: read_memos(file) for file in files}
            memos |= {f"{file.stem}, plain": [memo.without_marks() for memo in read_memos(file)] for file in plain}
            asked = [line for file in requests for line in streams.read_stream(file)]
        except (BadLabelledMemo, streams.BadStream, OSError) as reason:
            raise CommandError(str(reason)) from reason
        embedder = default_embedder()
        given = {name: [boundary_example(memo, embedder) for memo in some] for name, some in memos.items()}
        fit = SplittingFit([example for some in given.values() for example in some], asked, embedder)
        fitted = fit.without()
        strangers = iter(fit.bounds_left_out())
        self.stdout.write(HEADINGS)
        for name, some in given.items():
            self._row(name, "others", some, [next(strangers) for _ in some])
            self._row(name, "all", some, [example.bounds(fitted) for example in some])
        if not dry_run:
            rounded = {sign: round(weight, 4) for sign, weight in fitted.weights.weights.items()}
            stored = {"fitted_on": list(given), "bias": round(fitted.weights.bias, 4), "weights": rounded}
            boundary_model.WEIGHTS_FILE.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
            boundary_model.boundary_weights.cache_clear()
            if asked:
                fitted.kinds.write()

    def _row(self, name: str, by: str, given: list[BoundaryExample], found: list[list[int]]) -> None:
        figures = boundary_figures([example.memo for example in given], found)
        cells = ("-" if figures[column] is None else f"{figures[column]:.3f}" for column in COLUMNS)
        self.stdout.write(f"| {name} | {by} | {' | '.join(cells)} |")
