"""Models are fetched behind the pages: the sweep starts a program for it, and the terminal says how far that is."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from django.conf import settings
from django.db import Error, close_old_connections

from insights.error_text import describe_problem
from insights.services.embedders import DOWNLOAD_KIND, fetch_sentence_model, is_sentence_fetch_due
from transcription.core.download_lines import DownloadLines
from transcription.core.download_record import read_downloads
from transcription.core.messages import Message
from transcription.error_text import sentence_of
from transcription.model_choice.hub import KIND
from transcription.model_choice.registry import (
    chosen_by_speed,
    fetch_whisper_model,
    is_fetch_due,
    measure_machine,
)

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 60.0, 3600.0
"""After a try that did not bring everything; twice as long each time."""
LOOK_SECONDS = 0.5


def fetch_missing_models() -> None:
    """Time the machine where that is to be done, and fetch what is to be here and is not. Takes as long as it takes."""
    measure_machine()
    if is_fetch_due():
        fetch_whisper_model()
    if is_sentence_fetch_due():
        fetch_sentence_model()


def fetch_models_until(ended: threading.Event) -> None:
    """Have models fetched by a program of its own whenever one is missing, until the event is set.

    Should it fail, it sets the event. The program ends with this process, however that ends.
    """
    pause = FIRST_PAUSE_SECONDS
    try:
        while not ended.is_set():
            if _is_something_due():
                _run_program(ended)
            if _is_something_due():
                ended.wait(pause)
                pause = min(2 * pause, MAX_PAUSE_SECONDS)
            else:
                ended.wait(settings.SWEEP_SECONDS)
                pause = FIRST_PAUSE_SECONDS
    finally:
        ended.set()


def _is_something_due() -> bool:
    close_old_connections()
    with suppress(Error):  # a database that is away is asked again in a while
        return is_fetch_due() or is_sentence_fetch_due()
    return False


def _run_program(ended: threading.Event) -> None:
    command = [sys.executable, "manage.py", "fetch_models"]
    try:
        program = subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:  # no memory for it, say: the sweep goes on
        log.warning("The program that fetches models cannot be started (%s)", type(error).__name__)
        return
    with program:
        while program.poll() is None:
            if ended.wait(LOOK_SECONDS):
                with suppress(ProcessLookupError):
                    os.killpg(program.pid, signal.SIGKILL)


class FetchReport:
    """What the terminal is told of models: which one suits the machine, and how far each is that is fetched."""

    def __init__(self, print_lines: Callable[..., None]) -> None:
        self._print = print_lines
        self._begun = time.time()
        self._look_at = 0.0
        self._is_choice_told = chosen_by_speed() is not None
        self._lines: dict[tuple[str, str, str], DownloadLines] = {}

    def look(self) -> None:
        """Print what is new."""
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_SECONDS
        if not self._is_choice_told and (chosen := chosen_by_speed()):
            self._is_choice_told = True
            self._print(sentence_of(chosen))
        self._print(*self._new_lines())

    def _new_lines(self) -> Iterator[str]:
        for download in read_downloads(settings.HOME / "models"):
            if download.kind in _WORDS and download.at >= self._begun:
                code, words = _WORDS[download.kind]
                lines = self._lines.setdefault(download[:3], DownloadLines(code))
                yield from map(words, lines.next_lines(download))


_WORDS: dict[str, tuple[str, Callable[[Message], str]]] = {
    KIND: ("model", sentence_of),
    DOWNLOAD_KIND: ("sentence_model", describe_problem),
}
"""By which word the codes of a kind of model begin, and what makes sentences of them."""
