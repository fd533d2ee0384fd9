"""`python -m tests.bench.topics_table FOLDER`: the figures of docs/topics.md, beside goals and baselines, anew.

FOLDER: the development streams, and `baselines.json` beside it or in it. Prints what stands between the marks.
"""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from insights.core.embedding.wordllama import default_embedder
from insights.core.topics.suggest import Ranker
from insights.evaluation.placement import place_stream, placement_figures
from insights.evaluation.review_simulation import calibration_error, nearest_answers, review_figures, simulate_review
from insights.evaluation.streams import StreamIdea, features_of_lines, read_stream

PAGE = Path(__file__).parent.parent.parent / "docs" / "topics.md"
BEGIN, END = "<!-- placing: begin -->", "<!-- placing: end -->"
GROUPS = ("hwu64-50", "hwu64-200", "hwu64-1000", "mara", "noor", "dev")
PEOPLE = GROUPS[3:]
GOALS = {"hwu64-50": "0.82", "hwu64-200": "0.75", "hwu64-1000": "0.80"}
PEOPLE_GOAL, HIT1, HIT3, FEWER_TAPS = 0.37, 0.53, 0.76, 0.12


class Found(NamedTuple):
    """Means over the streams of a group. placed, review, plain: figures by name."""

    placed: dict[str, float]
    review: dict[str, float]
    plain: dict[str, float]


def measured(files: list[Path]) -> Found:
    """Place and review each stream of a group."""
    found = [_measured(read_stream(file)) for file in files]
    return Found(*(_mean([one[part] for one in found]) for part in range(3)))


def _measured(lines: list[StreamIdea]) -> Found:
    embedder = default_embedder()
    labels = [line.label for line in lines]
    placed = placement_figures(lines, place_stream(lines, embedder, lambda _change: None))
    answers = list(simulate_review(features_of_lines(lines, embedder), labels, embedder.background(), Ranker()))
    vectors = embedder.embed([line.text for line in lines])
    review = review_figures(answers) | {"calibration_error": calibration_error(answers)}
    return Found(placed, review, review_figures(list(nearest_answers(vectors, labels))))


def _mean(figures: list[Any]) -> dict[str, float]:
    return {name: sum(one[name] for one in figures) / len(figures) for name in figures[0]}


def table(found: dict[str, Found], baselines: dict[str, Any]) -> str:
    """Return the tables, as Markdown."""
    rows = [
        "| stream | AMI | goal | average link, all at once | online leader | V | B³ F1 | unsorted | moved | topics |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for group, (placed, _, _) in found.items():
        known = baselines[group]
        rows.append(
            f"| {group} | **{placed['ami']:.3f}** | {GOALS.get(group, '')} | {known['average_link']['AMI']:.2f} "
            f"| {known['leader']['AMI']:.2f} | {placed['v_measure']:.2f} | {placed['b_cubed_f1']:.2f} "
            f"| {placed['unsorted']:.2f} | {placed['moved']:.2f} | {placed['topics']:.0f} |"
        )
    people = [found[name] for name in PEOPLE]
    rows.append(f"| the three people | **{_of(people, 'ami', 0):.3f}** | {PEOPLE_GOAL} | 0.34 | 0.21 | | | | | |")
    rows += [
        "",
        "| stream | first | of three | taps | plain: first | of three | taps | calibration error |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for group, (_, review, plain) in found.items():
        rows.append(
            f"| {group} | {review['hit1']:.2f} | {review['hit3']:.2f} | {review['taps']:.2f} | {plain['hit1']:.2f} "
            f"| {plain['hit3']:.2f} | {plain['taps']:.2f} | {review['calibration_error']:.2f} |"
        )
    fewer = _of(people, "taps", 2) - _of(people, "taps", 1)
    rows.append(
        f"| the three people | **{_of(people, 'hit1', 1):.3f}** (goal {HIT1}) | **{_of(people, 'hit3', 1):.3f}** "
        f"(goal {HIT3}) | **{fewer:.2f}** fewer (goal {FEWER_TAPS}) | {_of(people, 'hit1', 2):.2f} "
        f"| {_of(people, 'hit3', 2):.2f} | {_of(people, 'taps', 2):.2f} | |"
    )
    return "\n".join(rows)


def _of(people: list[Found], name: str, part: int) -> float:
    return sum(one[part][name] for one in people) / len(people)


def main() -> None:
    """Write the tables into the page."""
    folder = Path(sys.argv[1])
    beside = folder / "baselines.json"
    baselines = json.loads((beside if beside.exists() else folder.parent / "baselines.json").read_text())["streams"]
    found = {group: measured(sorted(folder.glob(f"{group}*.jsonl"))) for group in GROUPS}
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table(found, baselines)}\n{END}{after}")


if __name__ == "__main__":
    main()
