"""One memo, from its claim to its words."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings

from capture.core.errors import Refusal
from capture.models import Memo
from capture.services.recordings import open_original, save_playback
from transcription.core.decoding.decode import ChildDied, Decoded, Undecodable, decode
from transcription.core.engines.protocol import (
    Engine,
    EngineFailure,
    EnginePermanent,
    EngineStumbled,
    EngineTransient,
    Heard,
    Options,
)
from transcription.core.engines.provided_text import ProvidedText
from transcription.core.hearing import EngineStopped, hear_slice, put_together, run_engine
from transcription.core.messages import Message
from transcription.core.slicing import is_long
from transcription.core.words import SAMPLE_RATE, joined
from transcription.models import Slice
from transcription.services.vocabulary import hotwords
from transcription.worker import audio_cache, time_budget, watchdog
from transcription.worker.claims import Claim, StaleClaim

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

HEEDED_SECONDS = 3.0
"""How long at most, while there is progress, until a worker heeds that its memo was paused, cancelled or deleted."""

Known = dict[str, Any]
"""Columns of a transcript."""


def transcribe_claim(claim: Claim, listener: Engine) -> None:
    """Decode a claimed memo, make its playback copy, write down its words, of a long one the next slice's.

    Whatever goes wrong, the row says so.
    """
    try:
        _transcribe(claim, listener)
    except StaleClaim:
        log.warning("Transcript %s is given up here: it is another worker's, stopped or deleted", claim.transcript.pk)
        audio_cache.let_go(claim.transcript.pk)
    finally:
        watchdog.forget(claim.key)


def _transcribe(claim: Claim, listener: Engine) -> None:
    begun = time.monotonic()
    kept = audio_cache.kept(claim.transcript.pk)
    decoded = kept or _decode_memo(claim)
    if decoded is None:
        return
    in_slices = is_long(len(decoded.samples)) and not isinstance(listener, ProvidedText)
    known = {
        "is_long": in_slices,
        "audio_seconds": round(decoded.seconds, 3),
        "container_seconds": decoded.container_seconds,
    }
    try:
        if in_slices:
            kept = kept or audio_cache.keep(claim.transcript.pk, decoded)
            _transcribe_slice(claim, listener, kept, known, begun)
        else:
            heard = _hear_samples(claim, listener, decoded.samples, settings.WHISPER_WINDOW, known)
            _finish(claim, listener, decoded, heard, time.monotonic() - begun)
    except EngineFailure as failure:
        _give_back(claim, failure)


def _transcribe_slice(claim: Claim, listener: Engine, decoded: Decoded, known: Known, begun: float) -> None:
    """Hear what comes after the last saved slice: save it, or finish with it. Raises EngineFailure."""
    transcript, samples = claim.transcript, cast("NDArray[np.int16]", decoded.samples)
    done = list(transcript.slices.all())
    heard = hear_slice(
        samples,
        done[-1].end if done else 0.0,
        settings.WHISPER_WINDOW,
        lambda piece, window: _hear_samples(claim, listener, piece, window, known),
    )
    seconds = round(time.monotonic() - begun, 3)
    if heard.is_last:
        whole = put_together([*(one.heard() for one in done), heard])
        _finish(claim, listener, decoded, whole, sum(one.compute_seconds for one in done) + seconds)
        audio_cache.let_go(transcript.pk)
        return
    claim.save(
        Slice(
            transcript=transcript,
            position=len(done),
            start=heard.start,
            end=heard.end,
            words=heard.words,
            warnings=heard.warnings,
            language=heard.language,
            compute_seconds=seconds,
        )
    )


def _decode_memo(claim: Claim) -> Decoded | None:
    """Return the recording as samples, its playback copy kept; or None where the row says why not."""
    memo, progress = claim.memo, _progress(claim)
    is_begun = claim.transcript.slices.exists()
    try:
        with open_original(memo, progress) as recording:
            decoded = decode(
                recording, memo.kind, max_seconds=settings.MAX_AUDIO_SECONDS, progress=progress, copied=not is_begun
            )
    except FileNotFoundError:
        claim.fail(Message("file_missing"))
    except Refusal as refusal:
        log.warning("The recording of memo %s cannot be fetched (%s)", memo.pk, refusal.code)
        claim.postpone(Message("file_unreachable"))
    except Undecodable as reason:
        claim.fail(reason.message)
    except ChildDied as reason:
        claim.count_decoder_death(Message("reading_stopped", {"why": reason.why}))
    else:
        _store_playback(memo, decoded.playback)
        return decoded
    return None


def _hear_samples(claim: Claim, listener: Engine, samples: "NDArray[np.float32]", window: str, known: Known) -> Heard:
    """Return what an engine hears. known: what to write down before. Raises EngineFailure."""
    seconds, begun = len(samples) / SAMPLE_RATE, time.monotonic()
    allowed = time_budget.allowed(listener, seconds)
    claim.renew(allowed, **known)
    options = Options(
        languages=_languages(claim.memo),
        hotwords=hotwords(claim.memo.user),
        vad=not claim.transcript.without_vad,
        window=window,
    )
    heard = run_engine(listener, samples, options, _progress(claim, allowed))
    time_budget.note(listener, seconds, time.monotonic() - begun)
    return heard


def _finish(claim: Claim, listener: Engine, decoded: Decoded, heard: Heard, seconds: float) -> None:
    claim.finish(
        engine=listener.name,
        model=listener.model,
        language=heard.language,
        text=joined(heard.words),
        words=heard.words,
        warnings=[*heard.warnings, *map(str, decoded.damage)],
        window=heard.window,
        compute_seconds=round(seconds, 3),
    )


def _give_back(claim: Claim, failure: EngineFailure) -> None:
    """Do as an engine says that could not hear: each of its errors says whether to try again."""
    log.warning(
        "Transcript %s was not heard (%s)",
        claim.transcript.pk,
        type(failure).__name__,
        exc_info=isinstance(failure, EngineStopped),
    )
    match failure:
        case EngineTransient():
            # Twice as long as the engine rests: should it be to blame after all, others are heard before it.
            claim.postpone(failure.message, timedelta(seconds=2 * failure.after))
        case EngineStumbled():
            claim.release(failure.message)
        case EnginePermanent():
            claim.fail(failure.message)


def _progress(claim: Claim, allowed: float = 0.0) -> Callable[[], None]:
    """Return what renews the lease when there is progress, but not at every frame. Raises StaleClaim."""
    renewed = time.monotonic()

    def progress() -> None:
        nonlocal renewed
        if time.monotonic() - renewed > min(settings.LEASE_SECONDS / 5, HEEDED_SECONDS):
            renewed = time.monotonic()
            claim.renew(allowed)

    return progress


def _languages(memo: Memo) -> tuple[str, ...]:
    return tuple(code for code in memo.user.languages.replace(" ", "").split(",") if code)


def _store_playback(memo: Memo, copy: bytes) -> None:
    """Keep the playback copy, if there is one. Without it the original is played: the words are what matters."""
    try:
        if copy:
            save_playback(memo, copy)
    except (OSError, Refusal) as error:
        log.warning("There is no playback copy of memo %s (%s)", memo.pk, type(error).__name__)
