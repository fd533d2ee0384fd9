"""Where somebody speaks, asked by the decoding child itself: Silero's VAD, loaded before the child gives up its files.

The child knows no engine; this is all of them that it has, the file of the model in faster-whisper's package.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = "silero_vad_v6.onnx"
VOICE_FRAME_SAMPLES, CONTEXT_SAMPLES, MEMORY_SIZE = 512, 64, 128
"""Samples of which Silero tells at once at 16 kHz, those before them that it is shown, and what it remembers."""
SPOKEN_LEVEL = 0.14
"""Of full scale: the level of speech close by, to which sound is brought before it is asked about (-17 dB)."""
MAX_RAISE = 100.0
"""Times by which it is made louder at most."""
LOUD_SHARE_OF_FRAMES = 0.95


@cache
def load_silero() -> Any:
    """Load the model into this process, with no thread of its own: what is forked from it has none."""
    from onnxruntime import InferenceSession, SessionOptions

    package = find_spec("faster_whisper")
    options = SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    place = Path(package.origin if package and package.origin else "").with_name("assets") / MODEL
    return InferenceSession(str(place), providers=["CPUExecutionProvider"], sess_options=options)


def hear_voice(samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return how likely each VOICE_FRAME_SAMPLES holds a voice, of shape (frames,). samples: (n,), 16 kHz mono."""
    frames = _at_one_level(samples[: len(samples) // VOICE_FRAME_SAMPLES * VOICE_FRAME_SAMPLES])
    if not len(frames):
        return np.zeros(0, np.float32)
    before = np.zeros((len(frames), CONTEXT_SAMPLES), np.float32)
    before[1:] = frames[:-1, -CONTEXT_SAMPLES:]
    memory = np.zeros((1, 1, MEMORY_SIZE), np.float32)
    shown = {"input": np.concatenate([before, frames], axis=1), "h": memory, "c": memory}
    return np.asarray(load_silero().run(None, shown)[0], np.float32).reshape(-1)


def _at_one_level(samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
    frames = samples.reshape(-1, VOICE_FRAME_SAMPLES)
    if not len(frames):
        return frames
    usual = float(np.quantile(np.sqrt(np.square(frames).mean(axis=1)), LOUD_SHARE_OF_FRAMES))
    return frames * np.float32(min(SPOKEN_LEVEL / max(usual, 1e-9), MAX_RAISE))
