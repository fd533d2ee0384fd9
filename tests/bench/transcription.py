"""What it costs to write down a short memo, beside faster-whisper's own way with the same weights, beam and threads.

The peer is `WhisperModel.transcribe()` at its defaults. Ours is called as for a user who speaks one language, and once
for each model as for one who speaks several; it also cuts silence out, and finds the words' times.
"""

import io
import time
import wave
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio

from config.demo.sample_memos import MEMOS
from tests.bench import waiting
from tests.bench.figures import Figure, data_folder
from tests.bench.random_whisper import SIZES, folder_of
from transcription.core.decoding.decode import decode
from transcription.core.engines.faster_whisper import FasterWhisper
from transcription.core.engines.protocol import Options
from transcription.core.words import SAMPLE_RATE, joined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

SECONDS = (5, 8, 10, 20, 30)
SHORT, TIMES_LESS = 10, 6.0
"""Up to so many seconds, so many times less CPU."""
ROUNDS, DECODED = 5, 40
MOST_ADDED = 15
PEER = "WhisperModel.transcribe()"
SPEECH = MEMOS / "hard-long.ogg"


class Cost(NamedTuple):
    """Milliseconds for one memo."""

    cpu: float
    wall: float


def cost(work: Callable[[], str]) -> tuple[Cost, str]:
    """Return what this process spends on something, all its threads together, and the text that comes of it."""
    cpu, wall = time.process_time(), time.perf_counter()
    text = work()
    return Cost(1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)), text


def medians(costs: list[Cost]) -> Cost:
    """Return the middle one of each."""
    return Cost(median(one.cpu for one in costs), median(one.wall for one in costs))


def beside(peer: Callable[[], str], ours: Callable[[], str]) -> tuple[Cost, Cost]:
    """Run both in turn, after once for nothing, and return the costs of each."""
    rounds = []
    for _ in range(1 + ROUNDS):
        (theirs, text), (own, own_text) = cost(peer), cost(ours)
        assert own_text.strip() == text.strip(), "they do not do the same work"
        rounds.append((theirs, own))
    return medians([theirs for theirs, _own in rounds[1:]]), medians([own for _theirs, own in rounds[1:]])


def model_figures(name: str) -> Iterator[Figure]:
    """Measure a size of model."""
    folder = str(folder_of(name, data_folder() / "cache"))
    plain = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    engine = FasterWhisper(folder, model=name, workers=1, threads=1)
    speech = decode_audio(str(SPEECH))
    for seconds, languages in [*((seconds, ("en",)) for seconds in SECONDS), (SECONDS[0], ())]:
        clip = speech[: seconds * SAMPLE_RATE]
        theirs, own = beside(partial(_text_of_peer, plain, clip), partial(_text_of_ours, engine, clip, languages))
        factor = TIMES_LESS if seconds <= SHORT else 1.0
        what = f"{seconds} s, {name}" + ("" if languages else ", any language")
        goal = f"{factor:.0f} times less" if factor > 1 else "no more"
        yield Figure(f"CPU for {what}", own.cpu, "ms", PEER, own.cpu / theirs.cpu, goal, own.cpu * factor <= theirs.cpu)
        yield Figure(
            f"wall for {what}", own.wall, "ms", PEER, own.wall / theirs.wall, "no more", own.wall <= theirs.wall
        )


def _text_of_peer(model: WhisperModel, clip: "Samples") -> str:
    return "".join(segment.text for segment in model.transcribe(clip)[0])


def _text_of_ours(engine: FasterWhisper, clip: "Samples", languages: tuple[str, ...]) -> str:
    return joined(engine.transcribe(clip, Options(languages)).words)


def child_figure() -> Figure:
    """Measure what it takes to have a recording read by a child, in which there is next to nothing to read."""
    recording = io.BytesIO()
    with wave.open(recording, "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        file.writeframes(bytes(SAMPLE_RATE // 5))
    path = data_folder() / "cache" / "next-to-nothing.wav"
    path.write_bytes(recording.getvalue())

    def read() -> str:
        with path.open("rb") as file:
            return str(decode(file, "wav", max_seconds=60).seconds)

    added = medians([cost(read)[0] for _ in range(1 + DECODED)][1:]).wall
    return Figure("what the decoding child adds", added, "ms", goal=f"under {MOST_ADDED}", met=added < MOST_ADDED)


def figures() -> Iterator[Figure]:
    """Measure, and yield each figure as it is known."""
    for name in SIZES:
        yield from model_figures(name)
    yield child_figure()
    yield from waiting.figures()
