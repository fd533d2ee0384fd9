"""What the app that holds the rooms together does in every process."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.service import HOUSE

WRITE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


def test_a_process_that_ends_leaves_the_database_whole_in_its_file(tmp_path: Path) -> None:
    environment = {"STILLNOTE_HOME": str(tmp_path), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "-c", WRITE], cwd=HOUSE, env=os.environ | environment, check=True)
    assert [path.name for path in tmp_path.glob("*.sqlite3*")] == ["stillnote.sqlite3"]
