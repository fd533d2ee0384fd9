"""The surroundings of every in-process test; loaded by the root conftest before anything that needs Django."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django

_home = tempfile.mkdtemp(prefix="stillnote-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)

os.environ["STILLNOTE_HOME"] = _home
os.environ["WHISPER_MODEL"] = str(Path(__file__).parent / "assets" / "whisper-micro")
os.environ["EMAIL_URL"] = "memorymail://"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

django.setup()
