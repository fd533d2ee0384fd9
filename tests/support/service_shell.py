"""One process that runs Python beside a service, as `manage.py shell -c` does: Django is loaded once."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

LOOP = """
import contextlib, io, json, os, sys, traceback
os.environ.update(json.loads(sys.argv[1]))
import django
django.setup()
for line in sys.stdin:
    said, failed = io.StringIO(), ""
    with contextlib.redirect_stdout(said):
        try:
            exec(json.loads(line), {})
        except Exception:
            failed = traceback.format_exc()
    print(json.dumps([said.getvalue(), failed]), flush=True)
"""


class ServiceShell:
    """It starts with the first code that it is given, and is not taken for a process of the service."""

    def __init__(self, house: Path, environment: Mapping[str, str]) -> None:
        self._house = house
        self._settings = {**environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
        self._process: subprocess.Popen[str] | None = None

    def run(self, code: str) -> str:
        """Return what the code prints. Raises AssertionError with its traceback where it fails."""
        process = self._started()
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(code) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, "the shell has ended"
        said, failed = json.loads(answer)
        assert not failed, failed
        return str(said)

    def close(self) -> None:
        """End it."""
        if self._process:
            self._process.communicate()
            self._process = None

    def _started(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", LOOP, json.dumps(self._settings)],
                cwd=self._house,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._process
