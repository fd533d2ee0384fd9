"""The sample memos that come with the project, clips of real people that do not, and what was truly said in them."""

import json
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

SAMPLES = Path(__file__).resolve().parent / "samples"
MEMOS = SAMPLES / "memos"
MICRO_WHISPER = SAMPLES / "whisper-micro"
SPOKEN_LANGUAGE = "en"
"""Of all samples."""
CLIPS, MAX_CLIP_SECONDS = 20, 15.0
"""Of real people, heard in a demo: so many, none longer than this."""


class TrueIdea(NamedTuple):
    """An idea as it was spoken: its topic, and its span in seconds."""

    topic: str
    start: float
    end: float


class Sample(NamedTuple):
    """One sample memo; `text` is empty where nobody speaks."""

    path: Path
    text: str
    ideas: tuple[TrueIdea, ...]

    @property
    def name(self) -> str:
        """The name by which the demo uploads and lists it."""
        return self.path.stem

    @property
    def is_spoken(self) -> bool:
        """Whether it must end with a transcript, and not as "no speech"."""
        return bool(self.text)


class Samples:
    """The 48 short memos with all that is known of them, the seven hard ones, and clips of real people.

    clips: the folder of the latter, whose manifest.jsonl says what each holds; None where there are to be none.
    """

    def __init__(self, clips: Path | None = None) -> None:
        self._clips = clips

    @cached_property
    def short(self) -> list[Sample]:
        """The short memos, by which words and topics are scored."""
        return [self._sample(row) for row in self._manifest["memos"]]

    @cached_property
    def hard(self) -> list[Sample]:
        """Silence, noise, a click, music, three minutes, and two other containers."""
        return [self._sample(row) for row in self._manifest["hard"]]

    @property
    def all(self) -> list[Sample]:
        """Every sample, the short ones first."""
        return [*self.own, *self.people]

    @property
    def own(self) -> list[Sample]:
        """The samples that come with the project."""
        return [*self.short, *self.hard]

    @cached_property
    def people(self) -> list[Sample]:
        """English clips of real people, of each corpus in turn."""
        if self._clips is None:
            return []
        rows = map(json.loads, (self._clips / "manifest.jsonl").read_text().splitlines())
        english = [row for row in rows if row["language"] == SPOKEN_LANGUAGE and row["text"]]
        fitting = [row for row in english if row["seconds"] <= MAX_CLIP_SECONDS]
        numbers: Counter[str] = Counter()
        in_turn: list[tuple[int, str, str]] = []
        for row in sorted(fitting, key=lambda row: str(row["file"])):
            in_turn.append((numbers[row["group"]], row["file"], row["text"]))
            numbers[row["group"]] += 1
        return [Sample(self._clips / file, text, ()) for _, file, text in sorted(in_turn)[:CLIPS]]

    @cached_property
    def _manifest(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = json.loads((MEMOS / "manifest.json").read_text())
        return found

    @staticmethod
    def _sample(row: dict[str, Any]) -> Sample:
        ideas = tuple(TrueIdea(idea["topic"], idea["start"], idea["end"]) for idea in row.get("ideas", []))
        return Sample(path=MEMOS / row["file"], text=row["text"], ideas=ideas)
