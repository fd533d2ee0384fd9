"""A person's account with many ideas in topics, written into a database: benches of insights and pages measure it.

For programs that have set Django up.
"""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

import numpy as np

from capture.models import Context, Device, Memo, MemoPeaks
from insights.core.classify import IdeaKind
from insights.core.embedding.protocol import to_bytes
from insights.core.embedding.wordllama import default_embedder
from insights.models import Author, Idea
from transcription.core.decoding.peaks import PEAKS_PER_SECOND
from transcription.models import State, Transcript

MEMO_SECONDS = 20
WORDS_A_TOPIC = 40
BATCH_ROWS = 2000


class Speaker:
    """Says things about topics: some of a topic's own words among others. The same for the same seed."""

    def __init__(self, topics: int, seed: int) -> None:
        tokens = default_embedder()._llama.tokenizer.get_vocab()
        self.words = sorted(token[1:] for token in tokens if re.fullmatch("▁[a-z]{4,10}", token))
        self.topics = topics
        chance = np.random.default_rng(0)
        self.own = [chance.choice(self.words, WORDS_A_TOPIC, replace=False) for _ in range(topics)]
        self.chance = np.random.default_rng(seed)

    def says(self, number: int) -> str:
        """Return a sentence about a topic, of a number."""
        own = self.chance.choice(self.own[number % self.topics], 7, replace=False).tolist()
        others = self.chance.choice(self.words, 4, replace=False).tolist()
        return f"I think that the {' '.join(own[:4])} should be with {' '.join(others)} and {' '.join(own[4:])}."

    def voice(self) -> bytes:
        """Return the peaks of a memo, with a pause in each of its two ideas."""
        loud = self.chance.integers(80, 255, (2, MEMO_SECONDS * PEAKS_PER_SECOND // 2), dtype=np.uint8)
        loud[:, 200:260] = 10
        return loud.tobytes()


def kind_of(number: int) -> IdeaKind:
    """Return the kind of an idea by its number: every tenth is a task, every hundredth a question."""
    return IdeaKind.QUESTION if number % 100 == 11 else IdeaKind.TASK if number % 10 == 3 else IdeaKind.THOUGHT


def write_ideas(
    device: Device,
    speaker: Speaker,
    homes: Sequence[UUID | None],
    spoken_at: Callable[[int], datetime],
    by_hand: Collection[int] = (),
) -> None:
    """Write an idea for each of these topics, two a memo. spoken_at: by its number. by_hand: put by a person."""
    for first in range(0, len(homes), BATCH_ROWS):
        _write_batch(device, speaker, range(first, min(first + BATCH_ROWS, len(homes))), homes, spoken_at, by_hand)


def _write_batch(  # noqa: PLR0917 - one call
    device: Device,
    speaker: Speaker,
    numbers: range,
    homes: Sequence[UUID | None],
    spoken_at: Callable[[int], datetime],
    by_hand: Collection[int],
) -> None:
    texts = [speaker.says(number) for number in numbers]
    vectors = [to_bytes(vector) for vector in default_embedder().embed(texts)]
    transcripts = [
        unsaved_memo(device, number, " ".join(texts[i : i + 2]), spoken_at(number))
        for i, number in zip(range(0, len(texts), 2), numbers[::2], strict=True)
    ]
    memos = [transcript.memo for transcript in transcripts]
    Memo.objects.bulk_create(memos)
    MemoPeaks.objects.bulk_create(MemoPeaks(memo=memo, levels=speaker.voice()) for memo in memos)
    Transcript.objects.bulk_create(transcripts)
    Idea.objects.bulk_create(
        Idea(
            user_id=device.user_id,
            transcript=transcripts[i // 2],
            position=i % 2,
            text=text,
            text_start=0,
            text_end=len(text),
            audio_start=10.0 * (i % 2),
            audio_end=10.0 * (i % 2) + 9,
            kind=kind_of(number),
            vector=vector,
            vector_model=default_embedder().model,
            topic_id=homes[number],
            placed_by=Author.PERSON if number in by_hand else Author.MACHINE,
            placed_at=spoken_at(number),
        )
        for i, (number, text, vector) in enumerate(zip(numbers, texts, vectors, strict=True))
    )


def unsaved_memo(device: Device, number: int, text: str, at: datetime, *, is_placed: bool = True) -> Transcript:
    """Return a memo, by its transcript; neither is saved. is_placed: whether its ideas are written beside it."""
    memo = Memo(
        user_id=device.user_id,
        device=device,
        client_id=str(number),
        source="api",
        recorded_at=at,
        received_at=at,
        kind="ogg",
        bytes=1,
        sha256=f"{number:064}",
        path=f"00/{number}",
        context=Context.values[number % len(Context.values)],
    )
    words = [[f" {token}", 0.4 * n, 0.4 * n + 0.3, 0.9] for n, token in enumerate(text.split())]
    return Transcript(
        memo=memo,
        user_id=memo.user_id,
        due=at,
        state=State.READY,
        language="en",
        text=text,
        words=words,
        audio_seconds=MEMO_SECONDS,
        finished_at=at,
        is_placed=is_placed,
    )
