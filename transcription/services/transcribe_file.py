"""Files on this machine, from their first bytes to their words, the way memos go. Nothing is written down."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from capture.core.audio_types import HEAD_BYTES, sniff
from transcription.core.decoding.decode import MOST_DECODER_DEATHS, ChildDied, Decoded, Undecodable, decode
from transcription.core.engines.protocol import Engine, EngineFailure, Heard, Options
from transcription.core.hearing import EngineStopped, HeardSlice, hear_slice, put_together, run_engine
from transcription.core.messages import Message
from transcription.core.slicing import is_long
from transcription.core.words import joined
from transcription.error_text import sentence_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOT_A_RECORDING = Message("not_a_recording")


class FileOutcome(NamedTuple):
    """What came of a file. state: ready, no_speech, quarantined or refused, the last two with a reason.

    kind: of container, as sniffed. compute_seconds: of wall time.
    """

    state: str
    reason: Message | None = None
    kind: str = ""
    decoded: Decoded | None = None
    heard: Heard | None = None
    compute_seconds: float = 0.0

    def told(self, file: str) -> dict[str, Any]:
        """Return it as `manage.py transcribe` prints it. seconds: as the container says; readable: as decoded."""
        heard, decoded = self.heard, self.decoded
        damage = map(sentence_of, decoded.damage) if decoded else ()
        return {
            "file": file,
            "state": self.state,
            "reason": sentence_of(self.reason) if self.reason else "",
            "format": self.kind,
            "text": joined(heard.words) if heard else "",
            "words": [list(word) for word in heard.words] if heard else [],
            "warnings": [*(heard.warnings if heard else ()), *damage],
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
            return FileOutcome("refused", Message("not_a_file" if path.exists() else "no_such_file"))
        with path.open("rb") as recording:
            outcome = _transcribe_opened(recording, listener, options, max_seconds)
    except (OSError, ValueError) as error:
        return FileOutcome("refused", Message("cannot_be_opened", {"kind": type(error).__name__}))
    return outcome._replace(compute_seconds=time.monotonic() - begun)


def _transcribe_opened(recording: BinaryIO, listener: Engine, options: Options, max_seconds: float) -> FileOutcome:
    head = recording.read(HEAD_BYTES)
    kind = sniff(head)
    if kind is None:
        return FileOutcome("refused", NOT_A_RECORDING if head else Message("empty_file"))
    try:
        decoded = _decode_patiently(recording, kind, max_seconds)
    except Undecodable as reason:
        return FileOutcome("refused", reason.message, kind)
    except ChildDied as reason:
        stopped = Message("reading_stopped_often", {"times": MOST_DECODER_DEATHS, "why": reason.why})
        return FileOutcome("quarantined", stopped, kind)
    try:
        heard = hear_all(decoded.samples, listener, options)
    except EngineStopped as stopped:
        return FileOutcome("refused", Message("engine_stopped_for_good", {"kind": stopped.kind}), kind, decoded)
    except EngineFailure as failure:
        return FileOutcome("refused", failure.message, kind, decoded)
    return FileOutcome("ready" if joined(heard.words).strip() else "no_speech", None, kind, decoded, heard)


def _decode_patiently(recording: BinaryIO, kind: str, max_seconds: float) -> Decoded:
    """Decode it, as often as it takes its decoder along to be left alone. Raises Undecodable, or the last ChildDied."""
    for _ in range(MOST_DECODER_DEATHS - 1):
        try:
            return decode(recording, kind, max_seconds=max_seconds)
        except ChildDied:
            continue
    return decode(recording, kind, max_seconds=max_seconds)


def hear_all(samples: "NDArray[np.float32]", listener: Engine, options: Options) -> Heard:
    """Return what is heard, in a long recording slice by slice. Raises EngineFailure.

    samples: of shape (n,), 16 kHz mono in [-1, 1].
    """

    def listen(piece: "NDArray[np.float32]", window: str) -> Heard:
        return run_engine(listener, piece, options._replace(window=window))

    if not is_long(len(samples)):
        return listen(samples, options.window)
    pcm, slices = _as_pcm(samples), list[HeardSlice]()
    while not (slices and slices[-1].is_last):
        slices.append(hear_slice(pcm, slices[-1].end if slices else 0.0, options.window, listen))
    return put_together(slices)


def _as_pcm(samples: "NDArray[np.float32]") -> "NDArray[np.int16]":
    import numpy as np

    return np.rint(samples * 32768).clip(-32768, 32767).astype(np.int16)
