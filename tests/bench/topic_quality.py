"""How well ideas are placed and suggested, by set of streams and by model: for docs/topics.md and `make bench`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from insights.core.embedding.protocol import Embedder
from insights.core.topics.ranker import prior
from insights.core.topics.suggest import Ranker
from insights.evaluation.average_link import linked_topics
from insights.evaluation.first_fortnight import NAMED_TOPICS, FortnightFigures, fortnight_figures
from insights.evaluation.name_recall import label_meanings
from insights.evaluation.placement import place_stream, placement_figures
from insights.evaluation.ranker_fit import lessons_of, people_left_out
from insights.evaluation.review_simulation import calibration_error, nearest_answers, review_figures, simulate_review
from insights.evaluation.scoring import agreement
from insights.evaluation.streams import StreamIdea, features_of_lines, read_stream

Figures = dict[str, float]
"""By name; means over the streams of a set."""

SETS = ("hwu64-50", "hwu64-200", "hwu64-1000", "hwu64-office", "hwu64-home", "hwu64-fortnight", "mara", "noor", "dev")
PEOPLE = SETS[-3:]
NARROW = ("hwu64-office", "hwu64-home")


class SetFigures(NamedTuple):
    """Of one set of streams. linked_ami: of average linkage. review, plain: of suggestions, ours and the nearest's.

    fortnights: with no topic named, and with five.
    """

    placed: Figures
    linked_ami: float
    review: Figures
    plain: Figures
    fortnights: tuple[FortnightFigures, FortnightFigures]


def files_of(folder: Path, name: str) -> list[Path]:
    """Return the streams of a set that are in a folder."""
    return sorted(folder.glob(f"{name}*.jsonl"))


def set_figures(files: Sequence[Path], embedder: Embedder) -> SetFigures:
    """Place and review each stream of a set, and return the means."""
    found = [_stream_figures(read_stream(file), embedder) for file in files]
    placed, linked, review, plain, fortnights = zip(*found, strict=True)
    return SetFigures(
        mean_figures(placed),
        sum(linked) / len(linked),
        mean_figures(review),
        mean_figures(plain),
        (mean_fortnight([one[0] for one in fortnights]), mean_fortnight([one[1] for one in fortnights])),
    )


def _stream_figures(lines: list[StreamIdea], embedder: Embedder) -> SetFigures:
    labels = [line.label for line in lines]
    ideas, background = features_of_lines(lines, embedder), embedder.background()
    names = label_meanings(labels, embedder)
    answers = list(simulate_review(ideas, labels, background, Ranker(prior(background.kind)), names))
    vectors = embedder.embed([line.text for line in lines])
    return SetFigures(
        placement_figures(lines, place_stream(lines, embedder, lambda _change: None)),
        agreement(labels, linked_topics(ideas)).ami,
        review_figures(answers) | {"calibration_error": calibration_error(answers)},
        review_figures(list(nearest_answers(vectors, labels))),
        (fortnight_figures(lines, embedder), fortnight_figures(lines, embedder, NAMED_TOPICS)),
    )


def left_out_figures(folder: Path, embedder: Embedder) -> dict[str, Figures]:
    """Return, for each of the three people, what is suggested to them by weights fitted on the two others."""
    people = {name: read_stream(folder / f"{name}.jsonl") for name in PEOPLE}
    lessons = lessons_of(people, embedder)
    return {name: review_figures(answers) for name, answers in people_left_out(people, lessons, embedder)}


def mean_figures(figures: Sequence[Mapping[str, float]]) -> Figures:
    """Return the mean of each figure."""
    return {name: sum(one[name] for one in figures) / len(figures) for name in figures[0]}


def mean_fortnight(figures: Sequence[FortnightFigures]) -> FortnightFigures:
    """Return the mean of each figure."""
    return FortnightFigures(*(sum(values) / len(figures) for values in zip(*figures, strict=True)))
