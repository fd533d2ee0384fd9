"""One memo, from its claim to its words."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings

from capture.models import Memo
from capture.services import Refusal, keep_playback, opened
from transcription import watchdog
from transcription.audio import ChildDied, Undecodable, decode
from transcription.claims import Claim, StaleClaim
from transcription.engines.protocol import Engine, EnginePermanent, EngineStumbled, EngineTransient, Options
from transcription.words import joined

log = logging.getLogger(__name__)


def hear(claim: Claim, listener: Engine) -> None:
    """Decode a claimed memo, make its playback copy, write down its words. Whatever goes wrong, the row says so."""
    try:
        _hear(claim, listener)
    except StaleClaim:
        log.warning("Transcript %s belongs to another worker by now, or its memo was deleted", claim.transcript.pk)
    finally:
        watchdog.forget(claim.key)


def _hear(claim: Claim, listener: Engine) -> None:
    begun, memo = time.monotonic(), claim.memo
    progress = _progress(claim)
    try:
        with opened(memo, progress) as recording:
            decoded = decode(recording, memo.kind, max_seconds=settings.MAX_AUDIO_SECONDS, progress=progress)
    except FileNotFoundError:
        claim.fail("The recording's file is missing.")
        return
    except Refusal as refusal:
        log.warning("The recording of memo %s cannot be fetched (%s)", memo.pk, refusal.kind)
        claim.postpone("The recording cannot be fetched at the moment; it is tried again.")
        return
    except Undecodable as reason:
        claim.fail(str(reason))
        return
    except ChildDied as reason:
        claim.decoder_died(f"Reading it was stopped: {reason}.")
        return
    _keep_playback(memo, decoded.playback)
    claim.renew()
    try:
        options = Options(
            languages=_languages(memo), vad=not claim.transcript.without_vad, window=settings.WHISPER_WINDOW
        )
        heard = listener.transcribe(decoded.samples, options, progress)
    except (EngineTransient, EngineStumbled, EnginePermanent) as reason:
        _give_back(claim, reason)
        return
    except (RuntimeError, MemoryError) as error:
        log.exception("The engine failed on transcript %s", claim.transcript.pk)
        claim.release(f"The engine stopped ({type(error).__name__}); it is tried again.")
        return
    claim.finish(
        engine=listener.name,
        model=listener.model,
        language=heard.language,
        text=joined(heard.words),
        words=heard.words,
        warnings=[*heard.warnings, *decoded.damage],
        window=heard.window,
        audio_seconds=round(decoded.seconds, 3),
        compute_seconds=round(time.monotonic() - begun, 3),
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


def _progress(claim: Claim) -> Callable[[], None]:
    """Return what renews the lease when there is progress, but not at every frame."""
    renewed = time.monotonic()

    def progress() -> None:
        nonlocal renewed
        if time.monotonic() - renewed > settings.LEASE_SECONDS / 5:
            renewed = time.monotonic()
            claim.renew()

    return progress


def _languages(memo: Memo) -> tuple[str, ...]:
    return tuple(code for code in memo.user.languages.replace(" ", "").split(",") if code)


def _keep_playback(memo: Memo, copy: bytes) -> None:
    """Keep the playback copy, if there is one. Without it the original is played: the words are what matters."""
    try:
        if copy:
            keep_playback(memo, copy)
    except (OSError, Refusal) as error:
        log.warning("There is no playback copy of memo %s (%s)", memo.pk, type(error).__name__)
