"""The soft bell between topics, and the quiet between ideas: a file coded as playback copies are, joined with them."""

from functools import cache
from pathlib import Path

from transcription.core.decoding.copy_index import CopyIndex, read_index
from transcription.core.decoding.splice import Cut

BELL_FILE = Path(__file__).with_suffix(".m4a")
"""Written by `manage.py make_bell`: quiet, the bell, quiet."""
QUIET_SECONDS, BELL_SECONDS = 0.6, 2.6
BELL = 0
"""Its number among the sources of a joined sound."""
BETWEEN_IDEAS = Cut(BELL, 0.1, 0.5)
BETWEEN_TOPICS = Cut(BELL, 0.3, QUIET_SECONDS + BELL_SECONDS + 0.2)
AT_THE_END = Cut(BELL, 0.1, 0.5)


@cache
def bell_bytes() -> bytes:
    """Return the file."""
    return BELL_FILE.read_bytes()


@cache
def bell_index() -> CopyIndex:
    """Return where its packets lie."""
    content = bell_bytes()
    return read_index(lambda place, length: content[place : place + length], len(content))
