"""`python -m tests.support.faults.reading_files FILE…`: have files read, each given as `kind:path`."""

import sys

from transcription.core.decoding.decode import ChildDied, Undecodable, decode


def main() -> None:
    """Read each; what comes of it is another test's business."""
    for argument in sys.argv[1:]:
        kind, _, path = argument.partition(":")
        try:
            with open(path, "rb") as recording:  # noqa: PTH123
                decode(recording, kind, max_seconds=3600)
        except (Undecodable, ChildDied):
            continue


if __name__ == "__main__":
    main()
