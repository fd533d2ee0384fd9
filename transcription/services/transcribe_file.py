"""Files on this machine, from their first bytes to their words, the way memos go. Nothing is written down."""

import time
from pathlib import Path
from typing import BinaryIO, NamedTuple

from capture.core.audio_types import HEAD_BYTES, sniff
from transcription.core.decoding.decode import MAX_DECODER_DEATHS, ChildDied, Decoded, decode
from transcription.core.engines.protocol import Engine, Heard, Options
from transcription.core.hearing import hear_sound
from transcription.core.messages import Message
from transcription.core.triage import FAILURES, Retry, triage
from transcription.core.warnings.spans import is_unsaid
from transcription.core.words import joined

NOT_A_RECORDING = Message("not_a_recording")


class FileOutcome(NamedTuple):
    """What came of a file. state: ready, no_speech, quarantined or refused, the last two with a reason.

    Without speech there may be words all the same, of each of which it is doubted that anybody spoke.

    kind: of container, as sniffed. compute_seconds: of wall time.
    """

    state: str
    reason: Message | None = None
    kind: str = ""
    decoded: Decoded | None = None
    heard: Heard | None = None
    compute_seconds: float = 0.0


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
    decoded = None
    try:
        decoded = _decode_patiently(recording, kind, max_seconds)
        heard = hear_sound(listener, decoded.sound, options)
    except FAILURES as failure:
        verdict = triage(failure, last_try=MAX_DECODER_DEATHS)
        is_quarantined = verdict.retry == Retry.DECODER_DEATH_COUNTED
        return FileOutcome("quarantined" if is_quarantined else "refused", verdict.message, kind, decoded)
    is_silent = not joined(heard.words).strip() or (options.vad and is_unsaid(heard.words, heard.warnings))
    return FileOutcome("no_speech" if is_silent else "ready", None, kind, decoded, heard)


def _decode_patiently(recording: BinaryIO, kind: str, max_seconds: float) -> Decoded:
    """Decode it, as often as it takes its decoder along to be left alone. Raises Undecodable, or the last ChildDied."""
    for _ in range(MAX_DECODER_DEATHS - 1):
        try:
            return decode(recording, kind, max_seconds=max_seconds, copied=False)
        except ChildDied:
            continue
    return decode(recording, kind, max_seconds=max_seconds, copied=False)
