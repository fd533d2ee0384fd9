"""Silent packets: of any length, and every decoder hears nothing in them."""

import av
import numpy as np

from capture.core.silent_packets import LEAST_BYTES, silent_packet
from insights.core.listening.bell import bell_index


def test_packets_of_any_length_are_silent() -> None:
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata = bell_index().config
    for size in (*range(LEAST_BYTES, 1024), 8192):
        packet = silent_packet(size)
        assert len(packet) == size
        (frame,) = decoder.decode(av.Packet(packet))
        assert frame.samples == 1024
        assert not np.any(frame.to_ndarray())


def test_what_is_too_short_to_be_a_packet_is_zeros() -> None:
    assert [silent_packet(size) for size in range(LEAST_BYTES)] == [bytes(size) for size in range(LEAST_BYTES)]
