"""One memo, from its claim to its words."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from capture.core.errors import Refusal
from capture.services.recordings import open_original, save_peaks
from transcription.core.decoding.decode import Decoded, decode
from transcription.core.engines.protocol import Engine, EngineFailure, Heard, Options
from transcription.core.engines.provided_text import ProvidedText
from transcription.core.hearing import EngineStopped, hear_slice, put_together, run_engine
from transcription.core.messages import Message
from transcription.core.slicing import is_long
from transcription.core.triage import FAILURES, Retry, Verdict, triage
from transcription.core.warnings.spans import is_unsaid
from transcription.core.words import SAMPLE_RATE, joined
from transcription.models import Slice, Transcript
from transcription.services.vocabulary import hotwords
from transcription.worker.claims import Claim, StaleClaim
from transcription.worker.playback_copy import store_playback_copy
from transcription.worker.state import WorkerState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

HEEDED_SECONDS = 3.0
"""How long at most, while there is progress, until a worker heeds that its memo was paused, cancelled or deleted."""

TEXT_LEFT_ASIDE = Message("text_left_aside")
ASIDE_DELAY = timedelta(minutes=10)
"""How long a memo waits whose text is left aside, while there is nothing that could hear it."""

Columns = dict[str, Any]
"""Of a transcript."""


def transcribe_claim(worker: WorkerState, claim: Claim, listener: Engine, other: Engine | None = None) -> None:
    """Decode a claimed memo, make its playback copy, write down its words, of a long one the next slice's.

    Whatever goes wrong, the row says so. other: what hears it where the text that was given cannot be of it.
    """
    try:
        _hear_or_give_back(_Hearing(worker, claim, listener, other))
    except StaleClaim:
        log.warning("Transcript %s is given up here: it is another worker's, stopped or deleted", claim.transcript.pk)
        worker.audio.drop(claim.transcript.pk)
    finally:
        worker.watchdog.forget(claim.key)


def _hear_or_give_back(hearing: "_Hearing") -> None:
    """Hear the memo, or write why it was not heard, and whether it is tried again. Raises StaleClaim."""
    claim = hearing.claim
    try:
        hearing.go_on()
    except FAILURES as failure:
        if isinstance(failure, EngineFailure):
            is_unforeseen = isinstance(failure, EngineStopped)
            kind = type(failure).__name__
            log.warning("Transcript %s was not heard (%s)", claim.transcript.pk, kind, exc_info=is_unforeseen)
        _give_back(claim, triage(failure))


@dataclass
class _Hearing:
    """One claim, worked on by one engine. known: columns that are written down before anything is heard.

    other: the engine that is asked where the listener is a text that cannot be of the recording. notes: warnings.
    """

    worker: WorkerState
    claim: Claim
    listener: Engine
    other: Engine | None = None
    notes: list[Message] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    known: Columns = field(default_factory=dict)

    def go_on(self) -> None:
        """Hear the memo, or of a long one the next slice. Raises StaleClaim, Undecodable, ChildDied, EngineFailure."""
        audio, pk = self.worker.audio, self.claim.transcript.pk
        kept = audio.get(pk)
        decoded = kept or _decode_memo(self.claim)
        if decoded is None:
            return
        if self._is_other_text(decoded):
            if self.other is None:
                self.claim.postpone(TEXT_LEFT_ASIDE, ASIDE_DELAY)
                return
            self.listener, self.notes = self.other, [TEXT_LEFT_ASIDE]
        in_slices = is_long(len(decoded.sound)) and not isinstance(self.listener, ProvidedText)
        self.known = {
            "is_long": in_slices,
            "audio_seconds": round(decoded.seconds, 3),
            "container_seconds": decoded.container_seconds,
        }
        if in_slices:
            self.hear_next_slice(kept or audio.keep(pk, decoded))
        else:
            heard = self._listen(self._samples(decoded), settings.WHISPER_WINDOW)
            self._finish(decoded, heard, self._seconds())

    def _is_other_text(self, decoded: Decoded) -> bool:
        """Return whether a text was given that is far too long for the recording, also for what is missing of it."""
        seconds = max(decoded.seconds, decoded.container_seconds or 0.0)
        return isinstance(self.listener, ProvidedText) and self.listener.is_too_long(seconds)

    def hear_next_slice(self, decoded: Decoded) -> None:
        """Hear what comes after the last saved slice: save it, or finish with it. Raises as `go_on` does."""
        transcript = self.claim.transcript
        last = transcript.slices.last()
        begin = last.end if last else 0.0
        self.claim.renew(**self.known)
        heard = hear_slice(
            decoded.sound, begin, settings.WHISPER_WINDOW, self._listen, passes_silence=not transcript.without_vad
        )
        seconds = round(self._seconds(), 3)
        if heard.is_last:
            done = list(transcript.slices.all())
            whole = put_together([*(one.heard() for one in done), heard])
            self._finish(decoded, whole, sum(one.compute_seconds for one in done) + seconds)
            self.worker.audio.drop(transcript.pk)
            return
        self.claim.save(
            Slice(
                transcript=transcript,
                position=last.position + 1 if last else 0,
                start=heard.start,
                end=heard.end,
                words=heard.words,
                warnings=heard.warnings,
                language=heard.language,
                compute_seconds=seconds,
            )
        )

    def _samples(self, decoded: Decoded) -> "NDArray[np.float32]":
        """Return all samples; for words that are given already silence as long, which needs no memory."""
        import numpy as np

        if isinstance(self.listener, ProvidedText):
            return np.broadcast_to(np.float32(0), len(decoded.sound))
        return decoded.samples

    def _listen(self, samples: "NDArray[np.float32]", window: str) -> Heard:
        budget, seconds, begun = self.worker.time_budget, len(samples) / SAMPLE_RATE, time.monotonic()
        allowed = budget.allowed(self.listener, seconds)
        self.claim.renew(allowed, **self.known)
        options = Options(
            languages=_languages(self.claim.transcript),
            hotwords=hotwords(self.claim.memo.user),
            vad=not self.claim.transcript.without_vad,
            window=window,
        )
        heard = run_engine(self.listener, samples, options, _progress(self.claim, allowed))
        budget.record(self.listener, seconds, time.monotonic() - begun)
        return heard

    def _finish(self, decoded: Decoded, heard: Heard, seconds: float) -> None:
        """Write what was heard. Where perhaps nobody speaks at all, the words are kept and are no text.

        Whoever asked to have all of it heard says that somebody does.
        """
        is_unsaid_text = is_unsaid(heard.words, heard.warnings) and not self.claim.transcript.without_vad
        self.claim.finish(
            engine=self.listener.name,
            model=self.listener.model,
            language=heard.language,
            text="" if is_unsaid_text else joined(heard.words),
            words=heard.words,
            warnings=[*heard.warnings, *map(str, (*decoded.damage, *decoded.notes, *self.notes))],
            window=heard.window,
            compute_seconds=round(seconds, 3),
        )

    def _seconds(self) -> float:
        return time.monotonic() - self.begun


def _decode_memo(claim: Claim) -> Decoded | None:
    """Return the recording as samples, its copy and peaks kept; or None where the row says why it is not there.

    Raises Undecodable, ChildDied and StaleClaim.
    """
    memo, progress = claim.memo, _progress(claim)
    is_begun = claim.transcript.slices.exists()
    try:
        with open_original(memo, progress) as recording:
            decoded = decode(
                recording,
                memo.kind,
                max_seconds=settings.MAX_AUDIO_SECONDS,
                progress=progress,
                copied=not is_begun,
                folder=settings.HOME,
            )
    except FileNotFoundError:
        claim.fail(Message("file_missing"))
    except Refusal as refusal:
        log.warning("The recording of memo %s cannot be fetched (%s)", memo.pk, refusal.code)
        claim.postpone(Message("file_unreachable"))
    else:
        store_playback_copy(memo, decoded)
        save_peaks(memo, decoded.peaks)
        return decoded
    return None


def _give_back(claim: Claim, verdict: Verdict) -> None:
    """Write to the row what a verdict says. Raises StaleClaim."""
    match verdict.retry:
        case Retry.NEVER:
            claim.fail(verdict.message)
        case Retry.DECODER_DEATH_COUNTED:
            claim.count_decoder_death(verdict.message)
        case Retry.LOST_CLAIM_COUNTED:
            claim.release(verdict.message)
        case Retry.LATER:
            # Twice as long as the engine rests: should it be to blame after all, others are heard before it.
            claim.postpone(verdict.message, timedelta(seconds=2 * verdict.after_seconds))


def _progress(claim: Claim, allowed: float = 0.0) -> Callable[[], None]:
    """Return what renews the lease when there is progress, but not at every frame. Raises StaleClaim."""
    renewed = time.monotonic()

    def progress() -> None:
        nonlocal renewed
        if time.monotonic() - renewed > min(settings.LEASE_SECONDS / 5, HEEDED_SECONDS):
            renewed = time.monotonic()
            claim.renew(allowed)

    return progress


def _languages(transcript: Transcript) -> tuple[str, ...]:
    """Return those that may be spoken: the one that a person asked for, else all that its user speaks."""
    spoken = transcript.asked_language or transcript.memo.user.languages
    return tuple(code for code in spoken.replace(" ", "").split(",") if code)
