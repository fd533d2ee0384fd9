"""What was met on the way through a recording, packet by packet: how much of it could be read, and how much is lost.

Decoders seldom complain: they pass over what they cannot read. So what came out is held against what the container
announces, against the packets' times, and, where packets bear no times of their own, against the bytes of the file.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

from transcription.core.decoding.dropouts import Holes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BARE = {"mp3", "aac", "amr"}
"""Frames one after the other: no container says when each is to be heard, or how many there are."""
COUNTED = {"wav", "caf", "aiff"}
"""Whose own header is asked how many bytes are missing: some recorders announce more than they ever write."""
JUMP_SECONDS = 0.45
"""Seconds between two packets' times that are a hole: an encoder that sends nothing in pauses still sends all 0.4 s."""
EMPTY_BYTES = 8
"""Bytes of a packet that is not sound if all of them are zero; shorter ones stand for silence in some codecs."""
PADDING_BIT = 0b10
"""The bit of an MP3 frame's third byte by which frames of one bit rate differ (ISO/IEC 11172-3, section 2.4.1.3)."""


class Packet(NamedTuple):
    """One packet as it lay in the file. place: in bytes. start, seconds: when it is to be heard and for how long."""

    content: bytes
    place: int | None
    start: float | None
    seconds: float
    is_corrupt: bool


class Integrity(NamedTuple):
    """How whole a recording is. container_seconds: as it says of itself, if it does.

    readable_seconds: what was read. whole_seconds: what there was at least, by all that is known. decoder_errors:
    packets that could not be decoded. is_cut: it ends in the middle of something. unheard_tracks: in a form that is not
    known. left_out: channels without speech in them that were not heard. inverted: channels whose sign was turned.
    """

    container_seconds: float | None
    readable_seconds: float
    whole_seconds: float
    decoder_errors: int
    is_cut: bool
    unheard_tracks: int = 0
    left_out: int = 0
    inverted: int = 0

    def checked(self) -> "Integrity":
        """Return a copy of checked types: its child may have been taken over. Raises ValueError or TypeError."""
        seconds = None if self.container_seconds is None else float(self.container_seconds)
        readable, whole = float(self.readable_seconds), float(self.whole_seconds)
        if not all(map(math.isfinite, (seconds or 0.0, readable, whole))):
            raise ValueError
        channels = (int(self.unheard_tracks), int(self.left_out), int(self.inverted))
        return Integrity(seconds, readable, whole, int(self.decoder_errors), bool(self.is_cut), *channels)


class Tally:
    """The count of one recording. is_pcm: its sound is not compressed, so that zeros in it are silence."""

    def __init__(self, demuxer: str, *, is_pcm: bool, is_coarse: bool = False) -> None:
        self._is_coarse = is_coarse
        self.demuxer, self.is_pcm = demuxer, is_pcm
        self.errors, self.readable, self.good_bytes = 0, 0.0, 0
        self.is_cut = False
        self.last: Packet | None = None
        self._gaps = 0.0
        self._reached: float | None = None
        self._lengths: dict[bytes, int] = {}
        self._holes: Holes | None = None

    def hear(self, samples: "NDArray[np.int16]", rate: int) -> None:
        """Count the holes in samples that came of a packet, of which zeros are silence. rate: in Hz."""
        self._holes = self._holes or Holes(rate, is_coarse=self._is_coarse)
        self._holes.feed_samples(samples)

    def count(self, packet: Packet, decoded: float | None) -> bool:
        """Count a packet, and return whether there was sound in it.

        decoded: seconds of sound that came of it, or None where the decoder refused it.
        """
        content = packet.content
        is_empty = not self.is_pcm and len(content) >= EMPTY_BYTES and not content.strip(b"\0")
        self._follow(packet)
        self.last = packet
        is_sound = decoded is not None and not is_empty
        if is_sound:
            self.readable += decoded or 0.0
            self.good_bytes += len(content)
        is_short = packet.is_corrupt and self.demuxer not in COUNTED
        self.errors += not is_sound or is_short
        # Only the last one's counts: what is said of any other shows in the times, or in the bytes.
        breaks_off = self.demuxer in BARE and (decoded is None or self._is_short(content))
        self.is_cut = is_short or breaks_off
        return is_sound

    def count_failure(self) -> None:
        """Count a place where no packet could be read."""
        self.errors += 1

    def subtract(self, seconds: float) -> None:
        """Subtract seconds that were counted as read and were not."""
        self.readable -= seconds
        self._gaps += seconds

    def result(self, announced: float | None, file_bytes: int, missing_share: float, *, is_cut: bool) -> Integrity:
        """Return how whole the recording is. announced: seconds, by the container.

        file_bytes: that should hold sound. missing_share: of its bytes, by its own header, how many are not there.
        """
        if self._holes:
            self._holes.close()
            self.subtract(self._holes.seconds)
            self._holes = None
        if 0 < missing_share < 1:
            announced = self.readable / (1 - missing_share)  # what the demuxer says is what there is
        whole = max(announced or 0.0, self.readable + max(self._gaps, 0.0))
        if self.demuxer in BARE and self.good_bytes:
            whole = max(whole, self.readable * file_bytes / self.good_bytes)
        return Integrity(announced, self.readable, whole, self.errors, self.is_cut or is_cut)

    @property
    def was_refused(self) -> bool:
        """Whether there were packets, and none of them could be decoded."""
        return self.errors > 0 and not self.readable

    def _follow(self, packet: Packet) -> None:
        """Note holes in time. What is read twice on the way out of a hole makes up for some of it."""
        if packet.start is None:
            return
        if self._reached is not None and abs(packet.start - self._reached) > JUMP_SECONDS:
            self._gaps += packet.start - self._reached
        self._reached = packet.start + packet.seconds

    def _is_short(self, content: bytes) -> bool:
        """Return whether an MP3's frame is shorter than others of the same head, which says how long it is to be."""
        if self.demuxer != "mp3":
            return False
        usual = self._lengths.setdefault(
            content[1:2] + bytes([*(byte & ~PADDING_BIT for byte in content[2:3])]), len(content)
        )
        return len(content) < usual - 1


class Tallies:
    """The counts of all tracks of a recording."""

    def __init__(self, each: list[Tally]) -> None:
        self.each = each

    @property
    def refused(self) -> int:
        """How many tracks could not be decoded at all, while another could."""
        refused = sum(one.was_refused for one in self.each)
        return refused if refused < len(self.each) else 0

    @property
    def last(self) -> Packet | None:
        """The packet that lies last in the file."""
        last = [one.last for one in self.each if one.last is not None]
        return max(last, key=lambda packet: packet.place or 0, default=None)

    def result(self, announced: float | None, file_bytes: int, missing_share: float, *, is_cut: bool) -> Integrity:
        """Return how whole the recording is, as of a single tally: as much is lost as of the track that lost most."""
        read = [one for one in self.each if not one.was_refused] or self.each
        found = [one.result(announced, file_bytes, missing_share, is_cut=is_cut) for one in read]
        if len(found) > 1:  # a track may be shorter than what the longest of them announces
            whole = max(one.readable_seconds for one in found)
            found = [one.result(None, file_bytes, missing_share, is_cut=is_cut) for one in read]
            found[0] = found[0]._replace(whole_seconds=found[0].whole_seconds + max((announced or 0.0) - whole, 0.0))
        readable = max(one.readable_seconds for one in found)
        lost = max(one.whole_seconds - one.readable_seconds for one in found)
        errors = sum(one.decoder_errors for one in found)
        said = announced if len(found) > 1 else found[0].container_seconds
        return Integrity(said, readable, readable + lost, errors, any(one.is_cut for one in found))
