"""`make bench PART=capture`: measures, prints a table, and appends a row a figure to bench.jsonl in the data folder."""

import json
import os
import sys
from pathlib import Path

from tests.bench import capture
from tests.bench.figures import machine

PARTS = {"capture": capture.figures}


def main() -> int:
    """Measure the named part, or all. Returns 1 where a goal was missed."""
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"There is no part {', '.join(sorted(unknown))}. PART is one of: {', '.join(PARTS)}.")
    home = Path(os.environ.get("STILLNOTE_HOME") or "var")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    missed = 0
    print(machine())
    for part in wanted:
        for figure in PARTS[part]():
            print(figure.line(), flush=True)
            missed += figure.met is False
            with (home / "bench.jsonl").open("a") as kept:
                kept.write(json.dumps(figure.row(part)) + "\n")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
