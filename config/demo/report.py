"""What came of the demo: a table for people, and one JSON object for programs."""

from collections.abc import Sequence
from typing import TypedDict

from capture.models import Memo, User
from config.demo.client import ideas_in
from config.demo.sample_memos import Sample, Samples, TrueIdea
from insights.evaluation.scoring import v_measure
from insights.models import Idea, Topic
from transcription.core.word_error_rate import word_error_rate
from transcription.models import State, Transcript

ROW_FORMAT = "{:<18} {:<10} {:<24} {}"


class DemoFigures(TypedDict):
    """The last line of the demo. `wer` and `v_measure` are fractions over the 48 short memos.

    model: by which they were heard. people, people_wer: how many clips of real people, and the same over them, or None.
    """

    model: str
    memos: int
    ready: int
    no_speech: int
    failed: int
    wer: float
    people: int
    people_wer: float | None
    ideas: int
    topics: int
    v_measure: float
    digest: str
    seconds: float


class DemoReport:
    """The demo's memos, each beside what was truly said in it."""

    def __init__(self, user: User, samples: Samples) -> None:
        self._user = user
        self._samples = samples
        memos = {memo.client_id: memo for memo in Memo.objects.of(user)}
        self._transcripts = {row.memo_id: row for row in Transcript.objects.current().filter(memo__user=user)}
        self._memos = {sample.name: memos[sample.name] for sample in samples.all}

    def _transcript(self, sample: Sample) -> Transcript:
        return self._transcripts[self._memos[sample.name].pk]

    def ended_right(self) -> bool:
        """Return whether every memo of our own is ready with its ideas placed, or "no speech" where nobody speaks."""
        return all(
            (transcript.state == State.READY and bool(ideas_in(transcript.memo)))
            if sample.is_spoken
            else (transcript.state == State.NO_SPEECH and not transcript.text)
            for sample in self._samples.own
            for transcript in [self._transcript(sample)]
        )

    def table(self) -> list[str]:
        """Return the lines of a table: each memo, its state, its topics, and how it begins."""
        lines = [ROW_FORMAT.format("memo", "state", "topic", "words")]
        for sample in self._samples.all:
            transcript = self._transcript(sample)
            topics = dict.fromkeys(idea.topic.name if idea.topic else "to place" for idea in ideas_in(transcript.memo))
            shown = ", ".join(topics) or "-"
            lines.append(ROW_FORMAT.format(sample.name, transcript.state, shown[:24], transcript.text[:60]))
        return lines

    def figures(self, *, model: str, digest: str, seconds: float) -> DemoFigures:
        """Return the counts and scores of the run."""
        states = [transcript.state for transcript in self._transcripts.values()]
        short = self._samples.short
        return {
            "model": model,
            "memos": len(states),
            "ready": states.count(State.READY),
            "no_speech": states.count(State.NO_SPEECH),
            "failed": sum(state in {State.FAILED, State.QUARANTINED} for state in states),
            "wer": self._wer(short),
            "people": len(self._samples.people),
            "people_wer": self._wer(self._samples.people) if self._samples.people else None,
            "ideas": Idea.objects.of(self._user).count(),
            "topics": Topic.objects.of(self._user).for_list().count(),
            "v_measure": round(self._v_measure(), 4),
            "digest": digest,
            "seconds": round(seconds, 1),
        }

    def _wer(self, samples: Sequence[Sample]) -> float:
        return round(word_error_rate((sample.text, self._transcript(sample).text) for sample in samples), 4)

    def _v_measure(self) -> float:
        truth: list[str] = []
        found: list[str] = []
        for sample in self._samples.short:
            ideas = ideas_in(self._memos[sample.name])
            for number, true_idea in enumerate(sample.ideas):
                idea = _most_overlapping(true_idea, ideas)
                truth.append(true_idea.topic)
                alone = f"unsorted {sample.name} {number}"
                found.append(str(idea.topic_id) if idea and idea.topic_id else alone)
        return v_measure(truth, found)


def _most_overlapping(true_idea: TrueIdea, ideas: Sequence[Idea]) -> Idea | None:
    def overlap(idea: Idea) -> float:
        return min(idea.audio_end, true_idea.end) - max(idea.audio_start, true_idea.start)

    best = max(ideas, key=overlap, default=None)
    return best if best is not None and overlap(best) > 0 else None
