"""`make bench PART=capture`: measures, prints a table, and appends a row a figure to bench.jsonl in the data folder."""

import json
import sys

from tests.bench import capture, finding, hearing_figures, insights, pages, takeout, transcription
from tests.bench.figures import data_folder, machine

PARTS = {
    "capture": capture.figures,
    "transcription": transcription.figures,
    "hearing": hearing_figures.figures,
    "insights": insights.figures,
    "pages": pages.figures,
    "takeout": takeout.figures,
    "finding": finding.figures,
}


def main() -> int:
    """Measure the named part, or all. Returns 1 where a goal was missed."""
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"There is no part {', '.join(sorted(unknown))}. PART is one of: {', '.join(PARTS)}.")
    missed = 0
    print(machine())
    for part in wanted:
        for figure in PARTS[part]():
            print(figure.line(), flush=True)
            missed += figure.met is False
            with (data_folder() / "bench.jsonl").open("a") as kept:
                kept.write(json.dumps(figure.row(part)) + "\n")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
