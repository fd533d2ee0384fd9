"""The surroundings of the tests come first: Django's settings are read from them."""

import gc
from typing import Any

from tests.support.clip_folder import clip_folder

pytest_plugins = [
    "tests.support.servers",
    "tests.support.dovecot",
    "tests.support.environment",
    "tests.support.buckets",
]

NEED_CLIPS = ["tests/transcription/services/test_real_people.py"]
collect_ignore = [] if clip_folder() else NEED_CLIPS

gc.disable()  # until all is loaded


def pytest_collection_finish() -> None:
    """Let garbage be looked for in what tests make alone: with all that is loaded, it takes a quarter of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20)  # or what tests keep is gone through too often
    gc.enable()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say plainly what was left out where there are no recordings of real people."""
    if collect_ignore:
        terminalreporter.write_line(f"Left out, for SPEECH_CLIPS names no folder of clips: {', '.join(NEED_CLIPS)}")
