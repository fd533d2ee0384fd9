"""Files on this machine, from their first bytes to their words, the way memos go. Nothing is written down."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from capture.core.audio_types import HEAD, sniff
from transcription.core.decoding.decode import ChildDied, Decoded, Undecodable, decode
from transcription.core.engines.protocol import Engine, EnginePermanent, EngineStumbled, EngineTransient, Heard, Options
from transcription.core.slicing import is_long, join_slices, main_language, next_end, shifted, to_float
from transcription.core.warnings import spans
from transcription.core.words import SAMPLE_RATE, Word, joined
from transcription.worker.claims import MOST_DECODER_DEATHS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class FileOutcome(NamedTuple):
    """What came of a file. state: ready, no_speech, quarantined or refused, the last two with a reason for people.

    kind: of container, as sniffed. compute_seconds: of wall time.
    """

    state: str
    reason: str = ""
    kind: str = ""
    decoded: Decoded | None = None
    heard: Heard | None = None
    compute_seconds: float = 0.0

    def told(self, file: str) -> dict[str, Any]:
        """Return it as `manage.py transcribe` prints it. seconds: as the container says; readable: as decoded."""
        heard, decoded = self.heard, self.decoded
        return {
            "file": file,
            "state": self.state,
            "reason": self.reason,
            "format": self.kind,
            "text": joined(heard.words) if heard else "",
            "words": [list(word) for word in heard.words] if heard else [],
            "warnings": [*(heard.warnings if heard else ()), *(decoded.damage if decoded else ())],
            "language": heard.language if heard else "",
            "seconds": round(decoded.container_seconds, 3) if decoded and decoded.container_seconds else None,
            "readable": round(decoded.readable_seconds, 3) if decoded else 0.0,
            "compute_seconds": round(self.compute_seconds, 3),
            "window": heard.window if heard else "",
        }


def transcribe_file(path: Path, listener: Engine, options: Options, *, max_seconds: float) -> FileOutcome:
    """Return what is said in a file. max_seconds: of sound; a file that holds more is refused."""
    begun = time.monotonic()
    try:
        if not path.is_file():
            return FileOutcome("refused", "There is no such file." if not path.exists() else "It is not a file.")
        with path.open("rb") as recording:
            outcome = _of(recording, listener, options, max_seconds)
    except (OSError, ValueError) as error:
        return FileOutcome("refused", f"It cannot be opened ({type(error).__name__}).")
    return outcome._replace(compute_seconds=time.monotonic() - begun)


def _of(recording: BinaryIO, listener: Engine, options: Options, max_seconds: float) -> FileOutcome:
    head = recording.read(HEAD)
    kind = sniff(head)
    if kind is None:
        return FileOutcome("refused", "Its first bytes are not those of a recording." if head else "It is empty.")
    try:
        decoded = _decoded(recording, kind, max_seconds)
    except Undecodable as reason:
        return FileOutcome("refused", str(reason), kind)
    except ChildDied as reason:
        return FileOutcome("quarantined", f"Reading it was stopped {MOST_DECODER_DEATHS} times: {reason}.", kind)
    try:
        heard = heard_in(decoded.samples, listener, options)
    except (EngineTransient, EngineStumbled, EnginePermanent) as reason:
        return FileOutcome("refused", str(reason), kind, decoded)
    except (RuntimeError, MemoryError) as error:
        return FileOutcome("refused", f"The engine stopped ({type(error).__name__}).", kind, decoded)
    return FileOutcome("ready" if joined(heard.words).strip() else "no_speech", "", kind, decoded, heard)


def _decoded(recording: BinaryIO, kind: str, max_seconds: float) -> Decoded:
    for _ in range(MOST_DECODER_DEATHS - 1):
        try:
            return decode(recording, kind, max_seconds=max_seconds)
        except ChildDied:
            continue
    return decode(recording, kind, max_seconds=max_seconds)


def heard_in(samples: "NDArray[np.float32]", listener: Engine, options: Options) -> Heard:
    """Return what is heard, in a long recording slice by slice. samples: of shape (n,), 16 kHz mono in [-1, 1]."""
    if not is_long(len(samples)):
        return listener.transcribe(samples, options)
    pcm, start, spoken, slices, warnings = _as_pcm(samples), 0, 0, list[tuple[str, list[Word]]](), list[str]()
    while start < len(pcm):
        end = next_end(pcm, start)
        # Only the last slice ends where the sound does: the window of the others is never trimmed.
        window = options.window if end == len(pcm) else "full"
        heard = listener.transcribe(to_float(pcm[start:end]), options._replace(window=window))
        slices.append((heard.language, shifted(heard.words, start / SAMPLE_RATE)))
        warnings += spans.shift_warnings(spoken, heard.warnings)
        spoken += len(heard.words)
        start = end
    return Heard(join_slices(slices), main_language(slices), list(dict.fromkeys(warnings)), "slices")


def _as_pcm(samples: "NDArray[np.float32]") -> "NDArray[np.int16]":
    import numpy as np

    return np.rint(samples * 32768).clip(-32768, 32767).astype(np.int16)
