"""What every engine offers: samples in, words out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from transcription.words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Options(NamedTuple):
    """How to listen. languages: ISO 639-1 codes that may be spoken; one alone is not detected but taken."""

    languages: tuple[str, ...] = ()
    beam_size: int = 5
    temperatures: tuple[float, ...] = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


class Heard(NamedTuple):
    """What was heard. Words are in order and inside the audio; none at all means that nobody spoke.

    warnings: names of what is doubtful about it: "repetitive", "unsure", "maybe no speech".
    """

    words: list[Word]
    language: str
    warnings: list[str]


class Engine(Protocol):
    """Something that writes down speech."""

    name: str
    model: str

    def transcribe(
        self, samples: "NDArray[np.float32]", options: Options, progress: Callable[[], None] = lambda: None
    ) -> Heard:
        """Write down what is said. samples: float32 of shape (n,), 16 kHz mono in [-1, 1].

        progress: called after each stretch that is done, for as long as there is progress.
        """
        ...
