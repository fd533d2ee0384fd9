"""Packets of AAC in which nothing is to be heard, as long as those in whose place they come.

So a stretch of a playback copy is silenced where it lies: no other byte of the file changes, nor does its index.
ISO/IEC 14496-3, 4.4.2: one channel without a spectrum, then elements that only fill.
"""

LEAST_BYTES = 4
"""Of a packet: a channel and the end."""
_SILENT_CHANNEL = "000" + "0000" + 8 * "0" + "0000" + 6 * "0" + "0" + "000"
"""An element of one channel: its tag, gain, window (one, long), no bands, nothing predicted, no tools."""
_FILL, _END = "110", "111"
_SHORT_FILL_BYTES, _LONG_FILL_BYTES = 14, 269
"""The most that an element fills whose length takes four bits, or twelve."""


def silent_packet(size: int) -> bytes:
    """Return a packet of so many bytes; of one that is too short to be a packet, nothing but zeros."""
    if size < LEAST_BYTES:
        return bytes(size)
    bits = _SILENT_CHANNEL
    while (room := 8 * size - len(bits) - len(_END)) >= len(_FILL) + 4:
        bits += _filling(room)
    return int((bits + _END).ljust(8 * size, "0"), 2).to_bytes(size, "big")


def _filling(room: int) -> str:
    """Return an element that fills as many of these bits as one can: at most."""
    filled = min((room - 15) // 8, _LONG_FILL_BYTES)
    if filled > _SHORT_FILL_BYTES:
        return f"{_FILL}1111{filled - _SHORT_FILL_BYTES:08b}" + filled * 8 * "0"
    filled = min((room - 7) // 8, _SHORT_FILL_BYTES)
    return f"{_FILL}{filled:04b}" + filled * 8 * "0"
