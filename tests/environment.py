"""The surroundings of every in-process test; a pytest plugin, for pytest-django reads the settings before conftest."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="stillnote-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)

os.environ["STILLNOTE_HOME"] = _home
os.environ["WHISPER_MODEL"] = str(Path(__file__).parent / "assets" / "whisper-micro")
os.environ["EMAIL_URL"] = "memorymail://"
