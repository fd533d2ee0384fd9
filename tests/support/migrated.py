"""A migrated database, made once for these migrations and copied: each service is spared seconds of a processor.

What a first start does by itself is tested by `tests/broad/test_first_start.py`, `tests/config/runner/` and `.../ops/`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[2]
NAME = "stillnote.sqlite3"


def give_database(home: Path) -> None:
    """Put a migrated database into a data folder that has none, nor need be there."""
    home.mkdir(parents=True, exist_ok=True)
    if not (home / NAME).exists():
        shutil.copyfile(_migrated(), home / NAME)


@cache
def _migrated() -> Path:
    """Return a database of these migrations. Two processes may both make it: the second's replaces the first's."""
    ready = Path(tempfile.gettempdir()) / f"stillnote-migrated-{_fingerprint()}.sqlite3"
    if not ready.exists():
        with tempfile.TemporaryDirectory(prefix="stillnote-migrated-") as home:
            surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
            command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
            subprocess.run(command, cwd=HOUSE, env=surroundings | {"STILLNOTE_HOME": home}, check=True)
            (Path(home) / NAME).replace(ready)
    return ready


def _fingerprint() -> str:
    """Return what changes with any migration, of ours or of a package."""
    said = hashlib.sha256((HOUSE / "requirements.txt").read_bytes())
    for migration in sorted(HOUSE.glob("*/migrations/*.py")):
        said.update(migration.read_bytes())
    return said.hexdigest()[:16]
