"""How large the multilingual Whisper models are, and how much work each is beside the smallest."""

from typing import NamedTuple

POSITIONS = 1500
"""Of the encoder, for 30 s of audio."""
VOCABULARY = 51_865


class Size(NamedTuple):
    """encoder, decoder: layers. width: of both stacks. millions: of parameters (Radford et al. 2022, table 1)."""

    encoder: int
    decoder: int
    width: int
    millions: int

    @property
    def encoding(self) -> float:
        """Multiplications to encode 30 s: projections and feed-forward of each layer, and its attention."""
        return self.encoder * (12 * self.width**2 * POSITIONS + 2 * self.width * POSITIONS**2)

    @property
    def token(self) -> float:
        """Multiplications to decode one token: those of each layer, its attention to the audio, and the vocabulary."""
        return self.decoder * (14 * self.width**2 + 2 * self.width * POSITIONS) + VOCABULARY * self.width

    @property
    def peak_bytes(self) -> float:
        """Memory while it is loaded: its file at half precision, what is made of it, and room to work in."""
        return self.millions * 1e6 * (2 + 1) + 0.3e9


SIZES = {
    "tiny": Size(4, 4, 384, 39),
    "base": Size(6, 6, 512, 74),
    "small": Size(12, 12, 768, 244),
    "medium": Size(24, 24, 1024, 769),
    "large-v3-turbo": Size(32, 4, 1280, 809),
    "large-v3": Size(32, 32, 1280, 1550),
}
"""From the least to the most exact."""
SMALLEST = "tiny"
