"""What every engine offers: samples in, words out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from transcription.core.messages import Message
from transcription.core.words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class EngineFailure(Exception):
    """A recording was not heard; the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class EngineTransient(EngineFailure):
    """Nobody can be heard at the moment, and no recording is to blame. after: seconds until it is worth another try."""

    def __init__(self, message: Message, after: float) -> None:
        super().__init__(message)
        self.after = after


class EngineStumbled(EngineFailure):
    """One recording was not heard; another try may go better."""


class EnginePermanent(EngineFailure):
    """One recording will never be heard by this engine."""


class Options(NamedTuple):
    """How to listen. languages: ISO 639-1 codes that may be spoken; one alone is not detected but taken.

    hotwords: names that the speaker may say. vad: cut silence out before listening. window: "auto" lets the engine
    listen to no more than the audio it has, "full" pads it to Whisper's 30 s. temperatures: above 0 the engine samples,
    and two hearings of one recording differ.
    """

    languages: tuple[str, ...] = ()
    hotwords: tuple[str, ...] = ()
    vad: bool = True
    window: str = "auto"
    beam_size: int = 5
    temperatures: tuple[float, ...] = (0.0,)


class Heard(NamedTuple):
    """What was heard. Words are in order and inside the audio; none at all means that nobody spoke.

    warnings: what is doubtful about which words (core.warnings): "repetitive", "unsure", "maybe no speech", "phantom".
    window: "short" where no more than the audio was listened to, else "full".
    """

    words: list[Word]
    language: str
    warnings: list[str]
    window: str = "full"


class Engine(Protocol):
    """Something that writes down speech."""

    name: str
    model: str

    def transcribe(
        self, samples: "NDArray[np.float32]", options: Options, progress: Callable[[], None] = lambda: None
    ) -> Heard:
        """Write down what is said. samples: float32 of shape (n,), 16 kHz mono in [-1, 1].

        progress: called after each stretch that is done, for as long as there is progress. Raises RuntimeError,
        MemoryError or one of the above.
        """
        ...
