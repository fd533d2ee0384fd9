"""The one table of the kinds of recordings that are taken: what they are served as, and the endings of their names."""

from typing import NamedTuple

SEALED_ENDING = "sealed"
"""Of files that phones write which seal what they record (capture.core.sealed)."""


class Kind(NamedTuple):
    """A kind of container: what it is served as, and the usual endings of its files, the best known first."""

    media_type: str
    endings: tuple[str, ...]


KINDS = {
    "ogg": Kind("audio/ogg", ("ogg", "oga", "opus", "spx")),
    "webm": Kind("audio/webm", ("webm", "weba", "mka", "mkv")),
    "mp4": Kind("audio/mp4", ("m4a", "mp4", "m4b", "mov", "qt", "qta", "3gp", "3gpp", "3g2")),
    "mp3": Kind("audio/mpeg", ("mp3", "mp2", "mpga")),
    "flac": Kind("audio/flac", ("flac",)),
    "wav": Kind("audio/wav", ("wav", "wave", "bwf", "rf64")),
    "aac": Kind("audio/aac", ("aac", "adts")),
    "caf": Kind("audio/x-caf", ("caf",)),
    "amr": Kind("audio/amr", ("amr", "awb")),
    "aiff": Kind("audio/aiff", ("aiff", "aif", "aifc")),
}
"""By the names that `audio_types.sniff` gives."""


def picker_types() -> str:
    """Return what a file picker offers (`accept` of HTML): whatever a system calls audio, and all our endings."""
    endings = (f".{ending}" for kind in KINDS.values() for ending in kind.endings)
    return ",".join(["audio/*", "video/webm", *endings, f".{SEALED_ENDING}"])
