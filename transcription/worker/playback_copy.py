"""The copy that people listen to, kept beside its recording: made with the words, or with the peaks of old memos."""

import logging

from capture.core.errors import Refusal
from capture.models import Memo
from capture.services.recordings import find_playback, save_playback
from transcription.core.decoding.decode import Decoded

log = logging.getLogger(__name__)


def store_playback_copy(memo: Memo, decoded: Decoded) -> None:
    """Keep the playback copy, if there is one. Without it the original is played: the words are what matters."""
    try:
        if len(decoded.copy):
            save_playback(memo, decoded.copy.pieces())
    except (OSError, Refusal) as error:
        log.warning("There is no playback copy of memo %s (%s)", memo.pk, type(error).__name__)


def has_playback_copy(memo: Memo) -> bool:
    """Return whether a memo has its playback copy. Raises StoreUnreachable."""
    try:
        return find_playback(memo).size > 0
    except FileNotFoundError:
        return False
