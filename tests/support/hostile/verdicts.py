"""What is said of a file by the way that memos go, and how long that took."""

import time
from pathlib import Path
from typing import NamedTuple

from capture.core.audio_types import HEAD_BYTES, sniff
from transcription.core.decoding.decode import ChildDied, Undecodable, decode
from transcription.error_text import sentence_of

NOT_TAKEN = "not audio"


class Verdict(NamedTuple):
    """sentences: what people are told, none of a whole recording. died: whether the decoding child did."""

    sentences: list[str]
    readable_seconds: float
    died: bool
    wall_seconds: float


def verdict(path: Path, content: bytes, kind: str | None = None) -> Verdict:
    """Write a file and have it read. kind: if not what its first bytes say. Raises what no file should lead to."""
    path.write_bytes(content)
    kind = kind or sniff(content[:HEAD_BYTES])
    begun = time.monotonic()
    if kind is None:
        return Verdict([NOT_TAKEN], 0.0, died=False, wall_seconds=0.0)
    try:
        with path.open("rb") as recording:
            heard = decode(recording, kind, max_seconds=4 * 3600)
    except Undecodable as reason:
        return Verdict([sentence_of(reason.message)], 0.0, died=False, wall_seconds=time.monotonic() - begun)
    except ChildDied as reason:
        return Verdict([sentence_of(reason.message)], 0.0, died=True, wall_seconds=time.monotonic() - begun)
    return Verdict(
        list(map(sentence_of, heard.damage)), heard.readable_seconds, died=False, wall_seconds=time.monotonic() - begun
    )
