"""`python -m tests.bench.hearing_table`: the tables of docs/exactness.md and docs/speed.md, of what was measured last.

`make bench PART=hearing` leaves all that each side heard in hearing.json of the data folder. Writes between the marks.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.bench.figures import data_folder, machine
from tests.bench.hearing import OURS, PLAIN, PLAIN_VAD, Heard, Results, Sums, by, sums
from tests.bench.hearing_figures import SHORT_SECONDS, figures_of

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- hearing: begin -->", "<!-- hearing: end -->"
WAYS = (PLAIN, PLAIN_VAD, OURS)


def kept_results() -> Results:
    """Return what was measured last. Raises OSError where nothing was."""
    kept = json.loads((data_folder() / "hearing.json").read_text())
    versions = {name: _ways(ways) for name, ways in kept["versions"].items()}
    return Results(_ways(kept["speech"]), _ways(kept["sounds"]), versions, _heard(kept["long"]))


def _ways(ways: dict[str, list[dict[str, Any]]]) -> dict[str, list[Heard]]:
    return {way: _heard(rows) for way, rows in ways.items()}


def _heard(rows: Iterable[dict[str, Any]]) -> list[Heard]:
    return [Heard(**row) for row in rows]


def exactness(found: Results) -> str:
    """Return the tables of docs/exactness.md, as Markdown."""
    rows = [
        "| clips | words | plain | plain, with its VAD | ours |",
        "|---|---|---|---|---|",
    ]
    for key in (lambda _one: "all", lambda one: f"language: {one.language}", lambda one: f"corpus: {one.group}"):
        grouped = {way: by(found.speech[way], key) for way in WAYS}
        for name, own in grouped[OURS].items():
            rates = " | ".join(f"{grouped[way][name].error_rate:.2f} %" for way in WAYS)
            rows.append(f"| {name} | {own.words} | {rates} |")
    rows += ["", "| | plain | plain, with its VAD | ours |", "|---|---|---|---|"]
    rows.append(_row("clips with words invented at their end", found.speech, lambda one: f"{one.invented}"))
    rows.append(_row("clips lost", found.speech, lambda one: f"{one.lost} of {one.recordings}"))
    rows.append(_row("sounds in which words are written", found.sounds, lambda one: f"{one.texts} of {one.recordings}"))
    rows.append(_row("of these without a mark", found.sounds, lambda one: f"{one.unmarked}"))
    for name, ways in found.versions.items():
        rows.append(_row(f"words lost, {name}", ways, lambda one: f"{100 * one.missing / max(one.words, 1):.2f} %"))
    english = sums(one for one in found.speech[OURS] if one.language == "en")
    long = sums(found.long)
    told = (
        f"{long.recordings} recordings of ten minutes, made of the English clips: {long.error_rate:.2f} % of "
        f"{long.words} words wrong; the same clips one by one: {english.error_rate:.2f} %."
    )
    rows += [
        "",
        told,
        "",
        "| goal | measured | met |",
        "|---|---|---|",
        *(
            f"| {one.name}: {one.goal} | {one.value:.2f} {one.unit} | {'yes' if one.met else 'no'} |"
            for one in figures_of(found)
            if one.met is not None
        ),
    ]
    return "\n".join(rows)


def _row(name: str, heard: dict[str, list[Heard]], tell: Callable[[Sums], str]) -> str:
    return f"| {name} | " + " | ".join(tell(sums(heard[way])) if way in heard else "-" for way in WAYS) + " |"


def speed(found: Results) -> str:
    """Return the table of docs/speed.md, as Markdown."""
    rows = ["| CPU seconds for each second of sound | plain | ours | times less |", "|---|---|---|---|"]
    parts: tuple[tuple[str, dict[str, list[Heard]], Callable[[Heard], bool]], ...] = (
        ("clips under 10 s", found.speech, lambda one: one.seconds < SHORT_SECONDS),
        ("longer clips", found.speech, lambda one: one.seconds >= SHORT_SECONDS),
        ("everyday sounds", found.sounds, lambda _one: True),
    )
    for name, heard, wanted in parts:
        plain, own = (sums(filter(wanted, heard[way])) for way in (PLAIN, OURS))
        kept = " (kept)" if plain.kept else ""
        rows.append(f"| {name} | {plain.work:.3f}{kept} | {own.work:.3f} | {plain.work / own.work:.1f} |")
    return "\n".join([*rows, "", f"On {machine()}."])


def write_between_marks(page: Path, table: str) -> None:
    """Write a table between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _old, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    measured = kept_results()
    write_between_marks(DOCS / "exactness.md", exactness(measured))
    write_between_marks(DOCS / "speed.md", speed(measured))
