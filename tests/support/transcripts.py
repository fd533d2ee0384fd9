"""Transcripts for tests that are not about hearing: a memo, and the words that were said in it."""

import itertools
from collections.abc import Collection
from uuid import uuid4

from django.utils import timezone

from capture.models import Device, Memo
from insights.services.place_ideas import place_transcript
from transcription.core.words import Word, joined
from transcription.models import State, Transcript
from transcription.services.retranscribe import request_retranscription
from transcription.worker.claims import claim_next
from transcription.worker.state import WorkerState

_numbers = itertools.count()


def write_transcript(device: Device, text: str, *, unsure: Collection[str] = (), key: str | None = None) -> Transcript:
    """Return the transcript of a memo in which this was said, half a second a word. Its audio is not there.

    unsure: words, as they stand in the text, that the engine was not sure of. key: its own, where it is to be that.
    """
    number = next(_numbers)
    now = timezone.now()
    memo = Memo.objects.create(
        user=device.user,
        device=device,
        client_id=f"told-{number}",
        source="api",
        recorded_at=now,
        received_at=now,
        kind="ogg",
        bytes=1,
        sha256=f"{number:064}",
        path=f"00/told-{number}",
    )
    tokens = text.split()
    words = [
        Word(f" {token}" if n else token, n * 0.5, n * 0.5 + 0.4, 0.2 if token in unsure else 0.9)
        for n, token in enumerate(tokens)
    ]
    return Transcript.objects.create(
        id=key or uuid4(),
        memo=memo,
        due=now,
        state=State.READY,
        language="en",
        text=" ".join(tokens),
        words=words,
        audio_seconds=len(tokens) * 0.5,
        finished_at=now,
    )


def write_words(memo: Memo, text: str, *, generation: int = 1) -> Transcript:
    """Return a transcript of a memo that is there, in which this was said, half a second a word, its ideas placed."""
    Transcript.objects.filter(memo=memo).update(current=False)
    tokens, now = text.split(), timezone.now()
    words = [Word(f" {token}" if n else token, n * 0.5, n * 0.5 + 0.4, 0.9) for n, token in enumerate(tokens)]
    transcript = Transcript.objects.create(
        memo=memo,
        generation=generation,
        again=generation > 1,
        due=now,
        state=State.READY,
        language="en",
        text=joined(words),
        words=words,
        audio_seconds=len(tokens) * 0.5,
        finished_at=now,
    )
    place_transcript(transcript)
    return transcript


def place_texts(device: Device, *texts: str) -> list[Transcript]:
    """Return the transcripts of memos that were told one after the other, their ideas placed."""
    transcripts = [write_transcript(device, text) for text in texts]
    for transcript in transcripts:
        place_transcript(transcript)
    return transcripts


def heard_anew(worker: WorkerState, transcript: Transcript, text: str) -> Transcript:
    """Hear a memo again, with these words at half a second each."""
    request_retranscription(transcript.memo, "")
    claim = claim_next(worker)
    assert claim
    words = [Word(f" {token}" if n else token, n * 0.5, n * 0.5 + 0.4, 0.9) for n, token in enumerate(text.split())]
    claim.finish(text=joined(words), words=words, language="en", audio_seconds=len(words) * 0.5)
    return Transcript.objects.get(pk=claim.transcript.pk)
