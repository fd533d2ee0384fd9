"""How well people are heard, and how much is heard where nobody speaks, beside plain faster-whisper in the same run.

Both have the same weights, the same samples (as the service decodes them), one thread, and know the language. Ours is
what the worker and `manage.py transcribe` call for a recording: `hear_all` with the engine. What the peer heard is kept
in the data folder by model and sound (plain_whisper.py), so that a second run measures ours alone; its CPU times are
then those of the run that is kept, and the figures say so.

Word error rates are of words in lower case without punctuation, hyphens as spaces, titles written out ("Mr." is
"mister"), numbers as they are written. Invented: a clip that ends in three words or more that follow on the last word
that was said. Lost: a clip with fewer than half as many words as were said.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from threadpoolctl import threadpool_limits

from tests.bench.clips import Clip, Joined, all_clips, joined_clips, noisy, quiet, samples_of
from tests.bench.figures import data_folder
from tests.bench.plain_whisper import Hearing, PlainWhisper
from transcription.core.engines.faster_whisper import FasterWhisper
from transcription.core.engines.protocol import Options
from transcription.core.hearing import hear_all
from transcription.core.warnings.spans import doubtful_words, is_unsaid
from transcription.core.word_error_rate import plain_words, word_errors
from transcription.core.words import SAMPLE_RATE, joined
from transcription.model_choice.hub import ModelChoice, choose_model, fetch_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

MODEL = "base"
OURS, PLAIN, PLAIN_VAD = "ours", "plain", "plain, VAD"
VERSIONED_EVERY = 2
"""Of the clips, every second one is heard in each harder version."""
LONG_SECONDS = 600.0
INVENTED_WORDS, LOST_SHARE = 3, 0.5
TITLES = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint", "ok": "okay"}
VERSIONS: dict[str, Callable[["Samples"], "Samples"]] = {"-30 dB": quiet, "10 dB SNR": noisy}

Hear = Callable[["Samples", str | None], Hearing]


def normal_words(text: str) -> list[str]:
    """Return the words of a text as they are counted."""
    spaced = re.sub("[-\N{EN DASH}\N{EM DASH}]", " ", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return [TITLES.get(word, word) for word in plain_words(spaced)]


class Heard(NamedTuple):
    """One recording and what came of it. truth, words: as they are counted."""

    name: str
    group: str
    language: str
    seconds: float
    truth: list[str]
    words: list[str]
    text: str
    cpu: float
    is_marked: bool
    is_kept: bool

    @property
    def errors(self) -> int:
        """Substitutions, insertions and deletions."""
        return word_errors(self.truth, self.words)

    @property
    def invented(self) -> int:
        """Words that follow on the last one that was said."""
        matches = SequenceMatcher(None, self.truth, self.words, autojunk=False).get_matching_blocks()
        said, heard = max(((one.a + one.size, one.b + one.size) for one in matches if one.size), default=(0, 0))
        return len(self.words) - heard - (len(self.truth) - said)

    @property
    def missing(self) -> int:
        """Words that were said and stand nowhere: those of which no match was found."""
        matches = SequenceMatcher(None, self.truth, self.words, autojunk=False).get_matching_blocks()
        return len(self.truth) - sum(one.size for one in matches)

    @property
    def is_lost(self) -> bool:
        """Whether not even half of it was heard."""
        return len(self.words) < LOST_SHARE * len(self.truth)


@dataclass
class Sums:
    """What many recordings come to."""

    recordings: int = 0
    words: int = 0
    errors: int = 0
    missing: int = 0
    invented: int = 0
    lost: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    kept: int = 0
    texts: int = field(default=0)
    unmarked: int = field(default=0)

    def add(self, heard: Heard) -> None:
        """Count a recording."""
        self.recordings += 1
        self.words += len(heard.truth)
        self.errors += heard.errors
        self.missing += heard.missing
        self.invented += bool(heard.truth) and heard.invented >= INVENTED_WORDS
        self.lost += bool(heard.truth) and heard.is_lost
        self.seconds += heard.seconds
        self.cpu += heard.cpu
        self.kept += heard.is_kept
        self.texts += bool(heard.words)
        self.unmarked += bool(heard.words) and not heard.is_marked

    @property
    def error_rate(self) -> float:
        """Percent of the words."""
        return 100 * self.errors / max(self.words, 1)

    @property
    def work(self) -> float:
        """CPU seconds for each second of sound."""
        return self.cpu / max(self.seconds, 0.001)


def sums(heard: Iterable[Heard]) -> Sums:
    """Return what they come to."""
    found = Sums()
    for one in heard:
        found.add(one)
    return found


def our_hearing(engine: FasterWhisper, samples: "Samples", language: str | None) -> Hearing:
    """Return what the service hears, and whether every word of it is marked as doubtful.

    Where perhaps nobody speaks at all, that is no text: the recording ends as "no speech".
    """
    begun = time.process_time()
    heard = hear_all(engine, samples, Options((language,) if language else ()))
    cpu = time.process_time() - begun
    is_marked = len(doubtful_words(heard.warnings)) == len(heard.words)
    text = "" if is_unsaid(heard.words, heard.warnings) else joined(heard.words)
    return Hearing(text, heard.language, cpu, is_marked)


def hear_clip(hear: Hear, clip: Clip, version: Callable[["Samples"], "Samples"] | None = None) -> Heard:
    """Hear a clip, or a version of it."""
    samples = samples_of(clip.file)
    found = hear(version(samples) if version else samples, clip.language or "en")
    return _heard(clip, found)


def _heard(clip: Clip, found: Hearing) -> Heard:
    return Heard(
        clip.file,
        clip.group,
        clip.language,
        clip.seconds,
        normal_words(clip.text),
        normal_words(found.text),
        found.text,
        found.cpu,
        found.is_marked,
        found.is_kept,
    )


def hear_joined(hear: Hear, clips: Sequence[Clip]) -> list[Heard]:
    """Hear the English clips of one corpus after another in recordings of ten minutes."""
    return [
        _heard(_whole_clip(f"long {number}", one), hear(one.samples, "en"))
        for number, one in enumerate(joined_clips(clips, LONG_SECONDS))
    ]


def _whole_clip(name: str, one: Joined) -> Clip:
    text = " ".join(clip.text for clip in one.clips)
    return Clip(name, "speech", "en", text, len(one.samples) / SAMPLE_RATE, "long")


class Results(NamedTuple):
    """What each way heard: of the clips, of the sounds, of each version of the clips; ours of long recordings."""

    speech: dict[str, list[Heard]]
    sounds: dict[str, list[Heard]]
    versions: dict[str, dict[str, list[Heard]]]
    long: list[Heard]


def model_folder() -> Path:
    """Return where the model lies: WHISPER_MODEL, or `base`, which is fetched once."""
    choice: ModelChoice = choose_model(os.environ.get("WHISPER_MODEL") or MODEL, data_folder() / "models", None)
    if not choice.is_here and (choice.is_folder or not fetch_model(choice, lambda _told: None)):
        raise SystemExit(f"The model {choice.name} is not here and cannot be fetched. Name its folder: WHISPER_MODEL")
    return choice.folder


def measure(folder: Path, *, ours_alone: bool = False) -> Results:
    """Hear all clips in every way. ours_alone: without the peer."""
    engine = FasterWhisper(str(folder), model=folder.name, workers=1, threads=1)
    plain = PlainWhisper(folder, data_folder() / "cache")
    peers = {} if ours_alone else {way: partial(_hear_plain, plain, way) for way in (PLAIN, PLAIN_VAD)}
    ways: dict[str, Hear] = {OURS: partial(our_hearing, engine), **peers}
    speech = [clip for clip in all_clips() if clip.is_speech]
    sounds = [clip for clip in all_clips() if not clip.is_speech]
    english = [clip for clip in speech if clip.language == "en"]
    with threadpool_limits(1):
        hear_clip(ways[OURS], speech[0])  # once for nothing: what loads at first use counts for none
        found = Results(
            {way: [hear_clip(hear, clip) for clip in speech] for way, hear in ways.items()},
            {way: [hear_clip(hear, clip) for clip in sounds] for way, hear in ways.items()},
            {
                name: {
                    way: [hear_clip(hear, clip, version) for clip in speech[::VERSIONED_EVERY]]
                    for way, hear in ways.items()
                    if way != PLAIN_VAD
                }
                for name, version in VERSIONS.items()
            },
            hear_joined(ways[OURS], english),
        )
    plain.keep()
    return found


def _hear_plain(plain: PlainWhisper, way: str, samples: "Samples", language: str | None) -> Hearing:
    return plain.hear(samples, way, language)


def by(heard: Iterable[Heard], key: Callable[[Heard], str]) -> dict[str, Sums]:
    """Return what they come to by a key of each."""
    found: dict[str, Sums] = {}
    for one in heard:
        found.setdefault(key(one), Sums()).add(one)
    return found


def keep_results(found: Results) -> None:
    """Write all that each way heard to hearing.json in the data folder."""
    (data_folder() / "hearing.json").write_text(json.dumps(_as_rows(found)))


def _as_rows(found: Results) -> dict[str, object]:
    return {
        "speech": {way: [one._asdict() for one in heard] for way, heard in found.speech.items()},
        "sounds": {way: [one._asdict() for one in heard] for way, heard in found.sounds.items()},
        "versions": {
            name: {way: [one._asdict() for one in heard] for way, heard in ways.items()}
            for name, ways in found.versions.items()
        },
        "long": [one._asdict() for one in found.long],
        "sums": {way: asdict(sums(heard)) for way, heard in found.speech.items()},
    }
