"""One memo, from its claim to its words."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from django.conf import settings

from capture.core.errors import Refusal
from capture.models import Memo
from capture.services.recordings import keep_playback, opened
from transcription.core.decoding.decode import ChildDied, Decoded, Undecodable, decode
from transcription.core.engines.protocol import Engine, EnginePermanent, EngineStumbled, EngineTransient, Heard, Options
from transcription.core.engines.provided_text import ProvidedText
from transcription.core.slicing import is_long, join_slices, main_language, next_end, shifted, to_float
from transcription.core.warnings import spans
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
    if in_slices:
        _transcribe_slice(claim, listener, kept or audio_cache.keep(claim.transcript.pk, decoded), known, begun)
    elif heard := _hear_samples(claim, listener, decoded.samples, settings.WHISPER_WINDOW, known):
        _finish(claim, listener, decoded, heard, time.monotonic() - begun)


def _transcribe_slice(claim: Claim, listener: Engine, decoded: Decoded, known: Known, begun: float) -> None:
    """Hear what comes after the last saved slice: save it, or finish with it."""
    transcript = claim.transcript
    samples: Any = decoded.samples
    done = list(transcript.slices.all())
    start = round(done[-1].end * SAMPLE_RATE) if done else 0
    end = next_end(samples, start)
    is_last = end == len(samples)
    # Windows inside long audio are never cut short: Whisper would run on where the sound breaks off.
    window = settings.WHISPER_WINDOW if is_last else "full"
    heard = _hear_samples(claim, listener, to_float(samples[start:end]), window, known)
    if heard is None:
        return
    piece = Slice(
        transcript=transcript,
        position=len(done),
        start=start / SAMPLE_RATE,
        end=end / SAMPLE_RATE,
        words=shifted(heard.words, start / SAMPLE_RATE),
        warnings=heard.warnings,
        language=heard.language,
        compute_seconds=round(time.monotonic() - begun, 3),
    )
    if is_last:
        slices = [*done, piece]
        _finish(claim, listener, decoded, _joined_slices(slices), sum(one.compute_seconds for one in slices))
        audio_cache.let_go(transcript.pk)
    else:
        claim.save(piece)


def _joined_slices(slices: list[Slice]) -> Heard:
    heard = [(one.language, one.heard()) for one in slices]
    before = accumulate((len(one.words) for one in slices), initial=0)
    warnings = dict.fromkeys(chain.from_iterable(map(spans.shift_warnings, before, (one.warnings for one in slices))))
    return Heard(join_slices(heard), main_language(heard), list(warnings), "slices")


def _decode_memo(claim: Claim) -> Decoded | None:
    """Return the recording as samples, its playback copy kept; or None where the row says why not."""
    memo, progress = claim.memo, _progress(claim)
    is_begun = claim.transcript.slices.exists()
    try:
        with opened(memo, progress) as recording:
            decoded = decode(
                recording, memo.kind, max_seconds=settings.MAX_AUDIO_SECONDS, progress=progress, copied=not is_begun
            )
    except FileNotFoundError:
        claim.fail("The recording's file is missing.")
    except Refusal as refusal:
        log.warning("The recording of memo %s cannot be fetched (%s)", memo.pk, refusal.code)
        claim.postpone("The recording cannot be fetched at the moment; it is tried again.")
    except Undecodable as reason:
        claim.fail(str(reason))
    except ChildDied as reason:
        claim.decoder_died(f"Reading it was stopped: {reason}.")
    else:
        _store_playback(memo, decoded.playback)
        return decoded
    return None


def _hear_samples(
    claim: Claim, listener: Engine, samples: "NDArray[np.float32]", window: str, known: Known
) -> Heard | None:
    """Return what an engine hears, or None where it stopped and the row says so. known: what to write down before."""
    seconds, begun = len(samples) / SAMPLE_RATE, time.monotonic()
    allowed = time_budget.allowed(listener, seconds)
    claim.renew(allowed, **known)
    options = Options(
        languages=_languages(claim.memo),
        hotwords=hotwords(claim.memo.user),
        vad=not claim.transcript.without_vad,
        window=window,
    )
    try:
        heard = listener.transcribe(samples, options, _progress(claim, allowed))
    except (EngineTransient, EngineStumbled, EnginePermanent) as reason:
        _give_back(claim, reason)
        return None
    except (RuntimeError, MemoryError) as error:
        log.exception("The engine failed on transcript %s", claim.transcript.pk)
        claim.release(f"The engine stopped ({type(error).__name__}); it is tried again.")
        return None
    time_budget.note(listener, seconds, time.monotonic() - begun)
    return heard


def _finish(claim: Claim, listener: Engine, decoded: Decoded, heard: Heard, seconds: float) -> None:
    claim.finish(
        engine=listener.name,
        model=listener.model,
        language=heard.language,
        text=joined(heard.words),
        words=heard.words,
        warnings=[*heard.warnings, *decoded.damage],
        window=heard.window,
        compute_seconds=round(seconds, 3),
    )


def _give_back(claim: Claim, reason: EngineTransient | EngineStumbled | EnginePermanent) -> None:
    """Do as an engine says that could not hear: each of its errors says whether to try again."""
    log.warning("Transcript %s was not heard (%s)", claim.transcript.pk, type(reason).__name__)
    match reason:
        case EngineTransient():
            # Twice as long as the engine rests: should it be to blame after all, others are heard before it.
            claim.postpone(str(reason), timedelta(seconds=2 * reason.after))
        case EngineStumbled():
            claim.release(str(reason))
        case EnginePermanent():
            claim.fail(str(reason))


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
            keep_playback(memo, copy)
    except (OSError, Refusal) as error:
        log.warning("There is no playback copy of memo %s (%s)", memo.pk, type(error).__name__)
