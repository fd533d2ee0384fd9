"""Where the recordings of real people lie, which are no part of the project."""

import os
import subprocess
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[2]
BESIDE = Path("shared", "assets", "speech")


@cache
def clip_folder() -> Path | None:
    """Return the folder that SPEECH_CLIPS names, or the one beside the checkout or what it was cloned from, or None."""
    named = os.environ.get("SPEECH_CLIPS")
    places = (
        [Path(named)] if named else [folder / BESIDE for house in (HOUSE, _cloned_from()) for folder in house.parents]
    )
    return next((place for place in places if (place / "manifest.jsonl").is_file()), None)


def _cloned_from() -> Path:
    """Return the folder that this clone was made from; the checkout itself where that is no folder of this machine."""
    asked = ["git", "-C", str(HOUSE), "config", "--get", "remote.origin.url"]
    origin = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    folder = Path(origin.removeprefix("file://"))
    return folder if origin and folder.is_absolute() and folder.is_dir() else HOUSE
