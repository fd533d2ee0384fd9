"""One memo, from its claim to its words."""

import logging
import os
import time
from collections.abc import Callable

from django.conf import settings

from capture.models import Memo
from capture.services import audio_path, playback_path
from transcription.audio import ChildDied, Decoded, Undecodable, decode
from transcription.claims import Claim, StaleClaim
from transcription.engine import engine
from transcription.engines.protocol import Options
from transcription.words import joined

log = logging.getLogger(__name__)

READABLE_GAP = 0.5
"""Seconds by which container and decoder may differ in an undamaged file: codec delay and padding."""


def hear(claim: Claim) -> None:
    """Decode a claimed memo, make its playback copy, write down its words. Whatever goes wrong, the row says so."""
    try:
        _hear(claim)
    except StaleClaim:
        log.warning("Transcript %s belongs to another worker by now, or its memo was deleted", claim.transcript.pk)


def _hear(claim: Claim) -> None:
    begun, memo = time.monotonic(), claim.memo
    progress = _progress(claim)
    try:
        with audio_path(memo).open("rb") as recording:
            decoded = decode(recording, memo.kind, max_seconds=settings.MAX_AUDIO_SECONDS, progress=progress)
    except FileNotFoundError:
        claim.fail("The recording's file is missing from the data folder.")
        return
    except Undecodable as reason:
        claim.fail(str(reason))
        return
    except ChildDied as reason:
        claim.decoder_died(f"Reading it was stopped: {reason}.")
        return
    keep_playback(memo, decoded.playback)
    listener = engine()
    claim.renew()
    try:
        heard = listener.transcribe(decoded.samples, Options(languages=_languages(memo)), progress)
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
        warnings=[*heard.warnings, *_damage(decoded)],
        audio_seconds=round(decoded.seconds, 3),
        compute_seconds=round(time.monotonic() - begun, 3),
    )


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


def _damage(decoded: Decoded) -> list[str]:
    """Return what to say of a recording that could not be read whole. That browsers write no duration is no damage."""
    announced = decoded.container_seconds
    if announced and announced - decoded.seconds > READABLE_GAP:
        return [f"damaged: {decoded.seconds:.0f} of {announced:.0f} s could be read"]
    return ["damaged: some parts could not be read"] if decoded.decoder_errors else []


def keep_playback(memo: Memo, playback: bytes) -> None:
    """Lay the playback copy beside the original, whole or not at all; none for a memo that is gone."""
    if not playback:
        return
    place = playback_path(memo)
    arriving = place.with_name(f"{place.name}.{os.getpid()}.tmp")
    arriving.write_bytes(playback)
    arriving.replace(place)
    if not Memo.objects.filter(pk=memo.pk).exists():
        place.unlink(missing_ok=True)
