"""Where somebody who speaks is silent for so long that a listener may pass over it.

From peaks (`peaks.py`), not from the times of words: what was said and not written down is never passed over.
"""

import re

from transcription.core.decoding.peaks import PEAKS_PER_SECOND

QUIET_SHARE = 0.25
"""Of the loudest peak; by their square root, as peaks are, a sixteenth of its amplitude: -24 dB."""
LEAST_PAUSE_PEAKS = 40
"""How long it must be quiet at least: 0.8 seconds; pauses for breath are shorter (0.2 to 0.6, Goldman-Eisler 1968)."""
KEPT_PEAKS = 10
"""How much of it stays at both of its ends: 0.2 seconds, for words to die away and to begin."""
_QUIET = re.compile(rb"\x01{%d,}" % LEAST_PAUSE_PEAKS)


def find_pauses(peaks: bytes, begin: float = 0.0) -> list[tuple[float, float]]:
    """Return what may be passed over, from where to where, in seconds.

    peaks: of what is listened to. begin: the second at which they begin.
    """
    if not peaks:
        return []
    levels = 1 + int(max(peaks) * QUIET_SHARE)
    is_quiet = b"\x01" * levels + bytes(256 - levels)
    found = ((one.start() + KEPT_PEAKS, one.end() - KEPT_PEAKS) for one in _QUIET.finditer(peaks.translate(is_quiet)))
    return [(begin + first / PEAKS_PER_SECOND, begin + last / PEAKS_PER_SECOND) for first, last in found]
