"""`python -m tests.bench.topics_table FOLDER MODEL`: the figures of docs/topics.md, by WordLlama and by a model, anew.

FOLDER: the development streams. MODEL: a sentence model's folder, or its name on the hub if it was fetched before.
Writes what stands between the marks.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from insights.core.embedding.protocol import Embedder  # noqa: E402 - the settings say where models lie
from insights.management.development import STATIC, embedder_for_command  # noqa: E402
from tests.bench.topic_quality import (  # noqa: E402
    PEOPLE,
    SETS,
    Figures,
    SetFigures,
    files_of,
    left_out_figures,
    mean_figures,
    mean_fortnight,
    set_figures,
)

PAGE = Path(__file__).parent.parent.parent / "docs" / "topics.md"
BEGIN, END = "<!-- placing: begin -->", "<!-- placing: end -->"
THE_PEOPLE = "the three people"

Found = TypeVar("Found")


class ModelFigures:
    """All that is shown of one model. sets: by name, the people together last. left_out: suggestions to each person."""

    def __init__(self, title: str, folder: Path, embedder: Embedder) -> None:
        self.title = title
        self.sets = {name: set_figures(files, embedder) for name in SETS if (files := files_of(folder, name))}
        self.sets[THE_PEOPLE] = _together([self.sets[name] for name in PEOPLE])
        self.left_out = left_out_figures(folder, embedder)
        self.left_out[THE_PEOPLE] = mean_figures(list(self.left_out.values()))


def _together(sets: Sequence[SetFigures]) -> SetFigures:
    return SetFigures(
        mean_figures([one.placed for one in sets]),
        sum(one.linked_ami for one in sets) / len(sets),
        mean_figures([one.review for one in sets]),
        mean_figures([one.plain for one in sets]),
        (mean_fortnight([one.fortnights[0] for one in sets]), mean_fortnight([one.fortnights[1] for one in sets])),
    )


def tables(models: Sequence[ModelFigures]) -> str:
    """Return the tables, as Markdown."""
    return "\n\n".join(
        (
            _table(models, ("AMI", "average link", "V", "unsorted", "topics"), lambda one: one.sets, _placed_cells),
            _table(models, ("first", "of three", "taps", "plain: taps"), lambda one: one.sets, _suggested_cells),
            _table(models, ("first", "of three", "taps"), lambda one: one.left_out, _left_out_cells),
            _table(
                models,
                ("none named: unsorted", "wrong", "taps", "five named: unsorted", "wrong", "taps"),
                lambda one: one.sets,
                _fortnight_cells,
            ),
        )
    )


def _table(
    models: Sequence[ModelFigures],
    columns: Sequence[str],
    found: Callable[[ModelFigures], Mapping[str, Found]],
    cells: Callable[[Found], list[str]],
) -> str:
    heads = [f"{one.title}: {columns[0]} | {' | '.join(columns[1:])}" for one in models]
    rows = [f"| stream | {' | '.join(heads)} |", f"|---|{'---|' * len(columns) * len(models)}"]
    rows += [
        f"| {name} | {' | '.join(cell for one in models for cell in cells(found(one)[name]))} |"
        for name in found(models[0])
    ]
    return "\n".join(rows)


def _placed_cells(found: SetFigures) -> list[str]:
    placed = found.placed
    return [
        f"**{placed['ami']:.3f}**",
        f"{found.linked_ami:.3f}",
        f"{placed['v_measure']:.2f}",
        f"{placed['unsorted']:.2f}",
        f"{placed['topics']:.0f}",
    ]


def _suggested_cells(found: SetFigures) -> list[str]:
    return [*_left_out_cells(found.review), f"{found.plain['taps']:.2f}"]


def _left_out_cells(review: Figures) -> list[str]:
    return [f"{review['hit1']:.2f}", f"{review['hit3']:.2f}", f"{review['taps']:.2f}"]


def _fortnight_cells(found: SetFigures) -> list[str]:
    return [f"{value:.2f}" for one in found.fortnights for value in one]


def main() -> None:
    """Write the tables into the page."""
    folder, model = Path(sys.argv[1]), sys.argv[2]
    found = [
        ModelFigures("WordLlama", folder, embedder_for_command(STATIC)),
        ModelFigures("MiniLM", folder, embedder_for_command(model)),
    ]
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{tables(found)}\n{END}{after}")


if __name__ == "__main__":
    main()
