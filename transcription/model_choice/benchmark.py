"""How fast this machine is at Whisper: the smallest model's layers, with random weights, are made and timed.

Speed does not depend on the weights, so that this is known before anything is downloaded. Run as a program, for its
memory and its threads are to go when it ends: `python -m transcription.model_choice.benchmark THREADS`.
"""

import json
import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from transcription.core.engines.compute_device import GPU, ComputeDevice, processor_device, this_machines_device
from transcription.model_choice.sizes import POSITIONS, SIZES, SMALLEST, VOCABULARY, Size

if TYPE_CHECKING:
    from ctranslate2.specs import WhisperSpec

MEL_BINS, TEXT_POSITIONS = 80, 448
BEAM_WIDTH = 5
TOKENS_PER_RUN = 40
"""Decoded in each run."""
TIMED_RUNS = 3
"""The fastest counts: what else the machine does meanwhile only adds."""
NICENESS = 10


class Speed(NamedTuple):
    """Of the smallest model, at the number of threads that one memo gets. Both in seconds.

    encoding: of 30 s of audio. token: each, with beams.
    """

    encoding: float
    token: float


def measure_speed(threads: int, device: ComputeDevice) -> Speed:
    """Make the smallest model with random weights, and time it; takes two seconds and 40 MB of temporary files."""
    import ctranslate2
    import numpy as np

    with tempfile.TemporaryDirectory(prefix="stillnote-timing-") as folder:
        _spec(SIZES[SMALLEST]).save(folder)
        whisper = ctranslate2.models.Whisper(
            folder, device=device.name, compute_type=device.compute_type, intra_threads=threads
        )
    # What else runs meanwhile takes turns with us, and on a busy machine only the processor's own time is true.
    now = time.perf_counter if device.name == GPU else lambda: time.process_time() / threads
    sound = ctranslate2.StorageView.from_array(np.zeros((1, MEL_BINS, 2 * POSITIONS), np.float32))
    encodings, tokens = [], []
    for _ in range(TIMED_RUNS + 1):  # the first one warms up
        begun = now()
        encoded = whisper.encode(sound)
        between = now()
        whisper.generate(
            encoded,
            [[START]],
            beam_size=BEAM_WIDTH,
            max_length=TOKENS_PER_RUN + 1,
            suppress_tokens=[END],
            suppress_blank=False,
        )
        encodings.append(between - begun)
        tokens.append((now() - between) / TOKENS_PER_RUN)
    return Speed(min(encodings[1:]), min(tokens[1:]))


def measure_usable(threads: int) -> Speed:
    """Return the speed of this machine's GPU, or of its processor where there is none that can be used."""
    try:
        return measure_speed(threads, this_machines_device())
    except RuntimeError:  # CUDA's libraries are not there, or its memory is too small
        return measure_speed(threads, processor_device())


END, START = 50_257, 50_258
NAMED = {
    END: "<|endoftext|>",
    START: "<|startoftranscript|>",
    50_358: "<|translate|>",
    50_359: "<|transcribe|>",
    50_360: "<|startoflm|>",
    50_361: "<|startofprev|>",
    50_362: "<|nospeech|>",
    50_363: "<|notimestamps|>",
}
"""The tokens that CTranslate2 looks for by name, at Whisper's numbers."""


def _spec(size: Size) -> "WhisperSpec":
    import numpy as np
    from ctranslate2.specs import WhisperSpec

    chance = np.random.default_rng(1)

    def weights(*shape: int) -> Any:
        return chance.standard_normal(shape, dtype=np.float32) * np.float32(0.02)

    def linear(spec: Any, out: int, into: int) -> None:
        spec.weight, spec.bias = weights(out, into), weights(out)

    def norm(spec: Any) -> None:
        spec.gamma, spec.beta = np.ones(size.width, np.float32), np.zeros(size.width, np.float32)

    def attention(spec: Any, shares: tuple[int, ...]) -> None:
        norm(spec.layer_norm)
        for part, share in zip(spec.linear, shares, strict=True):
            linear(part, share * size.width, size.width)

    heads = size.width // 64
    spec = WhisperSpec(size.encoder, heads, size.decoder, heads)  # type: ignore[no-untyped-call]  # it has no types
    for conv, into in ((spec.encoder.conv1, MEL_BINS), (spec.encoder.conv2, size.width)):
        conv.weight, conv.bias = weights(size.width, into, 3), weights(size.width)
    for stack, positions in ((spec.encoder, POSITIONS), (spec.decoder, TEXT_POSITIONS)):
        stack.position_encodings.encodings = weights(positions, size.width)
        norm(stack.layer_norm)
        for layer in stack.layer:
            attention(layer.self_attention, (3, 1))
            if hasattr(layer, "attention"):
                attention(layer.attention, (1, 2, 1))
            norm(layer.ffn.layer_norm)
            linear(layer.ffn.linear_0, 4 * size.width, size.width)
            linear(layer.ffn.linear_1, size.width, 4 * size.width)
    spec.decoder.embeddings.weight = spec.decoder.projection.weight = weights(VOCABULARY, size.width)
    spec.register_vocabulary([NAMED.get(number, f"<{number}>") for number in range(VOCABULARY)])
    spec.validate()
    spec.optimize(quantization="int8")
    return spec


def print_speed() -> None:
    """Print the speed of this machine as JSON."""
    os.nice(NICENESS)
    print(json.dumps(measure_usable(int(sys.argv[1]))._asdict()))


if __name__ == "__main__":
    print_speed()
